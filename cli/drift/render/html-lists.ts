import { html } from "hono/html";
import type { DriftedProperty, MerchantReport, StackReport, UnmanagedIntegration } from "../../check/report";
import { figure } from "../../text/counted";
import { visible, visibleLines } from "../../text/visible";
import { type Entry, failureGroups, unlistedOf, unmanagedGroups } from "./grouped";
import { table } from "./html-table";
import { timeElement } from "./html-time";
import { howToImport, unfitIds } from "./import-command";
import { changeInWords, fieldInWords } from "./plain-words";
import { type ShownValue, type ShownValues, shownValues, wholeValues } from "./values";
import { detailsOf, stackInWords, unlistedInWords } from "./words";

/** Length from which the difference of two values is marked. */
const longValue = 32;

/** Length from which a value is collapsed. */
const clippedFrom = 400;
/** Number of characters of a collapsed value that are shown. */
const shownAtMost = 160;

/** Changed properties, with a group of rows for each merchant. */
export function driftedTable(entries: readonly Entry[], several: boolean) {
  return table(
    "Properties that differ",
    ["Merchant", "What", "Should be", "Is at Pinterest"],
    entries.map(({ stack, merchant }) => {
      const rows = merchant.properties.length > 0 ? merchant.properties.map(propertyCells) : [untold];
      const head = html`<th role="rowheader" scope="rowgroup" rowspan="${rows.length}">${label(stack, merchant, several)}${since(merchant)}</th>`;
      return rows.map((cells, index) => html`<tr role="row">${index === 0 ? head : ""}${cells}</tr>`);
    }),
  );
}

const untold = html`<td role="cell" data-label="What"><span class="none">not reported</span></td><td role="cell"></td><td role="cell"></td>`;

function propertyCells(property: DriftedProperty) {
  const whole = wholeValues(property);
  const short = shownValues(property, shownAtMost);
  const [wanted, found] = (["program", "pinterest"] as const).map((side) => {
    const all = sides(property, whole)[side];
    const { length } = whole[side].text;
    return length <= clippedFrom ? all : onDemand(sides(property, short)[side], all, length);
  });
  const words = fieldInWords(property.name);
  const name = html`<code>${visible(property.name)}</code>`;
  return html`<td role="cell" data-label="What"><span>${words === undefined ? name : html`${words} <small>${name}</small>`}</span></td><td role="cell" data-label="Should be">${wanted}</td><td role="cell" data-label="Is">${found}</td>`;
}

/** Marks the difference of long values. */
function sides(property: DriftedProperty, { program, pinterest }: ShownValues) {
  const isLong =
    Math.max(program.text.length, pinterest.text.length) >= longValue &&
    typeof property.pinterest === "string";
  const [wanted, found] = isLong
    ? marked(program, pinterest)
    : [value(program, "wanted"), value(pinterest, "found")];
  return { program: wanted, pinterest: found };
}

function onDemand(short: unknown, whole: unknown, length: number) {
  return html`<div class="clipped">${short}<details><summary>All ${figure(length)} characters</summary>${whole}</details></div>`;
}

