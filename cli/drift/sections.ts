import { accountInWords, withRequestId } from "../../provider/base/message-text";
import { asCode, capital, counted } from "../../provider/base/words";
import {
  type DriftedProperty,
  type DriftStatus,
  isInSync,
  type MerchantReport,
  type StackReport,
  type UnmanagedIntegration,
} from "../../stack/report";
import { type Cell, type ColumnOf, type Item, type Table, tableOf } from "../tables/table";
import { type Advice, importAdvice } from "./import-advice";
import type { Source } from "./wording";

export type SectionKind = DriftStatus | "failed" | "waiting" | "pending" | "unmanaged" | "unlisted";

/** A part of a drift report. The terminal, Markdown and the page print the same sections. */
export interface Section extends Table, Advice {
  readonly kind: SectionKind;
  readonly title: string;
  readonly meaning: string;
  /** The account or explicit provider, and the stack if the report has several, that the section is about. */
  readonly scope?: Pick<UnmanagedIntegration, "account" | "provider"> & {
    readonly stack?: StackReport | undefined;
  };
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
    ...unmanaged(stacks),
    unlisted(stacks),
    inSync(equal, source),
  ];
  const found = sections.filter(({ items }) => items.length > 0);
  return stacks.length > 1 ? found : found.map(withoutStack);
}

function withoutStack(section: Section): Section {
  const { items, scope } = section;
  return {
    ...section,
    items: items.map(({ stack: _, ...item }) => item),
    ...(scope === undefined ? {} : { scope: { ...scope, stack: undefined } }),
  };
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
          : { kind: "property", name: property.name },
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
  const kept = entries.filter(
    ({ stack, merchant: { pending } }) =>
      !["replace", "rename"].some((change) => pending.includes(change)) &&
      (deployedByMerge || !stack.merchants.some(isRenamedDrift)),
  );
  const isRenamed = entries.some(({ stack }) => stack.merchants.some(isRenamedDrift));
  const ofRenamed = isRenamed ? ["First give renamed resources an alias of their old name or parent."] : [];
  if (kept.length === 0) {
    return { remedies: isRenamed ? ofRenamed : ["The next update replaces these integrations."] };
  }
  const commands = [...new Set(kept.map(({ stack }) => fix(stack)))];
  const deploysPending = kept.some(({ stack }) => fixDeploysPending?.(stack));
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

/** A section for each account or explicit provider. */
function unmanaged(stacks: readonly StackReport[]): Section[] {
  return stacks.flatMap((stack) => {
    const groups = Map.groupBy(stack.unmanaged ?? [], ({ account, provider }) =>
      JSON.stringify([account, provider]),
    );
    return [...groups.values()].map((integrations): Section => {
      const [{ account, provider }] = integrations as [UnmanagedIntegration];
      return {
        kind: "unmanaged",
        title: "Unmanaged",
        scope: { stack, account, provider },
        meaning: "No program of this report manages them.",
        ...tableOf(unmanagedColumns, integrations),
        ...importAdvice(stack, integrations),
      };
    });
  });
}

const unmanagedColumns: readonly ColumnOf<UnmanagedIntegration>[] = [
  { head: "External business ID", cell: ({ externalBusinessId }) => nameCell(externalBusinessId, "none") },
  { head: "Integration ID", cell: ({ integrationId }) => nameCell(integrationId, "") },
];

function nameCell(name: string | undefined, placeholder: string): Cell {
  return name === undefined ? { kind: "none", text: placeholder } : { kind: "name", name };
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
