import { html } from "hono/html";
import { visible } from "../../text/visible";

/** Prose with commands in backticks, as HTML. */
export function withCode(text: string) {
  return text
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? html`<code>${visible(part)}</code>` : visible(part)));
}
