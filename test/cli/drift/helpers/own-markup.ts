import { expect } from "@jest/globals";

const ownMarkdownTags = /^<(!-- pulumi-pinterest drift --|\/?details|\/?summary|br)>$/;

const ownPageTags =
  /^<(!doctype html|\/?[a-z][a-z0-9]*( (lang|charset|http-equiv|content|name|href|class|id|type|value|autocomplete|role|scope|rowspan|data-kind|data-label|aria-labelledby)="[^"<>]*"| checked)*)>$/;

const ownPictureTags =
  /^<(svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true"|rect data-kind="[a-z-]+" x="[\d.]+" width="[\d.]+" height="20"\/|\/svg)>$/;

/** Number of cells that GitHub renders in a line of a table. An escaped pipe does not end a cell. */
function cellsOf(line: string): number {
  return line.match(/(?<!\\)\|/g)?.length ?? 0;
}

function withoutCode(markdown: string): string {
  return markdown.replace(/(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)/g, "");
}

/** Fails if a Markdown report has markup that the renderer did not write, mentions a user, or has rows of different lengths in a table. */
export function expectOwnMarkdown(markdown: string): void {
  for (const table of markdown.split("\n\n").filter((paragraph) => paragraph.startsWith("| "))) {
    expect(new Set(table.split("\n").map(cellsOf))).toHaveProperty("size", 1);
  }
  const prose = withoutCode(markdown);
  expect(prose.match(/(?<!\\)<[^>\n]*>?/g)?.filter((tag) => !ownMarkdownTags.test(tag)) ?? []).toEqual([]);
  expect(prose).not.toMatch(/@(?!&#8203;)/);
  const count = (tag: RegExp) => prose.match(tag)?.length;
  expect(count(/(?<!\\)<details>/g)).toBe(count(/(?<!\\)<\/details>/g));
}

/** Fails if an HTML report has markup that the renderer did not write. */
export function expectOwnMarkup(page: string): void {
  const body = page.replace(/<style>.*?<\/style>/gs, "");
  const isOwn = (tag: string) => ownPageTags.test(tag) || ownPictureTags.test(tag);
  expect(body.match(/<[^>]*>?/g)?.filter((tag) => !isOwn(tag))).toEqual([]);
  expect(body.replace(/<[^>]*>/g, "")).not.toMatch(/[<>"']/);
}
