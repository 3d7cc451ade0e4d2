import { accountInWords } from "../../provider/api/message-text";
import { listKey } from "../../provider/api/pages";
import type { AccountInventory } from "../../provider/config";
import { problemWithId } from "../../provider/lifecycle/check";
import {
  type ExportedResource,
  inPlaintext,
  isDefaultProvider,
  isIntegrationType,
  nameOf,
} from "../stack/state";
import { shownId } from "../text/visible";
import { counted } from "../text/words";
import { type FoundIntegration, integrationKey } from "./plan";

/** The integrations of the accounts that can be imported. */
export interface Candidates {
  /** In the order of accounts and their lists, each integration once. */
  readonly found: readonly FoundIntegration[];
  /** What was skipped and why, in sentences. */
  readonly notes: readonly string[];
  /** Why a listed external business ID cannot be imported, as the end of a sentence that begins with it. */
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
  const found = [...Map.groupBy(distinct, integrationKey).values()].flatMap(([first, ...others]) => {
    const problem = first && problemWith(first, others.length > 0);
    if (problem !== undefined) problems.set(first?.integration.externalBusinessId ?? "", problem);
    return first !== undefined && problem === undefined ? [first] : [];
  });
  const nameless = listed.length - named.length;
  const notes = [
    ...(nameless === 0
      ? []
      : [`skipped ${counted(nameless, "integration")} without an external business ID`]),
    ...(distinct.length === named.length
      ? []
      : ["some integrations are listed by several accounts: each is imported once, with the first account"]),
    ...[...problems].map(([id, problem]) => `skipped ${shownId(id)}: it ${problem}`),
  ];
  return { found, notes, problems };
}

function problemWith({ account, integration }: FoundIntegration, isListedTwice: boolean): string | undefined {
  const { externalBusinessId } = integration;
  const owner = accountInWords(account);
  if (isListedTwice) return `is listed twice by ${owner}, with different integration IDs`;
  const problem = externalBusinessId.includes("\uFFFD")
    ? // Parsing an answer replaces half a surrogate pair, so the ID is no longer Pinterest's.
      "contains U+FFFD, which replaces invalid Unicode, so Pinterest would not find it"
    : problemWithId(externalBusinessId);
  return (
    problem && `is listed by ${owner}, but ${problem}: no program can declare it, and it stays unmanaged`
  );
}

export interface ManagedIntegration {
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
  readonly #byId: ReadonlyMap<string, readonly ManagedIntegration[]>;

  constructor(resources: readonly ExportedResource[]) {
    const integrations = resources.filter(({ type }) => isIntegrationType(type));
    this.names = integrations.map(({ urn }) => nameOf(urn));
    this.#byId = Map.groupBy(
      // The stack reads external resources (lookups), but does not manage them.
      integrations.filter(({ external }) => external !== true).map(managedOf),
      ({ externalBusinessId }) => externalBusinessId,
    );
  }

  /** The resource that manages an integration, in any account and with any provider. */
  find({ account, integration }: FoundIntegration): ManagedIntegration | undefined {
    return this.#byId.get(integration.externalBusinessId)?.find((managed) => {
      const { integrationId } = integration;
      const isOfAccount = !managed.explicit && managed.account === account;
      return integrationId === undefined || managed.integrationId === undefined
        ? managed.explicit || isOfAccount
        : managed.integrationId === integrationId || isOfAccount;
    });
  }
}

function managedOf({ urn, id, provider, outputs = {} }: ExportedResource): ManagedIntegration {
  const text = (name: string) => {
    const value = inPlaintext(outputs[name]);
    return typeof value === "string" ? value : undefined;
  };
  return {
    name: nameOf(urn),
    externalBusinessId: text("externalBusinessId") ?? id ?? "",
    integrationId: text("integrationId"),
    account: text("account"),
    explicit: provider !== undefined && !isDefaultProvider(provider),
  };
}
