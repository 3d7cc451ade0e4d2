// Runs a drift check on the real engine and the emulator, and writes pictures of it to docs/pictures. Also writes the logo for Pulumi's Registry.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import Anser from "anser";
import { chromium } from "playwright-core";
import which from "which";
import { ensureEngine } from "./engine/ensure.mts";
import { commentPage, pullRequestComment } from "./pull-request-comment.mts";

const require = createRequire(import.meta.url);
const { startEmulator } = require("pulumi-pinterest/emulator") as typeof import("../emulator/index.ts");

const repository = resolve(import.meta.dirname, "..");
/** The day on the pictures, so that they change only with the product. */
const day = "2026-12-01";
const tags = {
  berlin: "2613187432",
  lisbon: "2613187433",
  madrid: "2613187434",
  oslo: "2613187435",
  vienna: "2613187436",
};

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

const browser = process.env.CHROME_PATH ?? which.sync("chromium", { nothrow: true });
if (!browser) throw new Error("Chromium is missing. Put `chromium` on PATH, or set CHROME_PATH.");
// Chromium's sandbox does not run as root.
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const chrome = await chromium.launch({ executablePath: browser, args });
const engine = await ensureEngine();
let time = `${day}T08:00:00Z`;
const pinterest = await startEmulator({ now: () => Date.parse(time) });
const project = mkdtempSync(join(tmpdir(), "pulumi-pinterest-pictures-"));
try {
  writeFileSync(join(project, "Pulumi.yaml"), "name: shops\nruntime: nodejs\n");
  writeFileSync(join(project, "package.json"), '{ "main": "index.ts" }\n');
  symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
  await run("pulumi stack init dev");

  writeFileSync(join(project, "index.ts"), programOf(tags));
  await run("pulumi up --yes --skip-preview");
  time = `${day}T09:12:45Z`;
  pinterest.change("shop-berlin", { connected_tag_id: "2600000000001" });
  pinterest.change("shop-madrid", {
    connected_merchant_id: "1949999",
    connected_advertiser_id: "549755889999",
  });
  pinterest.remove("shop-oslo");
  const drift = await run("npx pulumi-pinterest drift --html drift.html");
  write("drift.svg", terminalPicture("npx pulumi-pinterest drift", drift));
  const report = readFileSync(join(project, "drift.html"), "utf8");
  write("drift-report.png", await screenshot(report, { width: 1000, end: "section" }));

  await run("npx pulumi-pinterest drift --fix --yes");
  pinterest.change("shop-berlin", { connected_tag_id: "2600000000001" });
  const reports = join(project, "reports");
  mkdirSync(join(reports, "0"), { recursive: true });
  writeFileSync(join(reports, "0/stack"), "dev");
  const { madrid, ...others } = tags;
  writeFileSync(join(project, "index.ts"), programOf({ ...others, oslo: "2613187499" }));
  const preview = await run("pulumi preview --refresh --run-program --diff --color never");
  writeFileSync(join(reports, "0/preview.txt"), preview);
  await run(
    "npx pulumi-pinterest drift --pull-request --json reports/0/drift.json --markdown reports/0/drift.md",
  );
  const comment = await pullRequestComment(reports);
  write("pull-request.png", await screenshot(commentPage(comment), { width: 900, end: "article" }));

  const logo = readFileSync(join(repository, "docs/pictures/logo.svg"), "utf8");
  write("logo.png", await logoPicture(logo));
} finally {
  await chrome.close();
  await pinterest.stop();
  rmSync(project, { recursive: true, force: true });
}

/** A program that declares a merchant for each city, by its tag. */
function programOf(tagsOfCities: Record<string, string>): string {
  const resources = Object.entries(tagsOfCities).map(([city, tag]) => {
    const index = Object.keys(tags).indexOf(city);
    return `new pinterest.CommerceIntegration("${city}", {
  externalBusinessId: "shop-${city}",
  connectedMerchantId: "${1949483 + index}",
  connectedAdvertiserId: "${549755885175 + index}",
  connectedTagId: "${tag}",
});
`;
  });
  return `import * as pinterest from "pulumi-pinterest";\n\n${resources.join("\n")}`;
}

/** Runs a command in the project, and returns what it prints to standard output, with colors. */
function run(commandLine: string): Promise<string> {
  const [program = "", ...args] = commandLine.split(" ");
  const env = {
    PATH: [engine.binDir, process.env.PATH].join(delimiter),
    HOME: project,
    FORCE_COLOR: "1",
    PULUMI_HOME: join(project, "pulumi"),
    PULUMI_BACKEND_URL: `file://${project}`,
    PULUMI_CONFIG_PASSPHRASE: "pictures",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PINTEREST_API_URL: pinterest.url,
    PINTEREST_ACCESS_TOKEN: pinterest.token(),
  };
  return new Promise((done, fail) => {
    execFile(program, args, { cwd: project, env }, (error, stdout, stderr) => {
      // Exit code 7 means drift.
      if (error && error.code !== 7) fail(new Error(`${error.message}\n${stdout}${stderr}`));
      else done(stdout);
    });
  });
}

/**
 * An HTML page as PNG, with two pixels for each pixel of the page, so that it is sharp on all screens.
 *
 * @param width of the page, in pixels
 * @param end selects the element with which the picture ends, instead of cutting one
 */
async function screenshot(html: string, { width, end }: { width: number; end: string }): Promise<Buffer> {
  // "Checked</dt><dd>2026-08-17 23:59" on the page, and "checked at 2026-08-17T23:59:59" in the comment
  const checkedAt = /(Checked<\/dt><dd>|checked at )[\d-]+([T ])[\d:]+/g;
  refusePaths("a page", html);
  const tab = await chrome.newPage({ viewport: { width, height: 3000 }, deviceScaleFactor: 2 });
  await tab.setContent(html.replace(checkedAt, `$1${day}$209:30`));
  const last = await tab.locator(end).first().boundingBox();
  const height = Math.ceil((last?.y ?? 0) + (last?.height ?? 0)) + padding;
  return tab.screenshot({ clip: { x: 0, y: 0, width, height } });
}

/** The logo as PNG, in its own size, because Pulumi's Registry shows no SVG. */
async function logoPicture(svg: string): Promise<Buffer> {
  const tab = await chrome.newPage();
  await tab.setContent(svg);
  return tab.locator("svg").screenshot({ omitBackground: true });
}

function write(name: string, content: string | Buffer): void {
  if (typeof content === "string") refusePaths(name, content);
  const directory = join(repository, "docs/pictures");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), content);
  console.log(`docs/pictures/${name}: ${Math.ceil(content.length / 1000)} KB`);
}

function refusePaths(name: string, text: string): void {
  const path = [project, repository, engine.binDir].find((path) => text.includes(path));
  if (path !== undefined) throw new Error(`${name} contains a path of this machine: ${path}`);
}

/** An SVG picture of a dark terminal that shows a command and its output, which may have ANSI colors. */
function terminalPicture(command: string, output: string): string {
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
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${Anser.escapeForHtml(command)}</title>
<style>text { font: 14px monospace; white-space: pre }</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#30363d"/>
<g fill="#e6edf3">
${texts.join("\n")}
</g>
</svg>
`;
}
