import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { DriftReport } from "../../check/report";
import { counted, figure } from "../../text/counted";
import { visible } from "../../text/visible";
import { type Part, partsOf } from "./html-parts";
import { withCode } from "./html-prose";
import { pageScript } from "./html-script";
import { pageStyle } from "./html-style";
import { timeElement } from "./html-time";
import { fieldInWords } from "./plain-words";
import { ofPrograms, type Source } from "./source";
import { capital, checkedIn, findings, meaningOf, stackInWords, uncomparedOf } from "./words";

/**
 * The report as one page for people who know the shops but not Pulumi. It is complete, needs no network, and forbids the browser to use it.
 */
export function renderHtml(report: DriftReport, source: Source = ofPrograms()): string {
  const parts = partsOf(report, source);
  const [headline, ...others] = findings(report);
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Pinterest drift: ${headline}</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
<div class="page">
<header>
<p class="eyebrow">Pinterest drift report</p>
<h1>${headline}</h1>
${others.length > 0 ? html`<p class="lead">Also, ${others.join(", and ")}.</p>` : ""}
<p>A ${source.noun} defines how each shop is connected to Pinterest. This report compares the deployed values with the current ones at Pinterest. The check changed nothing.</p>
<dl class="facts">
<div><dt>Checked</dt><dd>${timeElement(report.generatedAt)}</dd></div>
<div><dt>${report.stacks.length === 1 ? `${capital(source.noun)} and stack` : `${capital(source.nouns)} and stacks`}</dt><dd>${report.stacks.map(stackInWords).join(", ")}</dd></div>
<div><dt>Merchants</dt><dd>${merchantsInWords(report, source)}</dd></div>
</dl>
${uncompared(report, source)}
</header>
${filters(parts)}
<main id="report">
${parts.map(section)}
</main>
<footer><p>For the operator of this check: exit code ${report.exitCode}, ${withCode(meaningOf(report, source))}. Created by ${source.look}. Its option <code>--json</code> writes the report for programs.</p></footer>
</div>
<script>${raw(pageScript)}</script>
</body>
</html>
`}`;
}

/** The totals. A merchant can count on several tiles. */
function merchantsInWords(report: DriftReport, source: Source): string {
  const { summary, stacks } = report;
  const all = stacks.reduce((sum, { merchants }) => sum + merchants.length, 0);
  const unchecked = summary.revoked + summary.unreachable;
  const unmanaged = stacks.reduce((sum, stack) => sum + (stack.unmanaged?.length ?? 0), 0);
  const managed = [
    `${figure(all)} in the ${stacks.length === 1 ? source.noun : source.nouns}`,
    ...(unchecked > 0 ? [`${figure(checkedIn(report))} of them checked`] : []),
  ].join(", ");
  return unmanaged > 0 ? `${managed}; also ${counted(unmanaged, "connection")} in no program` : managed;
}

/** Names the fields that were not compared. */
function uncompared(report: DriftReport, { compareSecrets }: Source) {
  const names = uncomparedOf(report);
  if (names.length === 0) return "";
  const words = names.map((name) => fieldInWords(name) ?? visible(name));
  return html`<p>Not compared: ${words.join(", ")}. The operator of this check can compare them with ${withCode(compareSecrets)}.</p>`;
}

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Allows only this style and script, so that markup that escaped the escaping could do nothing. */
const policy = `default-src 'none'; style-src ${hash(pageStyle)}; script-src ${hash(pageScript)}; base-uri 'none'; form-action 'none'`;

function filters(parts: readonly Part[]) {
  return html`<search>
<fieldset>
<legend>Show</legend>
<div class="tiles">
<label class="tile"><input type="radio" name="show" value="all" id="show-all" autocomplete="off" checked><b>All</b><span>Everything</span></label>
${parts.map(
  ({ kind, tile, count }) =>
    html`<label class="tile" data-kind="${kind}"><input type="radio" name="show" value="${kind}" id="show-${kind}" autocomplete="off"><b>${count}</b><span>${tile}</span></label>
`,
)}</div>
</fieldset>
<div class="find" hidden><label for="find">Find a merchant, account or value</label><input type="search" id="find" autocomplete="off" spellcheck="false"><output id="matches" for="find"></output></div>
</search>`;
}

function section({ kind, title, count, meaning, todo, content }: Part) {
  return html`<section data-kind="${kind}" aria-labelledby="about-${kind}">
<h2 id="about-${kind}">${title} <span class="count">${count}</span></h2>
<p>${meaning}</p>
${todo === undefined ? "" : html`<p class="todo"><b>What to do:</b> ${todo}</p>`}
${content}
</section>
`;
}
