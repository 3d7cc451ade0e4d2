import { html } from "hono/html";
import { shownTime } from "./values";

/** A time in UTC, to the second. */
export function timeElement(time: string) {
  const shown = shownTime(time);
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(shown)
    ? html`<time datetime="${shown}">${shown.replace("T", " ").replace("Z", " UTC")}</time>`
    : html`${shown}`;
}
