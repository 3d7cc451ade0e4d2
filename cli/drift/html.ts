import { hash } from "node:crypto";
import { html, raw } from "hono/html";
import { integrationFields, isFieldName } from "../../provider/api";
import { visible, visibleLines } from "../../provider/base/visible";
import { capital, counted, figure } from "../../provider/base/words";
import { exitCodes } from "../../stack/exit-codes";
import { isInSync, stateOf } from "../../stack/findings";
import { effectOf } from "../../stack/forecasts";
import {
  type DriftedProperty,
  type DriftReport,
  type MerchantReport,
  type StackReport,
  statusInWords,
} from "../../stack/report";
import {
  type Cell,
  detailsOf,
  type GroupCell,
  type Item,
  type Label,
  type ShownValues,
  shownValues,
  type Table,
  timeInWords,
} from "../tables/table";
import { pageStyle } from "./html-assets";
import { estateHistory, estatePicture, stateInWords } from "./html-estate";
import type { Section } from "./section";
import { countOf, sectionsOf } from "./sections";
import { countsSummary, exitCodeMeaning, notesOf, type Source, stackTitle } from "./wording";

/** Length from which the difference of two values is marked. */
const longValue = 32;
/** Number of characters of a value that are shown, around the difference. --json has all of it. */
const shownAtMost = 400;

/** Number of characters of a value of an earlier check. */
const shownInHistory = 80;

/** Number of integrations in a table. If there are several tables, the browser renders only the visible ones. */
const rowsAtMost = 100;

/**
 * The report as one page with filters. It needs no network and no scripts, and forbids the browser to use them. Returns its parts, so that a page
 * of 10,000 integrations does not have to fit into memory.
 */
export function* pageParts(report: DriftReport, source: Source): Generator<string> {
  const sections = sectionsOf(report, source);
  const counts = countsSummary(report);
  const { history } = source;
  yield `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Pinterest drift: ${counts}</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
<div class="page">
<header>
<p class="eyebrow">Pinterest drift report</p>
<h1>${headlineOf(report, source)}</h1>
<p>A ${source.noun} defines for each ${source.item} how the shop is connected to Pinterest. An update writes these values to Pinterest. This report compares the values of the last update with the current ones at Pinterest. The check changed nothing.</p>
<dl class="facts">
<div><dt>Checked</dt><dd>${timeInWords(report.generatedAt)}</dd></div>
<div><dt>Result</dt><dd>${counts}</dd></div>
<div><dt>${report.stacks.length === 1 ? "Stack" : "Stacks"}</dt><dd>${report.stacks.map(stackTitle).join(", ")}</dd></div>
</dl>
${notesOf(report, source).map((note) => html`<p>${withCode(note)}</p>`)}
<details><summary>Words in this report</summary><dl>${glossaryOf(source).map(([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>`)}</dl></details>
${estatePicture(report)}
</header>
<main id="report">
`}`;
  for (const stack of report.stacks) {
    const differing = stack.merchants.filter((one) => !isInSync(one));
    for (const part of partsOf(differing))
      yield `${html`${part.map((one) => merchantPage(one, stack, source))}`}`;
  }
  yield `${html`
${filters(sections)}
`}`;
  for (const section of sections) {
    for (const part of sectionParts(section)) yield `${part}`;
  }
  yield `${html`
${history === undefined || history.checks.length === 0 ? "" : estateHistory(report, history.checks)}
</main>
<footer><p>For the operator of this check: exit code ${report.exitCode}, ${withCode(exitCodeMeaning(report, source))}. Created by ${source.checkCommand}. Its option <code>--json</code> writes the report for programs.</p></footer>
</div>
</body>
</html>
`}`;
}

/** The words that readers who do not know Pulumi need. */
function glossaryOf({ noun, item, keepRenamed }: Source): [word: string, meaning: string][] {
  return [
    ["Update", `The step that writes the values of the ${noun} to Pinterest.`],
    ["Stack", `A part of the ${item}s that is updated on its own, such as that of the real shops.`],
    ["Pending", `The ${noun} has a new value, which no update has written yet.`],
    ["Drifted", "Somebody has changed a value at Pinterest since the last update."],
    [
      "Recreated",
      `Somebody has deleted the ${item} at Pinterest and created it again, without its tokens and e-mail.`,
    ],
    ["Resolved", "The earlier report has this difference, and it no longer exists."],
    ["Accepted", "Somebody has decided to keep this difference until a day."],
    ["ID of a change", "The code with which the operator selects a change in commands."],
    ...(keepRenamed === undefined
      ? []
      : [
          ["Alias", `The old name of a renamed ${item}, by which the update recognizes it.`] as [
            string,
            string,
          ],
        ]),
  ];
}

