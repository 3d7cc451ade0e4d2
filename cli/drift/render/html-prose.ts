import { html } from "hono/html";
import { visible } from "../../text/visible";

/** Prose whose commands stand in backticks, as markup. */
export function withCode(text: string) {
  return text
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? html`<code>${visible(part)}</code>` : visible(part)));
}
