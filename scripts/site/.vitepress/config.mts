// The configuration of VitePress, which builds the documentation site. `npm run docs:site` runs it: see scripts/site.mts.
import { readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { renderMermaidSVG } from "beautiful-mermaid";
import type { MarkdownRenderer, UserConfig } from "vitepress";
import { type Address, addressOf } from "../../schema/address.mts";
import { anchorOf, excluded, sidebarOf, sitePath, targetOf, versionsIn } from "../pages.mts";

const repository = resolve(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(resolve(repository, path), "utf8");
const manifest = JSON.parse(read("package.json"));
const { name, version, description } = manifest;
const address = addressOf(manifest);
const files = address && `${address.homepage}/blob/v${version}`;
const logo = `data:image/svg+xml,${encodeURIComponent(read("docs/pictures/logo.svg"))}`;
/** The path of the site on its server. */
const { SITE_BASE: base = "/" } = process.env;

/** The published sites: that of the latest version, and next to it those of all versions. */
function publishedVersions({ documentation }: Address) {
  return [
    { text: "Latest version", link: documentation, target: "_self" },
    ...versionsIn(read("CHANGELOG.md")).map((version) => ({
      text: `v${version}`,
      link: `${documentation}v${version}/`,
      target: "_self",
    })),
  ];
}

/** Replaces the targets of links, and removes links without a target. */
function replaceLinks(md: MarkdownRenderer): void {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    const page = relative(repository, env.path).split(sep).join("/");
    for (const { children } of tokens) {
      const removed = new Set<number>();
      for (const [position, token] of (children ?? []).entries()) {
        if (token.type !== "link_open") continue;
        const target = targetOf(String(token.attrGet("href")), page, files);
        if (target !== undefined) token.attrSet("href", target);
        else {
          const end = children?.findIndex(({ type }, index) => index > position && type === "link_close");
          removed.add(position).add(end ?? position);
        }
      }
      children?.splice(0, children.length, ...children.filter((_, position) => !removed.has(position)));
    }
  });
}

/** Keeps Vue from replacing `{{ }}` in code, such as that of Go. VitePress does the same for blocks of code only. */
function keepBraces(md: MarkdownRenderer): void {
  md.core.ruler.push("keep-braces", ({ tokens }) => {
    const code = tokens
      .flatMap(({ children }) => children ?? [])
      .filter(({ type }) => type === "code_inline");
    for (const token of code) token.attrSet("v-pre", "");
  });
}

/**
 * Lets names in code break between their parts, so that the columns of a table fit: `pinterest:` and `accounts`. Names in camel case break only if
 * they are longer than `partnerRefreshTokenExpiry`, which has 25 characters. Keeps short options such as `--seed` in one line, because browsers
 * would break them after each hyphen.
 */
function breakNames(md: MarkdownRenderer): void {
  const shown = (word: string) => {
    const text = md.utils.escapeHtml(word);
    if (/^--?\w[\w-]{0,24}$/.test(word)) return `<span class="option">${text}</span>`;
    const places = word.length > 25 ? /[/:_.](?=\w)|[a-z](?=[A-Z])/g : /[/:_.](?=\w)/g;
    return text.replace(places, "$&<wbr>");
  };
  md.renderer.rules.code_inline = (tokens, index, _options, _env, renderer) => {
    const token = tokens[index];
    if (token === undefined) return "";
    return `<code${renderer.renderAttrs(token)}>${token.content.split(" ").map(shown).join(" ")}</code>`;
  };
}

/** Shows output in one color. The highlighter colors it only up to the first line with `$`. */
function keepOutputPlain(md: MarkdownRenderer): void {
  md.core.ruler.push("plain-output", ({ tokens }) => {
    for (const token of tokens) if (token.type === "fence" && token.info === "console") token.info = "text";
  });
}

/** Gives each cell the title of its column, which pages.css shows on phones: there, the cells of a row are below each other. */
function labelCells(md: MarkdownRenderer): void {
  md.core.ruler.push("cell-labels", ({ tokens }) => {
    let titles: string[] = [];
    let column = 0;
    for (const [position, token] of tokens.entries()) {
      if (token.type === "thead_open") titles = [];
      if (token.type === "tr_open") column = 0;
      if (token.type === "th_open") titles.push(plainText(tokens[position + 1]));
      if (token.type === "td_open") token.attrSet("data-title", titles[column++] ?? "");
    }
  });
}

function plainText(inline: { children: readonly { content: string }[] | null } | undefined): string {
  return (inline?.children ?? []).map(({ content }) => content).join("");
}

/** Draws diagrams as SVG when the site is built, in the colors of the reader's scheme and without the font that the library would load. */
function drawDiagrams(md: MarkdownRenderer): void {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index];
    if (token?.info !== "mermaid") return fence?.(tokens, index, ...rest) ?? "";
    const colors = { bg: "var(--vp-c-bg)", fg: "var(--vp-c-text-1)", muted: "var(--vp-c-text-2)" };
    const svg = renderMermaidSVG(token.content, {
      ...colors,
      transparent: true,
      padding: 4,
      layerSpacing: 16,
    })
      .replace(/@import.*/, "")
      // Legible on phones, where the diagram scrolls.
      .replace('style="', 'style="min-width: 600px; max-width: 100%; height: auto; ');
    return `<figure tabindex="0" style="overflow-x: auto" v-html="${md.utils.escapeHtml(JSON.stringify(svg))}"></figure>`;
  };
}

export default {
  title: name,
  description,
  base,
  srcDir: repository,
  srcExclude: excluded,
  outDir: resolve(repository, "dist-site"),
  cacheDir: resolve(import.meta.dirname, "../node_modules/.cache"),
  rewrites: sitePath,
  head: [
    ["link", { rel: "icon", type: "image/svg+xml", href: logo }],
    ["style", {}, readFileSync(resolve(import.meta.dirname, "../pages.css"), "utf8")],
  ],
  markdown: {
    anchor: { slugify: anchorOf },
    codeTransformers: [
      {
        preprocess(_code, options) {
          // By default, Shiki highlights a line for at most 500 ms, so that the site would depend on the machine's load.
          options.tokenizeTimeLimit = 0;
        },
      },
    ],
    config: (md) => {
      replaceLinks(md);
      keepBraces(md);
      breakNames(md);
      keepOutputPlain(md);
      labelCells(md);
      drawDiagrams(md);
    },
  },
  themeConfig: {
    logo,
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Documentation", link: "/docs/" },
      { text: "Reference", link: "/docs/reference/" },
      {
        text: `v${version}`,
        items: [
          ...(address !== undefined && base !== "/" ? publishedVersions(address) : []),
          { text: "Changelog", link: "/CHANGELOG" },
        ],
      },
    ],
    sidebar: sidebarOf(read),
    ...(address && { socialLinks: [{ icon: "github", link: address.homepage }] }),
  },
  // The pages are outside the directory that has Vue.
  vite: { resolve: { alias: { vue: resolve(import.meta.dirname, "../node_modules/vue") } } },
} satisfies UserConfig;
