import { accountInWords, sentence, withRequestId } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { commandsOn } from "../../provider/base/shell";
import { shownId } from "../../provider/base/visible";
import { asCode, capital, counted } from "../../provider/base/words";
import { problemWithId } from "../../provider/lifecycle/check";
import { isInSync } from "../../stack/findings";
import type {
  DriftReport,
  DriftStatus,
  MerchantReport,
  OutdatedAcceptance,
  StackReport,
  UnmanagedIntegration,
} from "../../stack/report";
import {
  type Cell,
  type ColumnOf,
  type Item,
  type Label,
  shownTime,
  type Table,
  tableOf,
} from "../tables/table";
import { type ForecastKind, forecastColumns, forecastSections } from "./forecasts";
import { type Source, stackTitle } from "./wording";

export type SectionKind =
  | DriftStatus
  | "outdated"
  | "resolved"
  | "failed"
  | "waiting"
  | "pending"
  | "unmanaged"
  | "unlisted"
  | ForecastKind;

/** A part of a drift report. The terminal, Markdown and the page print the same sections. */
export interface Section extends Table {
  readonly kind: SectionKind;
  readonly title: string;
  readonly meaning: string;
  /** What to do, in sentences with commands in backticks. */
  readonly remedies?: readonly string[];
}

/** An integration, with the stack that has it. */
interface Entry {
  readonly stack: StackReport;
  readonly merchant: MerchantReport;
  readonly label: Label;
}

/** Names the stack of a finding, if the document covers several. The stacks of a fleet are shards, which its users do not name. */
type StackNames = (stack: StackReport) => string | undefined;

/** The sections of a report that have findings. */
export function sectionsOf(
  { stacks, groups: published, outdated = [], resolved = [] }: DriftReport,
  source: Source,
): Section[] {
  const namesStacks = stacks.length > 1 && source.item !== "merchant";
  const nameOf: StackNames = (stack) => (namesStacks ? stackTitle(stack) : undefined);
  const entries = stacks.flatMap((stack) =>
    stack.merchants.map((merchant): Entry => {
      return { stack, merchant, label: { ...merchant, stack: nameOf(stack) } };
    }),
  );
  const ofUrn = new Map(entries.map((entry) => [entry.merchant.urn, entry]));
  const groups = published.map((group): Group => {
    const findings = group.merchants.flatMap(({ urn, new: isNew = false }): Entry[] => {
      const entry = ofUrn.get(urn);
      return entry === undefined ? [] : [{ ...entry, label: { ...entry.label, isNew } }];
    });
    return { ...group, findings };
  });
  const withChanges = entries.filter(({ merchant }) => merchant.pending.length > 0);
  const equal = entries.filter(({ merchant }) => isInSync(merchant));
  const sections: Section[] = [
    drifted(entries, groups, source),
    missing(groups, source),
    unchecked("revoked", groups, source),
    unchecked("unreachable", groups, source),
    failed(stacks),
    accepted(groups, source),
    outdatedSection(outdated),
    resolvedSection(resolved, source),
    waiting(stacks, source),
    ...forecastSections(withChanges, source),
    pending(withChanges, source),
    unmanaged(stacks, nameOf),
    unlisted(stacks),
    inSync(equal, source),
  ];
  return sections.filter(({ items }) => items.length > 0);
}

/** Number of findings. An item can contain several integrations, and an integration with several changes counts once. */
export function countOf({ kind, items }: Section): number {
  const found = items.flatMap((item): unknown[] => {
    const cell = item.rows[0]?.[0];
    return cell !== undefined && "merchants" in cell
      ? cell.merchants.map((label) => (kind === "resolved" ? label : (label.urn ?? label)))
      : [item];
  });
  return new Set(found).size;
}

/** Integrations with the same finding. */
type Group = DriftReport["groups"][number] & { readonly findings: readonly Entry[] };

/** A change of one or several integrations. */
interface Change extends Pick<Group, "property"> {
  readonly cell: Cell;
  readonly recreated: boolean;
}

