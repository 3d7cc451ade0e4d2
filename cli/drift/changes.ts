import { defined } from "../../provider/base/bag";
import { didYouMean, firstOf, sentence } from "../../provider/base/message-text";
import { asCode, capital, counted } from "../../provider/base/words";
import { isRefused } from "../../stack/forecasts";
import type { DriftReport, OutdatedAcceptance } from "../../stack/report";
import { type Cell, type ColumnOf, type Label, propertyColumns, tableOf } from "../tables/table";
import { type Entry, type Group, nameColumn, type Section, stacksOf } from "./section";
import type { Source } from "./wording";

/** Sections about differences between the program and Pinterest. */

/** A change of one or several integrations. */
interface Change extends Pick<Group, "property"> {
  readonly cell: Cell;
  /** The text in place of a property. */
  readonly unnamed: string;
}

function changeColumns<Entry extends Change>({ item, noun }: Source): ColumnOf<Entry>[] {
  return [
    { head: capital(item), cell: ({ cell }) => cell },
    ...propertyColumns(noun, ({ unnamed }: Entry) => unnamed),
  ];
}

/** Changes that several integrations share, and then the others by integration. */
function changesOf(changes: readonly Group[], { item }: Source): Change[][] {
  const isShared = ({ findings }: Group) => findings.length > 1;
  const unnamedOf = ({ accepted, findings }: Group) => {
    if (accepted !== undefined) return "missing at Pinterest";
    return findings.every(({ merchant }) => merchant.recreated === true)
      ? "recreated at Pinterest"
      : "not reported";
  };
  const shared = changes.filter(isShared).map((group): Change[] => {
    const { id, property, since, findings } = group;
    const cell: Cell = {
      kind: "group",
      text: counted(findings.length, item),
      ...defined({ since }),
      id,
      merchants: findings.map(({ label }) => label),
    };
    return [{ cell, property, unnamed: unnamedOf(group) }];
  });
  const single = changes
    .filter((change) => !isShared(change))
    .map((group) => {
      const [{ label, merchant }] = group.findings as [Entry];
      const cell: Cell = { kind: "merchants", merchants: [{ ...label, changedAt: merchant.since }] };
      return { cell, property: group.property, unnamed: unnamedOf(group), merchant };
    });
  return [...shared, ...Map.groupBy(single, ({ merchant }) => merchant).values()];
}

export function drifted(all: readonly Entry[], groups: readonly Group[], source: Source): Section {
  const changes = groups.filter(({ status }) => status === "drifted");
  const entries = all.filter(({ merchant }) => merchant.status === "drifted");
  return {
    kind: "drifted",
    title: "Drifted",
    meaning: "Pinterest differs from the last update.",
    ...tableOf(changeColumns(source), changesOf(changes, source)),
    ...fixing(
      entries,
      source,
      ["write", `the ${source.noun}'s values back`],
      notesAboutFix(entries, changes, source),
    ),
  };
}

/** Alternatives to writing all values back, and notes about recreated integrations, as sentences. */
function notesAboutFix(
  entries: readonly Entry[],
  changes: readonly Group[],
  { noun, adopt, fixesChanges, forPullRequest }: Source,
): string[] {
  const merchants = entries.map(({ merchant }) => merchant);
  const texts: string[] = [];
  // A recreated integration has lost its secrets.
  const hasValues = merchants.some(
    ({ recreated, properties }) => recreated !== true || properties.some(({ secret }) => !secret),
  );
  if (hasValues) {
    const commands = stacksOf(entries).flatMap((stack) => (forPullRequest ? [] : (adopt?.(stack) ?? [])));
    const orRun = commands.length === 0 ? "" : `, or run ${asCode([...new Set(commands)])}`;
    texts.push(`To keep Pinterest's values, copy them into the ${noun}${orRun}.`);
  }
  const shared = changes.find(({ findings }) => findings.length > 1);
  if (shared !== undefined && fixesChanges && !forPullRequest)
    texts.push(`To write only one change, add \`--only ${shared.id}\`.`);
  if (merchants.some(({ recreated }) => recreated))
    texts.push(
      "Recreated integrations stay in this report until an update, which writes their partner tokens and e-mail again.",
    );
  return texts;
}

/** Differences that are accepted, with the reasons. */
export function accepted(groups: readonly Group[], source: Source): Section {
  const terms = ({ property, accepted }: Group) => {
    const accepting = accepted ?? property?.accepted;
    return accepting === undefined
      ? ""
      : `${sentence(accepting.reason)} Accepted by ${accepting.by} until ${accepting.until}.`;
  };
  const rows = groups.filter(({ status }) => status === "accepted");
  const merchants = new Set(rows.flatMap(({ findings }) => findings.map(({ merchant }) => merchant)));
  const others = [...merchants].filter(({ status }) => status !== "accepted").length;
  const alsoDrifted =
    others === 0 ? "" : ` ${counted(others, source.item)} also ${others === 1 ? "has" : "have"} other drift.`;
  const reason: ColumnOf<Change & { readonly text: string }> = {
    head: "Reason",
    cell: ({ text }) => ({ kind: "text", text }),
  };
  const changes = rows.flatMap((group) =>
    changesOf([group], source).flatMap((each) => each.map((change) => ({ ...change, text: terms(group) }))),
  );
  return {
    kind: "accepted",
    title: "Accepted",
    meaning: `These differences are accepted until a day, so they are not counted as drift.${alsoDrifted}`,
    ...tableOf([...changeColumns<(typeof changes)[number]>(source), reason], changes),
  };
}

