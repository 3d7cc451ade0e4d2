import { accountInWords, withRequestId } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { commandsOn } from "../../provider/base/shell";
import { shownId } from "../../provider/base/visible";
import { asCode, capital, counted } from "../../provider/base/words";
import { problemWithId } from "../../provider/lifecycle/check";
import {
  type DriftedProperty,
  type DriftStatus,
  isInSync,
  type MerchantReport,
  type StackReport,
  type UnmanagedIntegration,
} from "../../stack/report";
import { type ColumnOf, type Item, type Table, tableOf } from "../tables/table";
import type { Source } from "./wording";

export type SectionKind = DriftStatus | "failed" | "waiting" | "pending" | "unmanaged" | "unlisted";

/** A part of a drift report. The terminal, Markdown and the page print the same sections. */
export interface Section extends Table {
  readonly kind: SectionKind;
  readonly title: string;
  readonly meaning: string;
  /** What to do, in sentences with commands in backticks. */
  readonly remedies?: readonly string[];
}

interface Entry {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
}

/** The sections about these stacks that have findings. */
export function sectionsOf(stacks: readonly StackReport[], source: Source): Section[] {
  const entries = stacks.flatMap((stack) => stack.merchants.map((merchant) => ({ stack, merchant })));
  const having = (status: DriftStatus) => entries.filter(({ merchant }) => merchant.status === status);
  const withChanges = entries.filter(({ merchant }) => merchant.pending.length > 0);
  const equal = entries.filter(({ merchant }) => isInSync(merchant));
  const sections: Section[] = [
    drifted(having("drifted"), source),
    missing(having("missing"), source),
    unchecked("revoked", having("revoked"), source),
    unchecked("unreachable", having("unreachable"), source),
    failed(stacks),
    waiting(stacks, source),
    pending(withChanges, source),
    unmanaged(stacks),
    unlisted(stacks),
    inSync(equal, source),
  ];
  const found = sections.filter(({ items }) => items.length > 0);
  if (stacks.length > 1) return found;
  return found.map((section) => ({ ...section, items: section.items.map(({ stack: _, ...item }) => item) }));
}

/** Number of findings. An item can contain several integrations that failed for the same reason. */
export function countOf({ items }: Section): number {
  const cells = items.map(({ rows }) => rows[0]?.[0]);
  return cells.reduce((sum, cell) => sum + (cell?.kind === "merchants" ? cell.merchants.length : 1), 0);
}

/** A property that differs; undefined if the report does not name it. */
type DriftedEntry = Entry & { readonly property: DriftedProperty | undefined };

function driftedColumns({ item, noun }: Source): ColumnOf<DriftedEntry>[] {
  const value =
    (side: "program" | "pinterest"): ColumnOf<DriftedEntry>["cell"] =>
    ({ property }) =>
      property === undefined ? { kind: "none", text: "" } : { kind: "value", property, side };
  return [
    {
      head: capital(item),
      cell: ({ merchant }) => ({
        kind: "merchants",
        merchants: [{ ...merchant, changedAt: merchant.since }],
      }),
    },
    {
      head: "Property",
      cell: ({ merchant, property }) =>
        property === undefined
          ? { kind: "none", text: merchant.recreated ? "recreated at Pinterest" : "not reported" }
          : { kind: "name", name: property.name },
    },
    { head: capital(noun), cell: value("program") },
    { head: "Pinterest", cell: value("pinterest") },
  ];
}

function nameColumn(item: string): ColumnOf<Entry> {
  return {
    head: capital(item),
    cell: ({ merchant }) => ({ kind: "merchants", merchants: [merchant] }),
  };
}

function drifted(entries: readonly Entry[], source: Source): Section {
  const { noun } = source;
  const merchants = entries.map(({ merchant }) => merchant);
  const rows = entries.map(({ stack, merchant }): DriftedEntry[] => {
    const isUnnamed = merchant.recreated === true || merchant.properties.length === 0;
    const properties = [...(isUnnamed ? [undefined] : []), ...merchant.properties];
    return properties.map((property) => ({ stack, merchant, property }));
  });
  return {
    kind: "drifted",
    title: "Drifted",
    meaning: "Pinterest differs from the last update.",
    ...tableOf(driftedColumns(source), rows),
    ...fixing(
      entries,
      source,
      ["write", `the ${noun}'s values back`],
      [
        ...(merchants.some(hasValuesToKeep)
          ? [`To keep Pinterest's values, copy them into the ${noun}.`]
          : []),
        ...(merchants.some(({ recreated }) => recreated)
          ? [
              "Recreated integrations stay in this report until an update, which writes their partner tokens and e-mail again.",
            ]
          : []),
      ],
    ),
  };
}

