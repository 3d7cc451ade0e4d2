import { type IntegrationFilter, isNotFound, isOwnedByAnother, listKey, matches } from "../../provider/api";
import { inParallel } from "../../provider/base/async";
import { accountInWords } from "../../provider/base/message-text";
import { shownId } from "../../provider/base/visible";
import { counted, joinWithAnd } from "../../provider/base/words";
import type { AccountInventory, Clients } from "../../provider/config";
import { problemWithId } from "../../provider/lifecycle/check";
import { CommandError, UsageError } from "../../stack/command-error";
import { exitCodes } from "../../stack/exit-codes";
import {
  type ExportedResource,
  inPlaintext,
  isDefaultProvider,
  isIntegrationType,
  nameOf,
} from "../../stack/state";
import { textOf } from "../../stack/values";
import type { AccountOptions, ProjectOptions } from "../options";
import { type FoundIntegration, integrationKey } from "./plan";

/** The options of `pulumi-pinterest import`, which its help describes. */
export interface ImportOptions extends ProjectOptions, AccountOptions {
  all?: boolean;
  prefix?: string;
  merchant?: string;
  advertiser?: string;
  tag?: string;
  file?: string;
  program?: string;
  /** Whether the program uses the plugin. Default: detected from the stack and Pulumi.yaml. */
  native?: boolean;
  secrets: "config" | "omit";
  protect?: boolean;
  run?: boolean;
  overwrite?: boolean;
  json?: boolean;
}

/** The integrations that the user requested. */
interface ImportRequest {
  /** Empty if the user named none. */
  readonly ids: readonly string[];
  readonly filter: IntegrationFilter;
  /** Whether the user selects among the matching ones. */
  readonly ask: boolean;
}

const filterNames = ["prefix", "merchant", "advertiser", "tag"] as const;

/**
 * Reads the requested integrations from the command line.
 *
 * @param interactive whether the user can be asked.
 * @throws UsageError if it selects in two ways, or selects nothing and the user cannot be asked.
 */
export function importRequestOf(
  ids: readonly string[],
  options: ImportOptions,
  interactive: boolean,
): ImportRequest {
  const filters = filterNames.filter((name) => options[name] !== undefined);
  const selectors = [
    ...(ids.length > 0 ? ["IDs"] : []),
    ...(options.all ? ["--all"] : []),
    ...filters.map((name) => `--${name}`),
  ];
  if (selectors.length > filters.length && selectors.length > 1) {
    throw new UsageError(
      `${selectors.join(" and ")} cannot be combined: give IDs, --all, or filters. Several filters can be combined.`,
    );
  }
  const empty = filters.find((name) => options[name] === "");
  if (empty !== undefined) throw new UsageError(`--${empty} must not be empty`);
  if (ids.includes("")) throw new UsageError("an external business ID must not be empty");
  const ask = selectors.length === 0;
  if (ask && (!interactive || options.json)) {
    throw new UsageError(
      "select what to import: give external business IDs, --all, or filters (--prefix, --merchant, --advertiser, --tag)",
    );
  }
  const filter = {
    externalBusinessIdPrefix: options.prefix,
    connectedMerchantId: options.merchant,
    connectedAdvertiserId: options.advertiser,
    connectedTagId: options.tag,
  };
  return { ids: [...new Set(ids)], filter, ask };
}

/** The integrations of the accounts that can be imported. */
interface Candidates {
  /** In the order of accounts and their lists, each integration once. */
  readonly found: readonly FoundIntegration[];
  /** Messages about skipped integrations, with the reasons. */
  readonly notes: readonly string[];
  /** By external business ID that cannot be imported: the reason, as the end of a sentence that begins with the ID. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Selects the listed integrations that a program can declare. An integration that several accounts list counts for the first one. */
export function candidatesOf(accounts: readonly AccountInventory[]): Candidates {
  const listed = accounts.flatMap(({ account, integrations = [] }) =>
    integrations.map((integration) => ({ account, integration })),
  );
  const named = listed.filter(
    (item): item is FoundIntegration => item.integration.externalBusinessId !== undefined,
  );
  const copies = Map.groupBy(named, ({ integration }) => listKey(integration));
  const distinct = [...copies.values()].flatMap(([first]) => first ?? []);
  const problems = new Map<string, string>();
  const found = [...Map.groupBy(distinct, integrationKey).values()].flatMap((group) => {
    const [first] = group as [FoundIntegration];
    const problem = problemWith(first, group.length > 1);
    if (problem === undefined) return first;
    problems.set(first.integration.externalBusinessId, problem);
    return [];
  });
  const notes: string[] = [];
  const nameless = listed.length - named.length;
  if (nameless > 0) notes.push(`skipped ${counted(nameless, "integration")} without an external business ID`);
  if (distinct.length < named.length) {
    notes.push(
      "some integrations are listed by several accounts: each is imported once, with the first account",
    );
  }
  for (const [id, problem] of problems) notes.push(`skipped ${shownId(id)}: it ${problem}`);
  return { found, notes, problems };
}

function problemWith({ account, integration }: FoundIntegration, isListedTwice: boolean): string | undefined {
  const { externalBusinessId } = integration;
  const owner = accountInWords(account);
  if (isListedTwice) return `is listed twice by ${owner}, with different integration IDs`;
  const problem = externalBusinessId.includes("\uFFFD")
    ? // Parsing a response replaces half a surrogate pair, so the ID is no longer Pinterest's.
      "contains U+FFFD, which replaces invalid Unicode, so Pinterest would not find it"
    : problemWithId(externalBusinessId);
  return (
    problem && `is listed by ${owner}, but ${problem}: no program can declare it, and it stays unmanaged`
  );
}

interface ManagedIntegration {
  readonly name: string;
  readonly externalBusinessId: string;
  readonly integrationId?: string | undefined;
  readonly account?: string | undefined;
  /** Whether it belongs to an explicit provider, so that its account is unknown. */
  readonly explicit: boolean;
}

export class ManagedIntegrations {
  /** The names of their resources. Lookups are included, because the engine uses each name once. */
  readonly names: readonly string[];
  private readonly byId: ReadonlyMap<string, readonly ManagedIntegration[]>;