function changeColumns({ item, noun }: Source): ColumnOf<Change>[] {
  const value =
    (side: "program" | "pinterest"): ColumnOf<Change>["cell"] =>
    ({ property }) =>
      property === undefined ? { kind: "none", text: "" } : { kind: "value", property, side };
  return [
    { head: capital(item), cell: ({ cell }) => cell },
    {
      head: "Property",
      cell: ({ property, recreated }) =>
        property === undefined
          ? { kind: "none", text: recreated ? "recreated at Pinterest" : "not reported" }
          : { kind: "name", name: property.name },
    },
    { head: capital(noun), cell: value("program") },
    { head: "Pinterest", cell: value("pinterest") },
  ];
}

function nameColumn(item: string): ColumnOf<Entry> {
  return {
    head: capital(item),
    cell: ({ label }) => ({ kind: "merchants", merchants: [label] }),
  };
}

/** Changes that several integrations share, and then the others by integration. */
function changesOf(changes: readonly Group[], { item }: Source): Change[][] {
  const isShared = ({ findings }: Group) => findings.length > 1;
  const isRecreated = ({ merchant }: Entry) => merchant.recreated === true;
  const shared = changes.filter(isShared).map(({ id, status, property, since, findings }): Change[] => {
    const from = since === undefined ? "" : ` since ${shownTime(since)}`;
    const change = status === "accepted" ? "" : ` (change ${id})`;
    const text = `${counted(findings.length, item)}${from}${change}`;
    const cell: Cell = { kind: "group", text, merchants: findings.map(({ label }) => label) };
    return [{ cell, property, recreated: findings.every(isRecreated) }];
  });
  const single = changes
    .filter((change) => !isShared(change))
    .map(({ property, findings }) => {
      const [entry] = findings as [Entry];
      const { label, merchant } = entry;
      const cell: Cell = { kind: "merchants", merchants: [{ ...label, changedAt: merchant.since }] };
      return { cell, property, recreated: isRecreated(entry), merchant };
    });
  return [...shared, ...Map.groupBy(single, ({ merchant }) => merchant).values()];
}

function drifted(all: readonly Entry[], groups: readonly Group[], source: Source): Section {
  const { noun } = source;
  const changes = groups.filter(({ status }) => status === "drifted");
  const entries = all.filter(({ merchant }) => merchant.status === "drifted");
  const merchants = entries.map(({ merchant }) => merchant);
  const shared = changes.find(({ findings }) => findings.length > 1);
  return {
    kind: "drifted",
    title: "Drifted",
    meaning: "Pinterest differs from the last update.",
    ...tableOf(changeColumns(source), changesOf(changes, source)),
    ...fixing(
      entries,
      source,
      ["write", `the ${noun}'s values back`],
      [
        ...(merchants.some(hasValuesToKeep) ? [keeping(source)] : []),
        ...(shared === undefined || source.fixesChanges !== true || source.deployedByMerge
          ? []
          : [`To write only one change, add \`--only ${shared.id}\`.`]),
        ...(merchants.some(({ recreated }) => recreated)
          ? [
              "Recreated integrations stay in this report until an update, which writes their partner tokens and e-mail again.",
            ]
          : []),
      ],
    ),
  };
}

/** Differences that are accepted, with the reasons. */
function accepted(groups: readonly Group[], source: Source): Section {
  const terms = ({ property, accepted }: Group) => {
    const accepting = accepted ?? property?.accepted;
    return accepting === undefined
      ? ""
      : `${sentence(accepting.reason)} Accepted by ${accepting.by} until ${accepting.until}.`;
  };
  const rows = groups.filter(({ status }) => status === "accepted");
  const columns: ColumnOf<{ readonly change: Change; readonly text: string }>[] = [
    ...changeColumns(source).map(({ head, cell }) => ({
      head,
      cell: ({ change }: { readonly change: Change }) => cell(change),
    })),
    { head: "Reason", cell: ({ text }) => ({ kind: "text", text }) },
  ];
  return {
    kind: "accepted",
    title: "Accepted",
    meaning: `Pinterest differs, and the ${source.noun} keeps its values for now.`,
    ...tableOf(
      columns,
      rows.flatMap((group) =>
        changesOf([group], source)
          .flat()
          .map((change) => ({ change, text: terms(group) })),
      ),
    ),
  };
}