/** The result in a sentence, for readers who do not know the statuses. */
function headlineOf({ exitCode, stacks, summary }: DriftReport, { item }: Source): string {
  const counts: [count: number, one: string, several: string][] = [
    [
      summary.drifted + summary.missing,
      "differs from the intended values",
      "differ from the intended values",
    ],
    [summary.accepted, "has an accepted difference", "have an accepted difference"],
    [summary.revoked + summary.unreachable, "could not be checked", "could not be checked"],
    [summary.pending, "waits for an update", "wait for an update"],
  ];
  const parts = counts.flatMap(([count, one, several]) =>
    count === 0 ? [] : [`${figure(count)} ${count === 1 ? one : several}`],
  );
  const all = stacks.flatMap(({ merchants }) => merchants).length;
  if (parts.length > 0) return `Of ${counted(all, item)}, ${parts.join(", ")}`;
  return exitCode === exitCodes.ok
    ? `No ${item} differs from the intended values`
    : "Not everything could be checked";
}

/** Allows only this style, so that markup that was not escaped has no effect. */
const policy = `default-src 'none'; style-src 'sha256-${hash("sha256", pageStyle, "base64")}'; base-uri 'none'; form-action 'none'`;

function filters(sections: readonly Section[]) {
  return html`<search><fieldset>
<legend>Show</legend>
<div class="tiles">
<label class="tile"><input type="radio" name="show" value="all" id="show-all" autocomplete="off" checked><b>All</b><span>Everything</span></label>
${sections.map(
  (section) =>
    html`<label class="tile" data-kind="${section.kind}"><input type="radio" name="show" value="${section.kind}" id="show-${section.kind}" autocomplete="off"><b>${figure(countOf(section))}</b><span>${section.title}</span></label>
`,
)}</div>
</fieldset></search>`;
}

function* sectionParts(section: Section) {
  const { kind, title, meaning, remedies = [] } = section;
  yield html`<section data-kind="${kind}" aria-labelledby="about-${kind}">
<h2 id="about-${kind}">${title} <span class="count">${figure(countOf(section))}</span></h2>
<p>${meaning}</p>
${remedies.length === 0 ? "" : html`<p class="todo"><b>What the operator can do:</b> ${withCode(remedies.join(" "))}</p>`}
`;
  yield* section.columns.length > 1 ? differenceParts(section) : listParts(section);
  yield html`
</section>
`;
}

/** Shared differences, and tables of the others. */
function* differenceParts(section: Section) {
  const { columns, items } = section;
  const isShared = ({ rows }: Item) => rows[0]?.[0]?.kind === "group";
  for (const { rows } of items.filter(isShared)) {
    const [group, ...cells] = rows[0] ?? [];
    yield differenceElement(cells, columns.slice(1), group);
  }
  const parts = partsOf(items.filter((item) => !isShared(item)));
  for (const part of parts) {
    const one = tableElement({ ...section, items: part });
    yield parts.length === 1 ? one : html`<div class="many">${one}</div>`;
  }
}

function listParts({ kind, items }: Section) {
  if (kind === "revoked" || kind === "unreachable" || kind === "not-checked")
    return items.map(failureElement);
  const isOfNames = items[0]?.rows[0]?.[0]?.kind === "merchants";
  const entries = items.map(
    ({ rows }) => html`<li>${cellElement(rows[0]?.[0] as Cell)}</li>
`,
  );
  const all = html`<ul class="${isOfNames ? "names" : "errors"}">${entries}</ul>`;
  return [
    kind === "in-sync" ? html`<details class="in-sync"><summary>Show all</summary>${all}</details>` : all,
  ];
}

function partsOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / rowsAtMost) }, (_, part) =>
    all.slice(part * rowsAtMost, (part + 1) * rowsAtMost),
  );
}

