import { visibleJson } from "../text/visible";

const longestShown = 80;

/** An external business id as messages show it: it may be long, and hold anything. */
export function shownId(externalBusinessId: string): string {
  const text = visibleJson(externalBusinessId);
  return text.length <= longestShown
    ? text
    : `${text.slice(0, longestShown - 2).replace(/[\ud800-\udbff]$/, "")}…"`;
}
