import { accountInWords } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { commandsOn } from "../../provider/base/shell";
import { shownId } from "../../provider/base/visible";
import { asCode, capital, counted, figure } from "../../provider/base/words";
import { problemWithId } from "../../provider/lifecycle/check";
import { isInSync } from "../../stack/findings";
import { isFailing } from "../../stack/forecasts";
import type { DriftReport, StackReport, UnmanagedIntegration } from "../../stack/report";
import { type ColumnOf, type Table, tableOf } from "../tables/table";
import { accepted, drifted, missing, outdatedSection, resolvedSection } from "./changes";
import { forecastColumns, forecastSections, hasForecastSection } from "./forecasts";
import { type Entry, failureItem, type Group, nameColumn, type Section, stacksOf } from "./section";
import { type Source, stackTitle } from "./wording";

/** Returns the stack's title for a finding. Undefined if the report has one stack, or `Source.namesStacks` is false. */
type StackNames = (stack: StackReport) => string | undefined;

/** The sections of a report that have findings. */
export function sectionsOf(
  { stacks, groups: published, outdated = [], resolved = [] }: DriftReport,
  source: Source,
): Section[] {
  const namesStacks = source.namesStacks && stacks.length > 1;
  const nameOf: StackNames = (stack) => (namesStacks ? stackTitle(stack) : undefined);
  const entries = stacks.flatMap((stack) =>
    stack.merchants.map(
      (merchant): Entry => ({
        stack,
        merchant,
        label: namesStacks ? { ...merchant, stack: stackTitle(stack) } : merchant,
      }),
    ),
  );
  const ofUrn = new Map(entries.map((entry) => [entry.merchant.urn, entry]));
  const groups = published.map((group): Group => {
    const findings = group.merchants.flatMap(({ urn, new: isNew }): Entry[] => {
      const entry = ofUrn.get(urn);
      if (entry === undefined) return [];
      return [isNew ? { ...entry, label: { ...entry.label, isNew } } : entry];
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
    outdatedSection(outdated, source),
    resolvedSection(
      resolved,
      ({ project, stack, ...one }) => ({ ...one, stack: namesStacks ? `${project}/${stack}` : undefined }),
      source,
    ),
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
    items: groups
      .filter(({ status }) => status === kind)
      .map(({ reason, advice, findings }) => {
        const requestIds = findings.map(({ merchant }) => merchant.requestId);
        return failureItem(findings, requestIds, reason, advice === reason ? undefined : advice);
      }),
    ...(isRevoked && afterRevocation !== undefined && { remedies: [afterRevocation] }),
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
  const { noun, item, forPullRequest, keepRenamed } = source;
  const renames = entries.flatMap(({ merchant: { name, alias } }) =>
    alias === undefined ? [] : { name, alias },
  );
  const others = entries.filter(
    ({ merchant }) =>
      (merchant.status !== "in-sync" && merchant.status !== "pending") || hasForecastSection(merchant),
  ).length;
  const alsoElsewhere =
    others === 0 ? "" : ` ${figure(others)} of them ${others === 1 ? "is" : "are"} also in another section.`;
  const changes: ColumnOf<Entry> = {
    head: "Changes",
    cell: ({ merchant }) => ({ kind: "changes", changes: merchant.pending }),
  };
  return {
    kind: "pending",
    title: "Pending",
    meaning: `The ${noun} has changes that are not deployed.${alsoElsewhere}`,
    ...tableOf([nameColumn(item), changes, ...forecastColumns(entries)], entries),
    remedies: [
      ...(renames.length > 0 && keepRenamed !== undefined ? [keepRenamed(renames)] : []),
      forPullRequest ? "The deployment after the merge includes them." : deploying(entries, source),
    ],
  };
}

function deploying(entries: readonly Entry[], { deploy }: Source): string {
  const stacks = stacksOf(entries);
  const commands = asCode([...new Set(stacks.map(deploy))]);
  const fails = entries.some(({ merchant: { forecast } }) => forecast !== undefined && isFailing(forecast));
  const overwrites = stacks.some(({ merchants }) =>
    merchants.some(
      ({ status, properties }) => status === "accepted" || properties.some(({ accepted }) => accepted),
    ),
  );
  const first = fails
    ? "The next update fails for some of them. To deploy the changes, fix these first, then run"
    : "To deploy them, run";
  return `${first} ${commands}.${overwrites ? " It also overwrites accepted drift." : ""}`;
}

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
    const named = stacksOf(some).map(({ directory, stack: name }) => ({ directory, name }));
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
    importable.length > 0 &&
      `If no other stack manages them, you can import them: run ${commandsFor("import --run", importable)}, followed by their IDs.`,
    ofProviders.length > 0 &&
      "To manage those of an explicit provider, declare them in the program with that provider. " +
        `Then run ${commandsFor("preflight", ofProviders)} to list Pinterest's values, and copy them into the program.`,
    ...[...problems].map((problem) => `Some integrations cannot be imported: ${problem}`),
  ].filter((text) => text !== false);
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