/** What differs, the details that are known, and the integrations if there are several. */
function differenceElement(
  [what, ...details]: readonly Cell[],
  [, ...columns]: Table["columns"],
  group?: Cell,
) {
  const known = details.map((cell, index) =>
    cell.kind === "none" && cell.text === ""
      ? ""
      : html`<div><dt>${columns[index]?.head}</dt><dd>${cellElement(cell)}</dd></div>`,
  );
  return html`<div class="group"><h3>${what && cellElement(what)}</h3><dl>${known}</dl>${group && cellElement(group)}</div>
`;
}

/**
 * The part of the page about one integration. Only this part is visible if the address names it, as the links to it do. It has few elements, because a
 * browser reads those of all integrations before it shows the page.
 */
function merchantPage(merchant: MerchantReport, stack: StackReport, { noun, namesStacks, history }: Source) {
  const { urn, name, since, recreated, properties, pending, forecast, accepted, reason, advice } = merchant;
  const state = stateOf(merchant);
  const past = (history?.of(merchant) ?? []).map(({ at, status: was, properties: differed }) => {
    const values = differed.map(
      (one) => `${changeInWords(one.name)} ${shownValues(one, shownInHistory).pinterest.text}`,
    );
    const what = values.length === 0 ? "" : ` (${values.join(", ")})`;
    return `${timeInWords(at)}: ${statusInWords(was)}${what}`;
  });
  const details = detailsOf(
    { ...merchant, stack: namesStacks ? stackTitle(stack) : undefined },
    visible,
    timeInWords,
  );
  const acceptances = [accepted, ...properties.map((property) => property.accepted)];
  const texts = [
    `${capital(stateInWords(state))}.`,
    since !== undefined && `Last change at Pinterest: ${timeInWords(since)}.`,
    recreated &&
      "Somebody deleted it at Pinterest and created it again, without its partner tokens and e-mail.",
    ...[reason ?? forecast?.reason, advice === reason ? undefined : advice],
    ...acceptances.map((one) => one && `Accepted by ${one.by} until ${one.until}: ${one.reason}`),
    pending.length > 0 && `Not deployed: ${pending.map(changeInWords).join(", ")}.`,
    forecast && `The next update: ${effectOf(forecast)}.`,
  ].filter((text) => text);
  const values = [...properties, ...(forecast?.differences ?? [])].map((property) => {
    const { program, pinterest } = shownValues(property, shownAtMost);
    const head = [fieldLabel(property.name), visible(property.name)].filter(Boolean).join(": ");
    return [head, `${capital(noun)}: ${program.text}`, `Pinterest: ${pinterest.text}`];
  });
  const paragraph = (rows: readonly string[]) => html`<p class="lines">${rows.join("\n")}</p>
`;
  return html`<article id="${anchorOf(urn)}" data-kind="${state}">
<a href="#report">Back to the report</a>
<h2>${visible(name)}</h2>
<p class="eyebrow">${details.join(" · ")}</p>
<p class="advice">${withCode(texts.join("\n"))}</p>
${values.map(paragraph)}${past.length === 0 ? "" : html`<h3>Earlier checks</h3>${paragraph(past)}`}</article>
`;
}

/** The ID of an integration's part of the page. It is the same in each report. */
function anchorOf(urn: string): string {
  return `at-${hash("sha256", urn).slice(0, 12)}`;
}

/** Integrations that could not be checked, with their common reason. */
function failureElement({ rows, reason, advice }: Item) {
  const merchants = rows.flat().flatMap((cell) => (cell.kind === "merchants" ? cell.merchants : []));
  return html`<div class="group">
<p>${withCode(reason ?? "No reason was reported.")}</p>
${advice === undefined ? "" : html`<details><summary>For the operator of this check</summary><p class="advice">${withCode(advice)}</p></details>`}
${namesElement(merchants)}</div>`;
}

function namesElement(merchants: readonly Label[]) {
  return html`<ul class="names">${merchants.map(
    (merchant) => html`<li>${labelElement(merchant)}</li>
`,
  )}</ul>`;
}

