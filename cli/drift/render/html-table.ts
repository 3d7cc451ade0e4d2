import { html } from "hono/html";

/** Groups of rows in one table. A browser lays out thousands of rows only as far as they are looked at when tables are short. */
const itemsInTable = 50;

/**
 * A table whose items are each a group of rows, as markup; in several parts where it is long. The style makes blocks of its
 * rows on narrow screens, which takes their meaning from them in some browsers, so the roles are said.
 */
export function table(caption: string, heads: readonly string[], items: readonly unknown[]) {
  const parts = Math.ceil(items.length / itemsInTable);
  return [...Array(parts).keys()].map((part) => {
    const from = part * itemsInTable;
    const of = items.slice(from, from + itemsInTable);
    const title = parts === 1 ? caption : `${caption}, ${from + 1} to ${from + of.length} of ${items.length}`;
    return html`<div class="part" data-group><table role="table">
<caption>${title}</caption>
<thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
${of.map(
  (rows) => html`<tbody role="rowgroup" data-item>${rows}</tbody>
`,
)}</table></div>
`;
  });
}