/** Number of integrations that the line of an outdated acceptance names. */
const namedAtMost = 3;

export function outdatedSection(outdated: readonly OutdatedAcceptance[], { item }: Source): Section {
  const groups = Map.groupBy(outdated, ({ merchant: _, ...entry }) => JSON.stringify(entry));
  const column: ColumnOf<OutdatedAcceptance[]> = {
    head: "Acceptance",
    cell: (entries) => {
      const [entry] = entries as [OutdatedAcceptance];
      const { property = "missing", reason, by } = entry;
      const names = firstOf(
        entries.map(({ merchant }) => merchant),
        namedAtMost,
      );
      const total = entries.length > namedAtMost ? ` (${counted(entries.length, item)})` : "";
      const text = `${names}${total}, ${property}: ${problemInWords(entry, item)} Accepted by ${by}: ${reason}`;
      return { kind: "text", text };
    },
  };
  return {
    kind: "outdated",
    title: "Outdated acceptances",
    meaning: "They have no effect, so remove, correct or renew them.",
    columns: [column],
    items: [...groups.values()].map((entries) => ({ rows: [[column.cell(entries)]] })),
  };
}

function problemInWords({ problem, stack, until, similar = [] }: OutdatedAcceptance, item: string): string {
  switch (problem) {
    case "expired":
      return `expired after ${until}.`;
    case "no longer true":
      return "no longer true.";
    case "no such stack":
      return `the project has no stack ${stack}.`;
    case "no such integration":
      return `no ${item} has this name${didYouMean(similar, ".")}`;
    case "no such property":
      return `no ${item} has this property${didYouMean(similar, ".")}`;
  }
}

export function resolvedSection(
  resolved: DriftReport["groups"],
  labelOf: (merchant: DriftReport["groups"][number]["merchants"][number]) => Label,
  { item }: Source,
): Section {
  const column: ColumnOf<DriftReport["groups"][number]> = {
    head: "Finding",
    cell: ({ status, property, merchants }) => ({
      kind: "group",
      text: `${counted(merchants.length, item)}, ${property?.name ?? status}`,
      merchants: merchants.map(labelOf),
    }),
  };
  return {
    kind: "resolved",
    title: "Resolved",
    meaning: "These findings of the earlier report no longer apply.",
    ...tableOf([column], resolved),
  };
}

export function missing(groups: readonly Group[], source: Source): Section {
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
 * The remedies for drift, with one command for each stack. Values are not written back if the update replaces the integration. A renamed one first needs
 * its alias, because otherwise another resource would have to adopt it. A note of the report names the alias.
 */
function fixing(
  entries: readonly Entry[],
  { fix, fixDeploysPending, fixesChanges, forPullRequest }: Source,
  [verb, object]: readonly [string, string],
  others: readonly string[],
): Pick<Section, "remedies"> {
  if (fix === undefined) return {};
  const merchants = stacksOf(entries).flatMap((stack) => stack.merchants);
  // A fix skips the stacks of renamed integrations.
  const isRenamed = merchants.some(
    ({ renamedFrom, status }) => renamedFrom !== undefined && (status === "drifted" || status === "missing"),
  );
  // Renamed resources have their own advice.
  const isUpdateRefused = merchants.some(
    (merchant) => merchant.renamedFrom === undefined && isRefused(merchant),
  );
  const kept = entries.filter(({ merchant: { pending } }) => !pending.includes("replace"));
  if (kept.length === 0) return { remedies: ["The next update replaces these integrations."] };
  const fixed = stacksOf(kept);
  const commands = [...new Set(fixed.map(fix))];
  const deploysPending = fixed.some((stack) => fixDeploysPending?.(stack));
  const effect = forPullRequest
    ? `The deployment after the merge ${verb}s ${object}.`
    : `To ${verb} ${object}${deploysPending ? ", and deploy the pending changes" : ""}, run ${asCode(commands)}.`;
  return {
    remedies: [
      isRenamed &&
        "First give renamed resources an alias of their old name or parent. Then continue as follows.",
      isUpdateRefused &&
        fixesChanges === true &&
        forPullRequest !== true &&
        "First resolve the integrations under Refused: until then, an update of all integrations fails. To write the values of one integration now, add `--only` with its name.",
      [effect, ...others].join(" "),
    ].filter((text) => text !== false),
  };
}