/** On narrow screens, the style turns rows into blocks. Some browsers then drop their roles, so the roles are explicit. */
function tableElement({ title, columns, items }: Section) {
  return html`<table role="table">
<caption>${title}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(({ head }) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
${items.map(
  ({ rows }) => html`<tbody role="rowgroup">${rows.map((cells, index) => {
    const [first, ...others] = cells.map(cellElement);
    const header = html`<th role="rowheader" scope="rowgroup" rowspan="${rows.length}">${first}</th>`;
    return html`<tr role="row">${index === 0 ? header : ""}${others.map((element, position) => html`<td role="cell" data-label="${columns[position + 1]?.head}">${element}</td>`)}</tr>`;
  })}</tbody>
`,
)}</table>
`;
}

function cellElement(cell: Cell): unknown {
  switch (cell.kind) {
    case "merchants":
      return cell.merchants.map(labelElement);
    case "group":
      return groupElement(cell);
    case "name": {
      const words = fieldLabel(cell.name);
      const name = html`<code>${visible(cell.name)}</code>`;
      return words === undefined ? name : html`${words} <small>${name}</small>`;
    }
    case "value":
      return valueElement(cell.property, cell.side);
    case "changes":
      return cell.changes.map(changeInWords).join(", ");
    case "text":
      return withCode(cell.text);
    case "none":
      return cell.text === "" ? "" : html`<span class="none">${cell.text}</span>`;
  }
}

function groupElement({ text, since, id, merchants }: GroupCell) {
  const from = since === undefined ? "" : ` since ${timeInWords(since)}`;
  const found = merchants.filter(({ isNew }) => isNew).length;
  const news = found === 0 ? "" : `, ${figure(found)} new`;
  const change = id === undefined ? "" : html` <small>ID of this change: <code>${id}</code></small>`;
  return html`<details><summary>${withCode(text + from + news)}${change}</summary>${namesElement(merchants)}</details>`;
}

function labelElement(merchant: Label) {
  const { urn, status, pending = [] } = merchant;
  const details = detailsOf(merchant, visible, timeInWords);
  const hasPage = urn !== undefined && status !== undefined && !isInSync({ status, pending });
  const name = hasPage
    ? html`<a href="#${anchorOf(urn)}">${visible(merchant.name)}</a>`
    : visible(merchant.name);
  return html`${name}${details.length > 0 ? html` <small>${details.join(" · ")}</small>` : ""}`;
}

/** A value. If it is long, its difference from the other one is marked. */
function valueElement(property: DriftedProperty, side: keyof ShownValues) {
  const values = shownValues(property, shownAtMost);
  const { kind, text } = values[side];
  if (kind !== "value") return html`<span class="none">${text}</span>`;
  const other = values[side === "program" ? "pinterest" : "program"];
  const isLong = Math.max(text.length, other.text.length) >= longValue;
  const isComparable = typeof property.pinterest === "string" && other.kind === "value" && isLong;
  const [start, end] = isComparable ? commonEnds(text, other.text) : [0, 0];
  const className = side === "program" ? "wanted" : "found";
  if (start + end === 0) return html`<span class="value ${className}">${text}</span>`;
  const differing = text.slice(start, text.length - end);
  return html`<span class="value ${className}">${text.slice(0, start)}${differing === "" ? "" : html`<mark>${differing}</mark>`}${text.slice(text.length - end)}</span>`;
}

/** The lengths of the common start and end of two strings: 2 and 1 for "ab1c" and "ab22c". Neither splits a character of two code units. */
function commonEnds(one: string, other: string): [start: number, end: number] {
  const least = Math.min(one.length, other.length);
  let start = 0;
  while (start < least && one[start] === other[start]) start++;
  if (/[\ud800-\udbff]/.test(one.charAt(start - 1))) start--;
  let end = 0;
  while (end < least - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  if (end > 0 && /[\udc00-\udfff]/.test(one.charAt(one.length - end))) end--;
  return [start, end];
}

/** Prose with code in backticks. Line ends stay. */
function withCode(text: string) {
  return visibleLines(text)
    .join("\n")
    .split(/`([^`\n]+)`/)
    .map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece));
}

function fieldLabel(name: string): string | undefined {
  return isFieldName(name) ? integrationFields[name].label : undefined;
}

function changeInWords(change: string): string {
  return fieldLabel(change) ?? visible(change);
}