  constructor(resources: readonly ExportedResource[]) {
    const integrations = resources.filter(({ type }) => isIntegrationType(type));
    this.names = integrations.map(({ urn }) => nameOf(urn));
    this.byId = Map.groupBy(
      // The stack reads external resources (lookups), but does not manage them.
      integrations.filter(({ external }) => external !== true).map(managedOf),
      ({ externalBusinessId }) => externalBusinessId,
    );
  }

  /** The resource that manages an integration, in any account and with any provider. */
  find({ account, integration }: FoundIntegration): ManagedIntegration | undefined {
    return this.byId.get(integration.externalBusinessId)?.find((managed) => {
      const { integrationId } = integration;
      const isOfAccount = !managed.explicit && managed.account === account;
      return integrationId === undefined || managed.integrationId === undefined
        ? managed.explicit || isOfAccount
        : managed.integrationId === integrationId || isOfAccount;
    });
  }
}

function managedOf({ urn, id, provider, outputs = {} }: ExportedResource): ManagedIntegration {
  const text = (name: string) => textOf(inPlaintext(outputs[name]));
  return {
    name: nameOf(urn),
    externalBusinessId: text("externalBusinessId") ?? id ?? "",
    integrationId: text("integrationId"),
    account: text("account"),
    explicit: provider !== undefined && !isDefaultProvider(provider),
  };
}

export interface Selection {
  readonly chosen: readonly FoundIntegration[];
  /** Integrations that were skipped because the stack manages them. */
  readonly managed: readonly ManagedIntegration[];
  /** The external business IDs that the user named and that cannot be imported. The reason is the end of a sentence that begins with the ID. */
  readonly refusals: readonly { readonly externalBusinessId: string; readonly reason: string }[];
}

interface Choice {
  readonly accounts: readonly AccountInventory[];
  readonly candidates: Candidates;
  readonly managed: ManagedIntegrations;
  readonly clients: Pick<Clients, "client">;
}

/** Lets the user select integrations of a list. */
export type Ask = (found: readonly FoundIntegration[]) => Promise<readonly FoundIntegration[]>;

/** Selects the requested integrations. Refuses named ones that cannot be imported, and skips others that the stack manages. */
export async function select(request: ImportRequest, choice: Choice, ask: Ask): Promise<Selection> {
  const { found } = choice.candidates;
  if (request.ids.length > 0) {
    const listed = Map.groupBy(found, ({ integration }) => integration.externalBusinessId);
    const results = await Promise.all(
      request.ids.map(async (id) => ({ id, result: await findNamed(id, listed.get(id) ?? [], choice) })),
    );
    return {
      chosen: results.flatMap(({ result }) => (typeof result === "string" ? [] : [result])),
      managed: [],
      refusals: results.flatMap(({ id, result }) =>
        typeof result === "string" ? [{ externalBusinessId: id, reason: result }] : [],
      ),
    };
  }
  const matching = found.filter(({ integration }) => matches(request.filter)(integration));
  const managed = matching.flatMap((candidate) => choice.managed.find(candidate) ?? []);
  const unmanaged = matching.filter((candidate) => choice.managed.find(candidate) === undefined);
  const chosen = request.ask && unmanaged.length > 0 ? await ask(unmanaged) : unmanaged;
  return { chosen, managed, refusals: [] };
}

/** Returns the integration with this ID, or why it cannot be imported: the end of a sentence that begins with the ID. */
async function findNamed(
  externalBusinessId: string,
  listed: readonly FoundIntegration[],
  choice: Choice,
): Promise<FoundIntegration | string> {
  const problem = choice.candidates.problems.get(externalBusinessId);
  if (listed.length > 1) return "is the ID of several integrations: select one account with --account";
  const found = listed[0] ?? problem ?? (await findUnlisted(externalBusinessId, choice));
  if (typeof found === "string") return found;
  const resource = choice.managed.find(found);
  return resource === undefined ? found : `is already managed by the stack, as '${resource.name}'`;
}

const concurrentReads = 8;

/** Reads an integration: lists are eventually consistent, and a read distinguishes a missing integration from another owner's. */
async function findUnlisted(
  externalBusinessId: string,
  { accounts, clients }: Choice,
): Promise<FoundIntegration | string> {
  const reachable = accounts.filter(({ error }) => error === undefined).map(({ account }) => account);
  const failed = accounts.filter(({ error }) => error !== undefined);
  if (reachable.length === 0) return "was not found, because no account could be listed";
  const results = await inParallel(reachable, concurrentReads, async (account) => {
    try {
      const integration = await clients.client(account).getCommerceIntegration(externalBusinessId);
      return { found: { account, integration: { ...integration, externalBusinessId } } };
    } catch (error) {
      return { error };
    }
  });
  const found = results.find((result) => result.found !== undefined)?.found;
  if (found !== undefined) return found;
  const errors = results.map(({ error }) => error);
  const reason = reasonOf(errors, reachable);
  if (failed.length === 0) return reason;
  const names = failed.map(({ account }) => accountInWords(account));
  return `${reason}. It may belong to ${joinWithAnd(names)}, which could not be listed`;
}

/** The reason why reads of these accounts have failed. */
function reasonOf(errors: readonly unknown[], accounts: readonly (string | undefined)[]): string {
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
