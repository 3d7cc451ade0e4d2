import { Help } from "commander";

/** A table row by its column titles. */
export type Row = Readonly<Record<string, string>>;

const lineLength = 150;

/** Joins the parts of a page. The comment at the end says how to renew it, so that the page begins with its purpose. */
export function page(title: string, ...parts: readonly string[]): string {
  const footer = "<!-- Generated. To update this file, run `npm run docs:references`. -->";
  return `${[`# ${title}`, ...parts, footer].filter((part) => part !== "").join("\n\n")}\n`;
}

/** A page that lists others by their file names. */
export function indexPage(pages: Readonly<Record<string, string>>): string {
  const links = Object.entries(pages).map(([file, text]) => `- [${/^# (.+)$/m.exec(text)?.[1]}](${file})`);
  return page(
    "Reference",
    prose(
      "These pages are for users who need a name, a type, a default or an exit code. For what programs declare and call, see [resources and functions](../resources.md).",
    ),
    links.join("\n"),
  );
}

/** A table with the columns of its rows. Columns that are empty in every row are omitted. */
export function table(rows: readonly Row[]): string {
  const titles = Object.keys(rows[0] ?? {}).filter((title) => rows.some((row) => row[title] !== ""));
  const lines = rows.map((row) => titles.map((title) => cell(row[title] ?? "")));
  return [titles, titles.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Text as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Alternatives as code: `a`, `b` or `c`. */
export function alternatives(values: readonly unknown[]): string {
  return either(values.map((value) => code(JSON.stringify(value))));
}

/** A list of alternatives: a, b or c. */
export function either(texts: readonly string[]): string {
  return [texts.slice(0, -1).join(", "), ...texts.slice(-1)].filter(Boolean).join(" or ");
}

/** Markdown paragraphs, wrapped. */
export function prose(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => new Help().boxWrap(escaped(paragraph).replace(/\s+/g, " "), lineLength))
    .join("\n\n");
}

/**
 * Converts the plain text of a help page to Markdown. Indented lines become code blocks, other lines paragraphs.
 *
 * @param text Blank lines separate paragraphs.
 */
export function helpText(text: string): string {
  const parts: { isCode: boolean; lines: string[] }[] = [];
  let isNewPart = true;
  for (const line of text.split("\n")) {
    const isCode = line.startsWith("  ");
    const last = parts.at(-1);
    if (line.trim() === "") isNewPart = true;
    else if (last !== undefined && !isNewPart && last.isCode === isCode) last.lines.push(line);
    else parts.push({ isCode, lines: [line] });
    if (line.trim() !== "") isNewPart = false;
  }
  return parts
    .map(({ isCode, lines }) => (isCode ? block(lines) : prose(withFlagsAsCode(lines.join(" ")))))
    .join("\n\n");
}

function block(lines: readonly string[]): string {
  const language = lines.some((line) => line.trimStart().startsWith("$ ")) ? "console" : "text";
  return [`\`\`\`${language}`, ...lines.map((line) => line.slice(2)), "```"].join("\n");
}

function cell(text: string): string {
  return escaped(text)
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|");
}

/** Escapes what GitHub would take for an HTML tag. */
function escaped(text: string): string {
  return outsideCode(text, (part) => part.replaceAll("<", "\\<"));
}

function withFlagsAsCode(text: string): string {
  return outsideCode(text, (part) => part.replace(/(?<![\w-])--[a-z][a-z-]*/g, code));
}

function outsideCode(text: string, change: (part: string) => string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join("");
}
