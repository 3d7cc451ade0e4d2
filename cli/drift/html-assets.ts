import { sectionStyles } from "./section";

const kindColors = Object.entries(sectionStyles)
  .map(
    ([
      kind,
      {
        page: [light, dark],
      },
    ]) => `[data-kind="${kind}"] { --accent: light-dark(${light}, ${dark}); }`,
  )
  .join("\n");

/** Shows the part of the selected tile. Without a selection, or without support for :has(), all parts. */
const chosenKinds = Object.keys(sectionStyles)
  .map((kind) => `search:has(#show-${kind}:checked) ~ section:not([data-kind="${kind}"]) { display: none; }`)
  .join("\n");

export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f6f3, #141618); --card: light-dark(#fff, #1c1f22); --text: light-dark(#1f2328, #e7e7e3);
  --quiet: light-dark(#59616a, #a3aab2); --line: light-dark(#e2e2dc, #31353a); --focus: light-dark(#1d4ed8, #8fb4ff);
  --wanted: light-dark(#17653a, #93d6ab); --wanted-on: light-dark(#e9f5ed, #17301f);
  --found: light-dark(#933512, #f4b58c); --found-on: light-dark(#fcefe6, #38220f); --code-on: light-dark(#f0f0ec, #282c30);
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}
.page { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--card); color: var(--text); border-radius: .5rem; z-index: 1; }
:focus-visible, .tile:has(:focus-visible) { outline: 3px solid var(--focus); outline-offset: 2px; }
h1 { margin: .25rem 0 1rem; font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2.15rem); line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; }
h2 { margin: 0 0 .35rem; font-size: 1.25rem; line-height: 1.3; }
[data-kind] h2::before, .estate li::before { content: ""; display: inline-block; width: .65rem; height: .65rem; margin-right: .6rem; border-radius: 50%; background: var(--accent); }
h2 .count { color: var(--quiet); font-weight: 400; }
p { margin: 0 0 .75rem; max-width: 46rem; text-wrap: pretty; }
.eyebrow { margin: 0; color: var(--quiet); font-size: .875rem; }
code, .value { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; overflow-wrap: anywhere; }
code { padding: .1em .35em; border-radius: .3em; background: var(--code-on); }
.facts { gap: .25rem 2rem; margin: 0 0 2rem; color: var(--quiet); font-size: .9375rem; }
.facts div { display: flex; flex-wrap: wrap; gap: 0 .5rem; }
.facts dt { font-size: inherit; }
.facts dd { color: var(--text); }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: .5rem; color: var(--quiet); font-size: .9375rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: .65rem; }
.tile { position: relative; padding: .8rem 1rem .7rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); cursor: pointer; }
.tile input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
.tile b { display: block; font-size: 1.75rem; line-height: 1.15; font-weight: 600; font-variant-numeric: tabular-nums; color: var(--accent, var(--text)); }
.tile span { display: block; font-size: .875rem; line-height: 1.3; color: var(--quiet); }
.tile:hover { border-color: var(--quiet); }
.tile:has(:checked) { border-color: var(--accent, var(--text)); box-shadow: inset 0 0 0 1px var(--accent, var(--text)); }
.tile:has(:checked) span { color: var(--text); }
main section, article { margin-top: 2rem; padding: 1.5rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
.todo { color: var(--text); }
.todo b { font-weight: 600; }
.many { content-visibility: auto; contain-intrinsic-size: auto 300rem; }
table { width: 100%; margin-top: 1rem; border-collapse: collapse; table-layout: fixed; font-size: .9375rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: .6rem .75rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th:first-child { padding-left: 0; }
thead th { border-bottom: 1px solid var(--line); color: var(--quiet); font-size: .8125rem; font-weight: 600; }
tbody { border-bottom: 1px solid var(--line); }
tbody:last-child { border-bottom: 0; }
tbody th { font-weight: 600; }
small { display: block; color: var(--quiet); font-size: .8125rem; font-weight: 400; line-height: 1.45; }
small code { padding: 0; background: none; font-size: 1em; }
.value { display: inline-block; max-width: 100%; padding: .1em .45em; border-radius: .35em; white-space: pre-wrap; }
.wanted { color: var(--wanted); background: var(--wanted-on); }
.found { color: var(--found); background: var(--found-on); }
.none { color: var(--quiet); font-style: italic; }
mark { color: inherit; background: none; font-weight: 700; text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 3px; }
ul { margin: .75rem 0 0; padding: 0; list-style: none; }
.names { columns: 17rem; column-gap: 2rem; content-visibility: auto; contain-intrinsic-size: auto 3rem; }
.names li { padding: .3rem 0; break-inside: avoid; overflow-wrap: anywhere; }
.group { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { margin: 0; font-size: 1.0625rem; line-height: 1.4; }
article h2, article h3 { margin-top: 1rem; }
dl { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: .6rem 0; }
dl div { min-width: 0; }
dt { color: var(--quiet); font-size: .8125rem; }
dd { margin: 0; overflow-wrap: anywhere; }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .2em; }
svg { display: block; width: 100%; height: 1rem; border-radius: .3rem; }
rect { fill: var(--accent); stroke: var(--page); vector-effect: non-scaling-stroke; }
.estate { margin: 1.5rem 0 2rem; }
.estate ul { display: flex; flex-wrap: wrap; gap: .25rem 1.75rem; }
.history { margin: 1rem 0 0; padding: 0; list-style: none; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.history li { display: grid; grid-template-columns: 11.5rem 1fr 1fr; gap: .2rem 1rem; align-items: center; padding: .3rem 0; }
article:not(:target), article:target ~ :is(search, section) { display: none; }
.errors li { padding: .6rem 0; border-top: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--quiet); }
dl + details summary { color: inherit; }
.advice, .lines { margin: .5rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
h2 ~ .lines:not(h3 ~ *)::first-line { font-weight: 600; }
footer { margin-top: 2.5rem; color: var(--quiet); font-size: .875rem; }
${kindColors}
${chosenKinds}
search:has(#show-in-sync:checked) ~ section .in-sync::details-content { content-visibility: visible; block-size: auto; }
@media (max-width: 44rem) {
  .page { padding: 1.5rem 1rem 3rem; }
  .tiles { grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); gap: .5rem; }
  .tile { padding: .6rem .7rem; }
  .tile b { font-size: 1.5rem; }
  main section, article { padding: 1.1rem 1rem; }
  .history li { grid-template-columns: 1fr; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody { padding: .75rem 0; }
  th, td { padding: .2rem 0; }
  td[data-label] { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .5rem; }
  td[data-label]::before { content: attr(data-label); color: var(--quiet); font-size: .8125rem; line-height: 1.9; }
  td[data-label]:empty { display: none; }
  td[data-label="Property"] { display: block; padding-top: .7rem; }
  td[data-label="Property"]::before { content: none; }
  td[data-label] > * { justify-self: start; }
}
@media print {
  :root { color-scheme: light; print-color-adjust: exact; --page: #fff; --card: #fff; --text: #000; --quiet: #444; --line: #bbb; --code-on: #fff; --wanted-on: #fff; --found-on: #fff; }
  body { font-size: 11pt; }
  .page { max-width: none; padding: 0; }
  .skip, fieldset { display: none; }
  main section, article { padding: 0; border: 0; }
  article > a { display: none; }
  h2 { break-after: avoid; }
  tr, li, .group > p { break-inside: avoid; }
  .many, .names { content-visibility: visible; }
  .names { columns: 11rem; font-size: .875em; }
  .names small { display: inline; }
  a { text-decoration: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
