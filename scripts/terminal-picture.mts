import Anser from "anser";

const colors: Record<string, string> = {
  "ansi-black": "#6e7681",
  "ansi-red": "#ff7b72",
  "ansi-green": "#3fb950",
  "ansi-yellow": "#d29922",
  "ansi-blue": "#58a6ff",
  "ansi-magenta": "#bc8cff",
  "ansi-cyan": "#39c5cf",
  "ansi-white": "#e6edf3",
};
const lineHeight = 20;
const columnWidth = 8.4;
const padding = 16;

/** An SVG picture of a dark terminal that shows a command and its output, which may have ANSI colors. */
export function terminalPicture(command: string, output: string): string {
  const lines = [`\u001b[1m$ ${command}\u001b[0m`, ...output.trimEnd().split("\n")];
  const spans = lines.flatMap((line, row) => {
    let column = 0;
    return Anser.ansiToJson(line, { use_classes: true, remove_empty: true }).map((span) => {
      const start = column;
      column += span.content.length;
      return { ...span, row, column: start };
    });
  });
  const columns = Math.max(...spans.map(({ column, content }) => column + content.length));
  const width = Math.ceil(columns * columnWidth + 2 * padding);
  const height = lines.length * lineHeight + 2 * padding;
  const texts = spans
    .filter(({ content }) => content.trim() !== "")
    .map(({ content, fg, decorations, row, column }) => {
      // `textLength` keeps the columns in line in every font.
      const attributes = [
        `x="${(padding + column * columnWidth).toFixed(1)}"`,
        `y="${padding + row * lineHeight + 14}"`,
        `textLength="${(content.length * columnWidth).toFixed(1)}"`,
        fg && `fill="${colors[fg.replace("bright-", "")] ?? colors["ansi-white"]}"`,
        decorations.includes("bold") && `font-weight="bold"`,
        decorations.includes("dim") && `opacity="0.7"`,
        decorations.includes("underline") && `text-decoration="underline"`,
      ];
      return `<text ${attributes.filter(Boolean).join(" ")}>${Anser.escapeForHtml(content)}</text>`;
    });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${Anser.escapeForHtml(command)}</title>
<style>text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; white-space: pre }</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#30363d"/>
<g fill="#e6edf3">
${texts.join("\n")}
</g>
</svg>
`;
}