function marked(program: ShownValue, pinterest: ShownValue) {
  if (program.kind !== "value" || pinterest.kind !== "value") {
    return [value(program, "wanted"), value(pinterest, "found")];
  }
  const [one, other] = [[...program.text], [...pinterest.text]];
  const least = Math.min(one.length, other.length);
  let start = 0;
  while (start < least && one[start] === other[start]) start++;
  let end = 0;
  while (end < least - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  if (start + end === 0) {
    return [value(program, "wanted"), value(pinterest, "found")];
  }
  return [[one, "wanted"] as const, [other, "found"] as const].map(([characters, look]) => {
    const part = (from: number, to?: number) => characters.slice(from, to).join("");
    const to = characters.length - end;
    return html`<span class="value ${look}">${part(0, start)}${to > start ? html`<mark>${part(start, to)}</mark>` : ""}${part(to)}</span>`;
  });
}

function value({ kind, text }: ShownValue, look: "wanted" | "found") {
  return kind === "value"
    ? html`<span class="value ${look}">${text}</span>`
    : html`<span class="none">${text}</span>`;
}

function since({ since }: MerchantReport) {
  return since === undefined ? "" : html`<small>changed ${timeElement(since)}</small>`;
}

/** Names of merchants. */
export function nameList(entries: readonly Entry[], several: boolean) {
  return html`<ul class="names">${entries.map(
    ({ stack, merchant }) => html`<li data-item>${label(stack, merchant, several)}</li>
`,
  )}</ul>`;
}

/** Merchants that could not be checked, with their common reason. */
export function failureList(entries: readonly Entry[], several: boolean) {
  return failureGroups(entries).map(
    ({ stack, reason, advice, merchants }) => html`<div class="group" data-group>
<p>${reason === undefined ? "No reason was reported." : visible(reason)}</p>
${advice === undefined || advice === reason ? "" : html`<details><summary>For the operator of this check</summary><p class="advice">${lines(advice)}</p></details>`}
<ul class="names">${merchants.map(
      (merchant) => html`<li data-item>${label(stack, merchant, several)}</li>
`,
    )}</ul></div>`,
  );
}

export function errorList(errors: readonly { stack: StackReport; error: string }[], several: boolean) {
  return html`<ul class="errors">${errors.map(
    ({
      stack,
      error,
    }) => html`<li data-item>${several ? html`<b>${stackInWords(stack)}</b>: ` : ""}${lines(error)}</li>
`,
  )}</ul>`;
}

export function pendingTable(entries: readonly Entry[], several: boolean) {
  return table(
    "Pending changes",
    ["Merchant", "What is pending"],
    entries.map(({ stack, merchant }) => {
      const changes = merchant.pending.map((change) => changeInWords(change) ?? visible(change));
      return html`<tr role="row"><th role="rowheader" scope="row">${label(stack, merchant, several)}</th><td role="cell">${changes.join(", ")}</td></tr>`;
    }),
  );
}

/** Unmanaged integrations by account, and how to import them. */
export function unmanagedTables(stacks: readonly StackReport[], several: boolean) {
  return unmanagedGroups(stacks).map((group) => {
    const of = [
      ...(several ? [stackInWords(group.stack)] : []),
      ...detailsOf({ account: group.account, provider: group.provider }),
    ];
    const { command, advice } = howToImport(group);
    return html`<div data-group>
${of.length > 0 ? html`<h3>${of.join(", ")}</h3>` : ""}
${table("Connections in no program", ["External business ID", "Integration ID"], group.integrations.map(unmanagedRow))}
<details><summary>For the operator of this check: how to import them</summary>${command === undefined ? html`<p class="advice">${advice}</p>` : html`<pre><code>${command}</code></pre>`}
${unfitIds(group).map(({ id, problem }) => html`<p class="advice">Cannot be imported: <code>${visible(id)}</code> ${visible(problem)}.</p>`)}</details>
</div>`;
  });
}

/** Accounts that could not be listed. */
export function unlistedList(stacks: readonly StackReport[], several: boolean) {
  return html`<ul class="errors">${unlistedOf(stacks).map(
    ({ stack, unlisted }) =>
      html`<li data-item>${several ? html`<b>${stackInWords(stack)}</b>: ` : ""}${unlistedInWords(unlisted)}: ${lines(unlisted.reason)}</li>
`,
  )}</ul>`;
}

function unmanagedRow({ externalBusinessId: id, integrationId: number }: UnmanagedIntegration) {
  const name = id === undefined ? html`<span class="none">none</span>` : visible(id);
  return html`<tr role="row"><th role="rowheader" scope="row">${name}</th><td role="cell">${number === undefined ? "" : visible(number)}</td></tr>`;
}

function label(stack: StackReport, merchant: MerchantReport, several: boolean) {
  const details = [...detailsOf(merchant), ...(several ? [stackInWords(stack)] : [])];
  return html`${visible(merchant.name)}${details.length > 0 ? html` <small>${details.join(" · ")}</small>` : ""}`;
}

function lines(text: string): string {
  return visibleLines(text).join("\n");
}
