import { marked } from "marked";
import { type Block, linesIn } from "./block.mts";

/** What this module reads of a Markdown token: a block, an inline element or a list item. */
interface Token {
  readonly type: string;
  readonly raw: string;
  readonly text?: string;
  readonly tokens?: readonly Token[];
}

interface Table {
  readonly header: readonly Token[];
  readonly rows: readonly (readonly Token[])[];
}

/** The text that a reader sees, with the backticks of inline code. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === "codespan") return token.raw;
      if (token.type === "html") return "";
      return token.tokens ? plain(token.tokens) : (token.text ?? "\n");
    })
    .join("");
}

function blocksIn(tokens: readonly Token[], start: number): Block[] {
  let line = start;
  return tokens.flatMap((token) => {
    const first = line;
    line += linesIn(token.raw);
    if (token.type === "table") {
      const { header, rows } = token as Token & Table;
      // The second line of a table separates the header.
      return [header, [], ...rows].flatMap((cells, row) =>
        cells.map(({ tokens = [] }) => ({ text: plain(tokens), line: first + row })),
      );
    }
    if (token.type === "list") return blocksIn((token as Token & { items: Token[] }).items, first);
    if (["list_item", "blockquote"].includes(token.type)) return blocksIn(token.tokens ?? [], first);
    if (!["paragraph", "heading", "text"].includes(token.type)) return [];
    return [{ text: plain(token.tokens ?? []), line: first }];
  });
}

/** The prose of a page, without code blocks and HTML. */
export const blocksOfMarkdown = (markdown: string) => blocksIn(marked.lexer(markdown) as Token[], 1);
