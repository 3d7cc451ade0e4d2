import type { AccountInventory } from "../../configuration";
import { counted } from "../text/counted";
import { listed } from "../text/listed";
import type { PlannedImport } from "./plan";
import type { Refusal, Selection } from "./selection";

/** What `pulumi-pinterest import --json` prints. Holds no secret. */
export interface ImportResult {
  readonly version: 1;
  /** What the files declare. */
  readonly imports: readonly {
    /** The resource's name. */
    readonly name: string;
    readonly externalBusinessId: string;
    readonly integrationId?: string;
    /** Left out for the default account. */
    readonly account?: string;
    /** Fields that Pinterest holds and the program leaves alone, and why. */
    readonly unmanaged?: Readonly<Record<string, string>>;
  }[];
  /** What was left out since the stack manages it. */
  readonly managed: readonly { readonly name: string; readonly externalBusinessId: string }[];
  readonly refused: readonly Refusal[];
  readonly failedAccounts: readonly { readonly account: string | null; readonly reason: string }[];
  /** What else was left out, and why. */
  readonly notes: readonly string[];
  /** What was written, by what it is for. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether the stack has been changed (--run). */
  readonly performed: boolean;
  /** Shell commands that are left to be run, in their order. */
  readonly commands: readonly string[];
  /** Keys that the command added to the stack's configuration. */
  readonly addedConfiguration?: readonly string[];
  /** What is to be added to the program. */
  readonly programLine?: string;
  /** Of a program in YAML: its sections that Pulumi.yaml has already, so that their entries are to be taken over one by one. */
  readonly sectionsToMerge?: readonly string[];
}

export const emptyResult: ImportResult = {
  version: 1,
  imports: [],
  managed: [],
  refused: [],
  failedAccounts: [],
  notes: [],
  files: {},
  performed: false,
  commands: [],
};

export function importsOf(plans: readonly PlannedImport[]): ImportResult["imports"] {
  return plans.map(({ name, account, externalBusinessId, integrationId, masked, unfit }) => {
    const unmanaged = {
      ...Object.fromEntries(masked.map((field) => [field, "Pinterest shows it with characters hidden"])),
      ...Object.fromEntries(unfit),
    };
    return {
      name,
      externalBusinessId,
      ...(integrationId === undefined ? {} : { integrationId }),
      ...(account === undefined ? {} : { account }),
      ...(Object.keys(unmanaged).length === 0 ? {} : { unmanaged }),
    };
  });
}

export function managedOf({ managed }: Selection): ImportResult["managed"] {
  return managed.map(({ name, externalBusinessId }) => ({ name, externalBusinessId }));
}

export function failuresOf(accounts: readonly AccountInventory[]): ImportResult["failedAccounts"] {
  return accounts.flatMap(({ account, error }) =>
    error === undefined
      ? []
      : [{ account: account ?? null, reason: error instanceof Error ? error.message : String(error) }],
  );
}

/** The fields that plans leave unmanaged though Pinterest holds something, in sentences. */
export function unmanagedNotes(plans: readonly PlannedImport[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { name, unmanaged = {} } of importsOf(plans)) {
    for (const [field, reason] of Object.entries(unmanaged)) {
      const said = reason.startsWith("Pinterest") ? `${field}: ${reason}` : `${field} ${reason}`;
      reasons.set(said, [...(reasons.get(said) ?? []), name]);
    }
  }
  return [...reasons].map(([said, names]) => {
    const of =
      names.length <= 3 ? listed(names.map((name) => `'${name}'`)) : counted(names.length, "integration");
    return `left unmanaged of ${of}: ${said}`;
  });
}