/** Whether a program could have Pinterest's values. A recreated integration has lost its secrets. */
function hasValuesToKeep({ recreated, properties }: MerchantReport): boolean {
  return recreated !== true || properties.some(({ secret }) => !secret);
}

function missing(entries: readonly Entry[], source: Source): Section {
  return {
    kind: "missing",
    title: "Missing",
    meaning: "Pinterest has no such integration.",
    ...tableOf([nameColumn(source.item)], entries),
    ...fixing(entries, source, ["recreate", "them"], [`Otherwise, remove them from the ${source.noun}.`]),
  };
}

/**
 * The remedies for drift, with one command for each stack. Values are not written back if the update replaces the integration, or if another resource
 * would have to adopt it. A note of the report names the alias for the latter.
 */
function fixing(
  entries: readonly Entry[],
  { fix, fixDeploysPending, deployedByMerge }: Source,
  [verb, object]: readonly [string, string],
  others: readonly string[],
): Pick<Section, "remedies"> {
  if (fix === undefined) return {};
  const stacks = new Set(entries.map(({ stack }) => stack));
  const renamed = new Set([...stacks].filter(({ merchants }) => merchants.some(isRenamedDrift)));
  const kept = entries.filter(
    ({ stack, merchant: { pending } }) =>
      !["replace", "rename"].some((change) => pending.includes(change)) &&
      (deployedByMerge || !renamed.has(stack)),
  );
  const isRenamed = renamed.size > 0;
  const ofRenamed = isRenamed ? ["First give renamed resources an alias of their old name or parent."] : [];
  if (kept.length === 0) {
    return { remedies: isRenamed ? ofRenamed : ["The next update replaces these integrations."] };
  }
  const fixed = [...new Set(kept.map(({ stack }) => stack))];
  const commands = [...new Set(fixed.map(fix))];
  const deploysPending = fixed.some((stack) => fixDeploysPending?.(stack));
  const effect = deployedByMerge
    ? `Merging starts the deployment that ${verb}s ${object}.`
    : `To ${verb} ${object}${deploysPending ? ", and deploy the pending changes" : ""}, run ${asCode(commands)}.`;
  return { remedies: [[effect, ...others].join(" "), ...ofRenamed] };
}

/** Whether a fix skips the stack of this integration. */
function isRenamedDrift({ renamedFrom, status }: MerchantReport): boolean {
  return renamedFrom !== undefined && (status === "drifted" || status === "missing");
}

function unchecked(
  kind: "revoked" | "unreachable",
  entries: readonly Entry[],
  { item, afterRevocation }: Source,
): Section {
  const isRevoked = kind === "revoked";
  return {
    kind,
    title: capital(kind),
    meaning: isRevoked
      ? "Pinterest rejects the account, so the check could not read its integrations."
      : "The check could not read these integrations, for the reasons below.",
    columns: [nameColumn(item)],
    items: byReason(entries),
    ...(isRevoked && afterRevocation !== undefined && { remedies: [afterRevocation] }),
  };
}

/**
 * An item for each reason, regardless of the account, with the ID of one of the requests. In a fleet, each of hundreds of merchants can have
 * an account of its own.
 */
function byReason(entries: readonly Entry[]): Item[] {
  const groups = Map.groupBy(entries, ({ stack, merchant: { reason, advice } }) =>
    JSON.stringify([stack.directory, stack.project, stack.stack, reason, advice]),
  );
  return [...groups.values()].map((group) => {
    const [{ stack, merchant }] = group as [Entry];
    const merchants = group.map((entry) => entry.merchant);
    const { reason, requestId, advice } = merchant;
    const isOnlyRequest = merchants.every((each) => each.requestId === requestId);
    const shownId = isOnlyRequest || requestId === undefined ? requestId : `${requestId}, for instance`;
    return {
      stack,
      rows: [[{ kind: "merchants", merchants }]],
      reason: reason && withRequestId(reason, shownId),
      advice: advice === reason ? undefined : advice,
    };
  });
}

function failed(stacks: readonly StackReport[]): Section {
  return {
    kind: "failed",
    title: "Failed",
    meaning: "Errors of the whole stack or of an account.",
    ...listOf("Error", stacks, ({ errors }) => errors),
  };
}

/** A list of texts about stacks. */
function listOf(
  head: string,
  stacks: readonly StackReport[],
  textsOf: (stack: StackReport) => readonly string[],
): Table {
  const column: ColumnOf<{ text: string }> = { head, cell: ({ text }) => ({ kind: "text", text }) };
  return tableOf(
    [column],
    stacks.flatMap((stack) => textsOf(stack).map((text) => ({ stack, text }))),
  );
}