function outdatedSection(outdated: readonly OutdatedAcceptance[]): Section {
  const column: ColumnOf<OutdatedAcceptance> = {
    head: "Acceptance",
    cell: ({ merchant, property = "missing", reason, by, until, problem }) => {
      const why = problem === "expired" ? `expired on ${until}` : "no longer true";
      return { kind: "text", text: `${merchant}, ${property}: ${why}. Accepted by ${by}: ${reason}` };
    },
  };
  return {
    kind: "outdated",
    title: "Outdated acceptances",
    meaning: "They have no effect, so remove or renew them.",
    ...tableOf([column], outdated),
  };
}

function resolvedSection(resolved: DriftReport["groups"], { item }: Source): Section {
  const column: ColumnOf<DriftReport["groups"][number]> = {
    head: "Finding",
    cell: ({ status, property, merchants }) => ({
      kind: "group",
      text: `${counted(merchants.length, item)}, ${property?.name ?? status}`,
      merchants,
    }),
  };
  return {
    kind: "resolved",
    title: "Resolved",
    meaning: "The earlier report has these findings, and they are fixed or accepted now.",
    ...tableOf([column], resolved),
  };
}

function keeping({ noun, adopt, deployedByMerge }: Source): string {
  const byCommand = adopt === undefined || deployedByMerge ? "" : `, or run \`${adopt}\``;
  return `To keep Pinterest's values, copy them into the ${noun}${byCommand}.`;
}

/** Whether a program could have Pinterest's values. A recreated integration has lost its secrets. */
function hasValuesToKeep({ recreated, properties }: MerchantReport): boolean {
  return recreated !== true || properties.some(({ secret }) => !secret);
}

function missing(groups: readonly Group[], source: Source): Section {
  const entries = groups.flatMap(({ status, findings }) => (status === "missing" ? findings : []));
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
  groups: readonly Group[],
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
    items: groups.filter(({ status }) => status === kind).map(failureOf),
    ...(isRevoked && afterRevocation !== undefined && { remedies: [afterRevocation] }),
  };
}

/** Integrations that failed for the same reason, with the ID of one of the requests. */
function failureOf({ reason, advice, findings }: Group): Item {
  const ids = new Set(findings.map(({ merchant }) => merchant.requestId));
  const [requestId] = ids;
  const shownId = ids.size === 1 || requestId === undefined ? requestId : `${requestId}, for instance`;
  return {
    rows: [[{ kind: "merchants", merchants: findings.map(({ label }) => label) }]],
    reason: reason && withRequestId(reason, shownId),
    advice: advice === reason ? undefined : advice,
  };
}

function failed(stacks: readonly StackReport[]): Section {
  return {
    kind: "failed",
    title: "Failed",
    meaning: "Errors of the whole stack or of an account.",
    ...listOf("Error", stacks, ({ errors }) => errors),
  };
}

/** A list of texts about stacks, each with the name of its stack if there are several. */
function listOf(
  head: string,
  stacks: readonly StackReport[],
  textsOf: (stack: StackReport) => readonly string[],
): Table {
  const column: ColumnOf<{ text: string }> = { head, cell: ({ text }) => ({ kind: "text", text }) };
  const prefixOf = (stack: StackReport) => (stacks.length > 1 ? `${stackTitle(stack)}: ` : "");
  return tableOf(
    [column],
    stacks.flatMap((stack) => textsOf(stack).map((text) => ({ text: prefixOf(stack) + text }))),
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
    ...tableOf([nameColumn(item), changesColumn, ...forecastColumns(entries)], entries),
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
  readonly stackName?: string | undefined;
  readonly integration: UnmanagedIntegration;
}

function unmanaged(stacks: readonly StackReport[], nameOf: StackNames): Section {
  const entries = stacks.flatMap((stack) =>
    (stack.unmanaged ?? []).map((integration) => ({ stack, stackName: nameOf(stack), integration })),
  );
  return {
    kind: "unmanaged",
    title: "Unmanaged",
    meaning: "No program of this report manages them.",
    ...tableOf(unmanagedColumns, entries),
    remedies: importing(entries),
  };
}

export const unmanagedColumns: readonly ColumnOf<Omit<UnmanagedEntry, "stack">>[] = [
  {
    head: "External business ID",
    cell: ({ integration: { externalBusinessId = "none", account, provider }, stackName: stack }) => ({
      kind: "merchants",
      merchants: [{ name: externalBusinessId, externalBusinessId, account, provider, stack }],
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
