import { html } from "hono/html";
import { figure } from "../../provider/base/words";
import { type DriftReport, type DriftStatus, type MerchantReport, statusInWords } from "../../stack/report";
import { timeInWords } from "../tables/table";

/** The states in the order of the page, in words for readers who do not know Pulumi. */
const meanings: Readonly<Record<DriftStatus, string>> = {
  drifted: "changed at Pinterest",
  missing: "deleted at Pinterest",
  revoked: "Pinterest refuses access",
  unreachable: "could not be checked",
  accepted: "a known difference",
  pending: "waits for an update",
  "in-sync": "as intended",
};

/** Number of integrations by state, as in a report's counts: one with drift and pending changes counts as both. States without integrations can be omitted. */
type Estate = Readonly<Partial<Record<DriftStatus, number>>>;

/** The state of an integration at an earlier check, with the properties that differed. */
interface PastState extends Pick<MerchantReport, "status" | "properties"> {
  readonly at: string;
}

/** Earlier checks of the same integrations, with their times in ISO 8601, the newest first. */
export interface History {
  readonly checks: readonly { readonly at: string; readonly estate: Estate }[];
  /** The states of an integration. Those that equal the state of the check before can be omitted. */
  readonly of: (merchant: MerchantReport) => readonly PastState[];
}

/** The history that a single earlier report has. */
export function historyOfReport(report: DriftReport): History {
  const at = report.generatedAt;
  const merchants = report.stacks.flatMap((stack) => stack.merchants);
  const byUrn = Map.groupBy(merchants, ({ urn }) => urn);
  return {
    checks: [{ at, estate: estateOf(report) }],
    of: ({ urn }) => (byUrn.get(urn) ?? []).map(({ status, properties }) => ({ at, status, properties })),
  };
}

function estateOf({ summary }: DriftReport): Estate {
  return { ...summary, "in-sync": summary.inSync };
}

/** A state and its meaning, such as `in sync: as intended`. */
export function stateInWords(state: DriftStatus): string {
  return `${statusInWords(state)}: ${meanings[state]}`;
}

/** The integrations by state: a bar with its legend. */
export function estatePicture(report: DriftReport) {
  const estate = estateOf(report);
  const counts = countsIn(estate).map(
    ([state, count]) => html`<li data-kind="${state}"><b>${figure(count)}</b> ${stateInWords(state)}</li>`,
  );
  return counts.length === 0 ? "" : html`<div class="estate">${bar(estate)}<ul>${counts}</ul></div>`;
}

/** The integrations by state, now and at earlier checks. */
export function estateHistory(report: DriftReport, checks: History["checks"]) {
  const rows = [{ at: report.generatedAt, estate: estateOf(report) }, ...checks].map(({ at, estate }) => {
    const counts = countsIn(estate).map(([state, count]) => `${figure(count)} ${statusInWords(state)}`);
    return html`<li><span>${timeInWords(at)}</span>${bar(estate)}<span>${counts.join(", ")}</span></li>`;
  });
  return html`<section aria-labelledby="over-time">
<h2 id="over-time">Over time</h2>
<p>The state at each check, the latest first.</p>
<ol class="history">${rows}</ol>
</section>`;
}

function countsIn(estate: Estate): [DriftStatus, number][] {
  return (Object.keys(meanings) as DriftStatus[]).flatMap((state) => {
    const count = estate[state] ?? 0;
    return count === 0 ? [] : [[state, count]];
  });
}

/** The least part of the bar, in thousandths, so that a few integrations among thousands are visible. */
const leastPart = 6;

/** A bar with a part for each state. The text next to it has the numbers. */
function bar(estate: Estate) {
  const counts = countsIn(estate);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const total = sum(counts.map(([, count]) => count));
  const parts = counts.map(([, count]) => Math.max((1000 * count) / total, leastPart));
  const widths = parts.map((part) => (1000 * part) / sum(parts));
  return html`<svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">${counts.map(
    ([state], index) =>
      html`<rect data-kind="${state}" x="${sum(widths.slice(0, index)).toFixed(1)}" width="${widths[index]?.toFixed(1)}" height="20"/>`,
  )}</svg>`;
}