function waiting(stacks: readonly StackReport[], { wait }: Source): Section {
  return {
    kind: "waiting",
    title: "Waiting",
    meaning: "The check has not finished.",
    ...listOf("State", stacks, ({ waiting = [] }) => [waiting].flat()),
    ...(wait !== undefined && { remedies: [`To wait for the results, run \`${wait}\`.`] }),
  };
}

function pending(entries: readonly Entry[], source: Source): Section {
  const { noun, item, deploy, deployedByMerge, keepRenamed } = source;
  const commands = [...new Set(entries.map(({ stack }) => deploy(stack)))];
  const renames = entries.flatMap(({ merchant: { urn: to, renamedFrom: from } }) =>
    from === undefined ? [] : { from, to },
  );
  return {
    kind: "pending",
    title: "Pending",
    meaning: `The ${noun} has changes that are not deployed.`,
    ...tableOf([nameColumn(item), changesColumn], entries),
    remedies: [
      ...(renames.length > 0 && keepRenamed !== undefined ? [keepRenamed(renames)] : []),
      deployedByMerge ? "Merging starts their deployment." : `To deploy them, run ${asCode(commands)}.`,
    ],
  };
}

const changesColumn: ColumnOf<Entry> = {
  head: "Changes",
  cell: ({ merchant }) => ({ kind: "changes", changes: merchant.pending }),
};

interface UnmanagedEntry {
  readonly stack: StackReport;
  readonly integration: UnmanagedIntegration;
}

function unmanaged(stacks: readonly StackReport[]): Section {
  const entries = stacks.flatMap((stack) =>
    (stack.unmanaged ?? []).map((integration) => ({ stack, integration })),
  );
  return {
    kind: "unmanaged",
    title: "Unmanaged",
    meaning: "No program of this report manages them.",
    ...tableOf(unmanagedColumns, entries),
    remedies: importing(entries),
  };
}

export const unmanagedColumns: readonly ColumnOf<Pick<UnmanagedEntry, "integration">>[] = [
  {
    head: "External business ID",
    cell: ({ integration: { externalBusinessId = "none", account, provider } }) => ({
      kind: "merchants",
      merchants: [{ name: externalBusinessId, externalBusinessId, account, provider }],
    }),
  },
  {
    head: "Integration ID",
    cell: ({ integration: { integrationId } }) =>
      integrationId === undefined ? { kind: "none", text: "" } : { kind: "name", name: integrationId },
  },
];

/** How to manage integrations, and why some cannot be imported. */
function importing(entries: readonly UnmanagedEntry[]): string[] {
  const commandsFor = (command: string, some: readonly UnmanagedEntry[]) => {
    const stacks = [...new Set(some.map(({ stack }) => stack))];
    const named = stacks.map(({ directory, stack: name }) => ({ directory, name }));
    return commandsOn(named, `${ownCommand} ${command}`);
  };
  const problemWith = ({ integration: { externalBusinessId: id } }: UnmanagedEntry) => {
    if (id === undefined) return "they have no external business ID.";
    const problem = problemWithId(id);
    return problem && `\`${shownId(id)}\` ${problem}.`;
  };
  const ofProviders = entries.filter(({ integration }) => integration.provider !== undefined);
  const others = entries.filter(({ integration }) => integration.provider === undefined);
  const importable = others.filter((entry) => problemWith(entry) === undefined);
  const problems = new Set(others.flatMap((entry) => problemWith(entry) ?? []));
  return [
    ...(importable.length > 0
      ? [
          `If no other stack manages them, you can import them: run ${commandsFor("import", importable)}, followed by their IDs.`,
        ]
      : []),
    ...(ofProviders.length > 0
      ? [
          "To manage those of an explicit provider, declare them in the program with that provider. " +
            `Then run ${commandsFor("preflight", ofProviders)} to list Pinterest's values, and copy them into the program.`,
        ]
      : []),
    ...[...problems].map((problem) => `Some integrations cannot be imported: ${problem}`),
  ];
}

/** The reasons are among the errors, or those of the account's integrations. */
function unlisted(stacks: readonly StackReport[]): Section {
  return {
    kind: "unlisted",
    title: "Not listed",
    meaning:
      "These accounts could not be listed, so they can have more integrations that no program manages.",
    ...listOf("Account", stacks, ({ unlisted = [] }) =>
      unlisted.map(({ account, provider }) => accountInWords(account, provider)),
    ),
  };
}

/** The terminal only counts them, and Markdown omits them. */
function inSync(entries: readonly Entry[], { item }: Source): Section {
  return {
    kind: "in-sync",
    title: "In sync",
    meaning: `${counted(entries.length, item)}.`,
    ...tableOf([nameColumn(item)], entries),
  };
}
