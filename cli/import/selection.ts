import { isNotFound, isOwnedByAnother } from "../../provider/api";
import { inParallel } from "../../provider/api/async";
import { accountInWords } from "../../provider/api/message-text";
import { matches } from "../../provider/api/pages";
import type { AccountInventory, Clients } from "../../provider/config";
import { CommandError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { shownId } from "../text/visible";
import { type Candidates, failedOf } from "./candidates";
import type { ManagedIntegration, ManagedIntegrations } from "./managed";
import type { Wanted } from "./options";
import type { FoundIntegration } from "./plan";

/** An external business ID that the user named and that cannot be imported. */
export interface Refusal {
  readonly externalBusinessId: string;
  /** The end of a sentence that begins with the ID. */
  readonly reason: string;
}

/** The integrations to import. */
export interface Selection {
  readonly chosen: readonly FoundIntegration[];
  /** Integrations that were skipped because the stack manages them. */
  readonly managed: readonly ManagedIntegration[];
  readonly refusals: readonly Refusal[];
}

/** What can be selected. */
export interface Choice {
  readonly accounts: readonly AccountInventory[];
  readonly candidates: Candidates;
  readonly managed: ManagedIntegrations;
  readonly clients: Pick<Clients, "client">;
}

/** Lets the user select integrations of a list. */
export type Ask = (found: readonly FoundIntegration[]) => Promise<readonly FoundIntegration[]>;

/** Selects what is wanted. Named integrations that cannot be imported are refused. Others that the stack manages are skipped. */
export async function select(wanted: Wanted, choice: Choice, ask: Ask): Promise<Selection> {
  if (wanted.kind === "ids") return selectNamed(wanted.ids, choice);
  const { found } = choice.candidates;
  const matching =
    wanted.kind === "filter" ? found.filter(({ integration }) => matches(wanted.filter)(integration)) : found;
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

async function selectNamed(ids: readonly string[], choice: Choice): Promise<Selection> {
  const byId = Map.groupBy(choice.candidates.found, ({ integration }) => integration.externalBusinessId);
  const answers = await Promise.all(
    ids.map(async (externalBusinessId): Promise<FoundIntegration | Refusal> => {
      const listed = byId.get(externalBusinessId) ?? [];
      if (listed.length > 1) {
        return {
          externalBusinessId,
          reason: "is the ID of several integrations: select one account with --account",
        };
      }
      const found = listed[0] ?? (await unlisted(externalBusinessId, choice));
      if ("reason" in found) return found;
      const resource = choice.managed.find(found);
      return resource === undefined
        ? found
        : { externalBusinessId, reason: `is already managed by the stack, as '${resource.name}'` };
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
    return { externalBusinessId, reason: "was not found, because no account could be listed" };
  }
  const answer = await readFrom(externalBusinessId, reachable, clients);
  if (typeof answer !== "string") return answer;
  const failed = failedOf(accounts);
  return {
    externalBusinessId,
    reason: failed === "" ? answer : `${answer}. It may belong to ${failed}, which could not be listed`,
  };
}

const readsAtOnce = 8;

/**
 * Reads an unlisted integration from accounts: lists are eventually consistent, and a read distinguishes a missing integration from
 * another owner's.
 *
 * @returns the integration, or why there is none, as the end of a sentence that begins with the ID.
 */
async function readFrom(
  externalBusinessId: string,
  accounts: readonly (string | undefined)[],
  clients: Pick<Clients, "client">,
): Promise<FoundIntegration | string> {
  const answers = await inParallel(accounts, readsAtOnce, async (account) => {
    try {
      const integration = await clients.client(account).getCommerceIntegration(externalBusinessId);
      return { found: { account, integration: { ...integration, externalBusinessId } } };
    } catch (error) {
      return { error };
    }
  });
  const found = answers.find((answer) => answer.found !== undefined)?.found;
  if (found !== undefined) return found;
  const errors = answers.map(({ error }) => error);
  const failure = errors.find((error) => !isNotFound(error) && !isOwnedByAnother(error));
  if (failure !== undefined) return `could not be read: ${(failure as Error).message}`;
  if (errors.some(isOwnedByAnother)) {
    return "belongs to another Pinterest account: select that account with --account, or use its token";
  }
  return accounts.length === 1
    ? `does not exist in ${accountInWords(accounts[0])}`
    : `does not exist in any of the ${accounts.length} listed accounts`;
}

/** @throws CommandError if the user cancels with Ctrl-C. */
export const askAtTerminal: Ask = async (found) => {
  const { default: checkbox } = await import("@inquirer/checkbox");
  const sorted = [...found].sort((left, right) =>
    left.integration.externalBusinessId < right.integration.externalBusinessId ? -1 : 1,
  );
  try {
    return await checkbox(
      {
        message: "Select the integrations to import",
        choices: sorted.map((value) => ({
          value,
          name: choiceLine(value),
          short: shownId(value.integration.externalBusinessId),
        })),
        pageSize: 15,
        loop: false,
        required: true,
      },
      { output: process.stderr },
    );
  } catch (error) {
    if ((error as Error).name === "ExitPromptError") {
      throw new CommandError("canceled: nothing was written", exitCodes.interrupted);
    }
    throw error;
  }
};

function choiceLine({ account, integration }: FoundIntegration): string {
  const { connectedMerchantId: merchant, connectedTagId: tag } = integration;
  return [
    shownId(integration.externalBusinessId),
    ...(account === undefined ? [] : [accountInWords(account)]),
    ...(merchant === undefined ? [] : [`merchant ${shownId(merchant)}`]),
    ...(tag === undefined ? [] : [`tag ${shownId(tag)}`]),
  ].join("  ");
}
