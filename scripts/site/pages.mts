// What the documentation site takes from the repository: pages, the sidebar, versions, and the targets of links. The site is `docs` and the Markdown
// files of the repository's root, unchanged. The address of a page is its path in the repository, and README.md is the index of its directory.
import { matchesGlob, posix } from "node:path";

/** Patterns of the files that are not pages. Those in `docs` are for Pulumi's Registry. */
export const excluded = ["!(docs|emulator)/**/*", "docs/_index.md", "docs/installation-configuration.md"];

const index = "docs/README.md";

export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly items?: readonly SidebarItem[];
  readonly collapsed?: boolean;
}

export function isPage(path: string): boolean {
  return path.endsWith(".md") && !excluded.some((pattern) => matchesGlob(path, pattern));
}

/** The page's path on the site: `docs/fleet/index.md` for `docs/fleet/README.md`. */
export function sitePath(path: string): string {
  return path.replace(/\bREADME\.md\b/, "index.md");
}

/** The anchor of a heading at GitHub and npmjs.com. Links in the documentation use it, so the site has the same. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

/**
 * The target of a link on the site. Links to files that are not pages lead to the repository.
 *
 * @param files the address of the repository's files
 * @returns undefined if the target is a file and `files` is undefined
 */
export function targetOf(link: string, page: string, files: string | undefined): string | undefined {
  if (/^([a-z]+:|#)/.test(link)) return link;
  const file = posix.join(posix.dirname(page), link);
  if (isPage(file.replace(/#.*/, ""))) return sitePath(link);
  return files && `${files}/${file}`;
}

/**
 * The sidebar: the sections of docs/README.md with their lists. The first link of an entry is the item, and its other links are below it.
 *
 * @param read reads a file of the repository
 */
export function sidebarOf(read: (path: string) => string): SidebarItem[] {
  const [, ...sections] = read(index).split(/^## /m);
  return sections.map((section) => {
    const [text = ""] = section.split("\n");
    return { text, items: entriesOf(section, index).map(([first, ...rest]) => itemOf(first, rest, read)) };
  });
}

type Link = readonly [text: string, path: string];

/** The links of each list entry, with paths in the repository. */
function entriesOf(markdown: string, page: string): [Link, ...Link[]][] {
  const [, ...entries] = markdown.split(/^- /m);
  return entries
    .map((entry) =>
      [...entry.matchAll(/\[([^\]]+)\]\(([^)#\s]+)/g)].map(
        ([, text = "", path = ""]): Link => [text, posix.join(posix.dirname(page), path)],
      ),
    )
    .filter((links): links is [Link, ...Link[]] => links.length > 0);
}

function itemOf([text, path]: Link, below: readonly Link[], read: (path: string) => string): SidebarItem {
  // Only the list of the reference has more pages than docs/README.md.
  const pages =
    path === "docs/reference/README.md" ? entriesOf(read(path), path).map(([first]) => first) : below;
  const items = pages.map((page) => itemOf(page, [], read));
  return {
    // Code keeps its case.
    text: ((text[0] ?? "").toUpperCase() + text.slice(1)).replaceAll("`", ""),
    link: `/${sitePath(path).replace(/(index)?\.md$/, "")}`,
    ...(items.length > 0 && { items, collapsed: true }),
  };
}

/** The versions in the changelog, such as `1.2.0`, from the newest to the oldest. */
export function versionsIn(changelog: string): string[] {
  return [...changelog.matchAll(/^## \[(\d[^\]]*)\]/gm)].map(([, version = ""]) => version);
}
