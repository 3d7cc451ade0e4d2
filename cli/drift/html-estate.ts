import { html } from "hono/html";
import { figure } from "../../provider/base/words";
import type { DriftReport, DriftStatus, MerchantReport } from "../../stack/report";
import { shownTime } from "../tables/table";

/** The state of an integration on the page. Pending ones only have changes that are not deployed. */
export type EstateState = DriftStatus | "pending";

/** The states in the order of the page, in words for readers who do not know Pulumi. */
const meanings: Readonly<Record<EstateState, string>> = {
  drifted: "changed at Pinterest",
  missing: "deleted at Pinterest",
  revoked: "Pinterest refuses access",
  unreachable: "could not be checked",
  accepted: "a known difference",
  pending: "waits for an update",
  "in-sync": "as intended",
};
const states = Object.keys(meanings) as EstateState[];

/** Number of integrations by state. States without integrations can be omitted. */
export type Estate = Readonly<Partial<Record<EstateState, number>>>;

/** The state of an integration at an earlier check. */
export interface PastState extends Pick<MerchantReport, "status"> {
  /** Time of the check, in ISO 8601. */
  readonly at: string;
  /** The names of the properties that differed. */
  readonly properties: readonly string[];
}

/** Earlier checks of the same integrations, for the page. */
export interface History {
  /** The newest first. */
  readonly checks: readonly { readonly at: string; readonly estate: Estate }[];
  /** The states of an integration, the newest first. A state can be omitted if it is that of the check before. */
  readonly of: (merchant: MerchantReport) => readonly PastState[];
}

/** The history that a single earlier report has. */
export function historyOfReport(report: DriftReport): History {
  const at = report.generatedAt;
  const earlier = new Map(
    report.stacks.flatMap(({ merchants }) => merchants.map((merchant) => [merchant.urn, merchant] as const)),
  );
  return {
    checks: [{ at, estate: estateOf(report) }],
    of: ({ urn }) => {
      const merchant = earlier.get(urn);
      if (merchant === undefined) return [];
      return [{ at, status: merchant.status, properties: merchant.properties.map(({ name }) => name) }];
    },
  };
}

export function estateOf({ stacks }: DriftReport): Estate {
  const estate: Partial<Record<EstateState, number>> = {};
  for (const merchant of stacks.flatMap(({ merchants }) => merchants)) {
    const state = stateOf(merchant);
    estate[state] = (estate[state] ?? 0) + 1;
  }
  return estate;
}

export function stateOf({ status, pending }: Pick<MerchantReport, "status" | "pending">): EstateState {
  return status === "in-sync" && pending.length > 0 ? "pending" : status;
}

/** A state and its meaning, such as `drifted: changed at Pinterest`. */
export function stateInWords(state: EstateState): string {
  return `${wordOf(state)}: ${meanings[state]}`;
}

function wordOf(state: EstateState): string {
  return state.replace("-", " ");
}

/** The integrations by state: a bar with its legend. */
export function estatePicture(estate: Estate) {
  const shown = statesIn(estate);
  if (shown.length === 0) return "";
  return html`<div class="estate">${bar(estate)}
<ul>${shown.map((state) => html`<li data-kind="${state}"><b>${figure(estate[state] ?? 0)}</b> ${stateInWords(state)}</li>`)}</ul></div>`;
}

/** The integrations by state, now and at earlier checks. */
export function estateHistory(report: DriftReport, { checks }: History) {
  if (checks.length === 0) return "";
  const all = [{ at: report.generatedAt, estate: estateOf(report) }, ...checks];
  return html`<section aria-labelledby="over-time">
<h2 id="over-time">Over time</h2>
<p>The state at each check, the latest first.</p>
<ol class="history">${all.map(
    ({ at, estate }) =>
      html`<li><span>${shownTime(at)}</span>${bar(estate)}<span>${inWords(estate)}</span></li>
`,
  )}</ol>
</section>
`;
}

function inWords(estate: Estate): string {
  const counts = statesIn(estate).map((state) => `${figure(estate[state] ?? 0)} ${wordOf(state)}`);
  return counts.length > 0 ? counts.join(", ") : "nothing checked";
}

function statesIn(estate: Estate): EstateState[] {
  return states.filter((state) => estate[state]);
}

const barWidth = 1000;
const barHeight = 20;
/** The least share of a state in the bar, so that a few integrations among thousands are visible. */
const leastShare = 0.006;

/** One bar with a part for each state. The text next to it has the numbers. */
function bar(estate: Estate) {
  const shown = statesIn(estate);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const total = sum(shown.map((state) => estate[state] ?? 0));
  const shares = shown.map((state) => Math.max((estate[state] ?? 0) / total, leastShare));
  const scale = barWidth / sum(shares);
  return html`<svg viewBox="0 0 ${barWidth} ${barHeight}" preserveAspectRatio="none" aria-hidden="true">${shown.map(
    (state, index) =>
      html`<rect data-kind="${state}" x="${round(sum(shares.slice(0, index)) * scale)}" width="${round((shares[index] ?? 0) * scale)}" height="${barHeight}"/>`,
  )}</svg>`;
}

function round(length: number): string {
  return length.toFixed(1);
}
