/** What stands for hidden characters: asterisks, bullets, an ellipsis, or a run of crosses. */
const mask = /[*∗＊•●∙·…]+|\.{3,}|[xX]{4,}/;

/** Whether a text may have characters hidden, for all that can be told without knowing what it ought to be. */
export function holdsMask(shown: string): boolean {
  return mask.test(shown);
}

/**
 * Whether a shown secret is the known one with characters hidden, or hidden altogether, so that it tells of no change.
 *
 * @param known the value that is expected; where there is none, only what is hidden altogether counts.
 */
export function isMasked(shown: string, known: string | undefined): boolean {
  const visible = shown.split(mask);
  if (visible.length === 1) {
    return false;
  }
  return visible.every((part) => part === "") || (known !== undefined && agree(visible, known));
}

/** Whether a text has these parts in their order, from its beginning to its end, with anything between two of them. */
function agree(visible: readonly string[], text: string): boolean {
  const first = visible[0] ?? "";
  const last = visible.at(-1) ?? "";
  if (!text.startsWith(first) || !text.endsWith(last)) {
    return false;
  }
  let from = first.length;
  for (const part of visible.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0) {
      return false;
    }
    from = at + part.length;
  }
  return from <= text.length - last.length;
}
