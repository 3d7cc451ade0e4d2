import { html } from "hono/html";

/** Number of groups in one table. Browsers lay out short tables only when they become visible. */
const itemsInTable = 50;

/**
 * A table whose items are groups of rows, split into several tables if it is long. On narrow screens, the style turns rows into blocks.
 * Some browsers then drop their roles, so the roles are explicit.
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
