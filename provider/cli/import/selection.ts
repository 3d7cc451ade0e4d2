import type { AccountInventory, Clients } from "../../configuration";
import { passes } from "../../pinterest/integration-filter";
import type { Ask } from "./ask";
import { type Candidates, failedOf } from "./candidates";
import type { ManagedIntegration, ManagedIntegrations } from "./managed";
import type { Wanted } from "./options";
import type { FoundIntegration } from "./plan";
import { askFor } from "./unlisted";

/** An id that was asked for and cannot be imported. */
export interface Refusal {
  readonly externalBusinessId: string;
  /** The end of a sentence that begins with the id. */
  readonly reason: string;
}

/** What of the candidates is to be imported. */
export interface Selection {
  readonly chosen: readonly FoundIntegration[];
  /** What was left out since the stack has it. */
  readonly managed: readonly ManagedIntegration[];
  readonly refusals: readonly Refusal[];
}

/** What there is to choose from. */
export interface Choice {
  readonly accounts: readonly AccountInventory[];
  readonly candidates: Candidates;
  readonly managed: ManagedIntegrations;
  readonly clients: Pick<Clients, "client">;
}

/** Chooses what is wanted. What is named has to be there, and nobody's yet; what is not named is left out where it is managed already. */
export async function select(wanted: Wanted, choice: Choice, ask: Ask): Promise<Selection> {
  if (wanted.kind === "ids") return named(wanted.ids, choice);
  const { found } = choice.candidates;
  const matching =
    wanted.kind === "filter" ? found.filter(({ integration }) => passes(wanted.filter)(integration)) : found;
  const managed: ManagedIntegration[] = [];
  const open: FoundIntegration[] = [];
  for (const candidate of matching) {
    const resource = choice.managed.find(candidate);
    if (resource === undefined) open.push(candidate);
    else managed.push(resource);
  }
  const chosen = wanted.kind === "ask" && open.length > 0 ? await ask(open) : open;
  return { chosen, managed, refusals: [] };
}

async function named(ids: readonly string[], choice: Choice): Promise<Selection> {
  const byId = Map.groupBy(choice.candidates.found, ({ integration }) => integration.externalBusinessId);
  const answers = await Promise.all(
    ids.map(async (externalBusinessId): Promise<FoundIntegration | Refusal> => {
      const listed = byId.get(externalBusinessId) ?? [];
      if (listed.length > 1) {
        return {
          externalBusinessId,
          reason: "is the id of several integrations: choose one account with --account",
        };
      }
      const found = listed[0] ?? (await unlisted(externalBusinessId, choice));
      if ("reason" in found) return found;
      const resource = choice.managed.find(found);
      return resource === undefined
        ? found
        : { externalBusinessId, reason: `is managed by the stack already, as '${resource.name}'` };
    }),
  );
  return {
    chosen: answers.filter((answer) => "integration" in answer),
    managed: [],
    refusals: answers.filter((answer) => "reason" in answer),
  };
}

async function unlisted(
  externalBusinessId: string,
  { accounts, candidates, clients }: Choice,
): Promise<FoundIntegration | Refusal> {
  const problem = candidates.problems.get(externalBusinessId);
  if (problem !== undefined) return { externalBusinessId, reason: problem };
  const reachable = accounts.filter(({ error }) => error === undefined).map(({ account }) => account);
  if (reachable.length === 0) {
    return { externalBusinessId, reason: "is not known of, since no account could be listed" };
  }
  const { found, reason } = await askFor(externalBusinessId, reachable, clients);
  if (found !== undefined) return found;
  const failed = failedOf(accounts);
  return {
    externalBusinessId,
    reason: failed === "" ? reason : `${reason}; it may be one of ${failed}, which could not be listed`,
  };
}
