import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { isPage, sitePath } from "../../scripts/site/pages.mts";
import { findBrowser, openBrowser } from "../browser/browser";

const repository = resolve(__dirname, "../..");
const found = findBrowser();
if ("missing" in found) console.warn(`Skipping the tests of the documentation site: ${found.missing}.`);

const contentTypes: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

(("missing" in found ? describe.skip : describe) as typeof describe)("the documentation site", () => {
  let server: Server;
  let origin: string;
  // A site that is not at the root of its server, as the one of a version.
  const base = "/pulumi-pinterest/v1.2.3/";
  let directory: string;
  let browser: Browser;
  let page: Page;
  /** Messages in the console, requests for files that do not exist, and requests to other servers. */
  let problems: string[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-site-"));
    const script = join(repository, "scripts/site.mts");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [script, "--base", base, "--out", join(directory, base)],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`scripts/site.mts failed:\n${stdout}${stderr}`);
    server = createServer((request, response) => {
      const file = fileOf(`${origin}${request.url}`);
      if (file === undefined) problems.push(`${page.url()}: requests ${request.url}`);
      const contentType = contentTypes[extname(file ?? "")] ?? "text/plain";
      // All pages have the same scripts and fonts.
      response.writeHead(file === undefined ? 404 : 200, {
        "content-type": contentType,
        "cache-control": "max-age=3600",
      });
      response.end(file && readFileSync(file));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await openBrowser((found as { path: string }).path);
    page = await browser.newPage({ viewport: { width: 360, height: 740 }, colorScheme: "light" });
    page.on("console", (message) => problems.push(`${page.url()}: ${message.text()}`));
    page.on("pageerror", (error) => problems.push(`${page.url()}: ${error.message}`));
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== origin) problems.push(`${page.url()}: requests ${request.url()}`);
    });
  });

  beforeEach(() => {
    problems = [];
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** The file that a static server sends for an address of the site. */
  function fileOf(address: string): string | undefined {
    const { origin: server, pathname } = new URL(address);
    if (server !== origin) return undefined;
    const file = join(directory, decodeURIComponent(pathname).replace(/\/$/, "/index.html"));
    return existsSync(file) ? file : undefined;
  }

  /** Opens a page, and waits until its scripts have started. */
  async function open(path: string): Promise<void> {
    await page.goto(`${origin}${base}${path}`);
    await page.waitForFunction("document.querySelector('#app').__vue_app__ !== undefined");
  }

  test("every page opens without errors, fits on a phone with all columns of its tables, and has links that lead to a page and an anchor", async () => {
    const sources = globSync(["*.md", "{docs,emulator}/**/*.md"], { cwd: repository }).filter(isPage);
    const anchors = new Map<string, Set<string>>();
    const links = new Map<string, string>();
    for (const path of sources.map((source) => sitePath(source).replace(/\.md$/, ".html"))) {
      await open(path);
      const [width, hidden, ids, targets, illegible] = (await page.evaluate(`[
        document.documentElement.scrollWidth,
        [...document.querySelectorAll("td, th")].filter((cell) => cell.getBoundingClientRect().right > 360).length,
        [...document.querySelectorAll("[id]")].map(({ id }) => id),
        [...document.querySelectorAll("a[href]")].map(({ href }) => href),
        [
          ...[...document.querySelectorAll(".vp-doc img")].filter((picture) => picture.getBoundingClientRect().width < 600),
          ...[...document.querySelectorAll(".vp-doc li pre")].filter((code) => code.getBoundingClientRect().right > 340),
          ...[...document.querySelectorAll(".vp-doc .option")].filter((option) => option.getClientRects().length > 1),
        ].map(({ outerHTML }) => outerHTML),
      ]`)) as [number, number, string[], string[], string[]];
      if (width > 360) problems.push(`${path} is ${width} px wide`);
      if (hidden > 0) problems.push(`${path} has ${hidden} cells of tables that a phone does not show`);
      for (const html of illegible)
        problems.push(`${path} has small pictures, or code over the edge or broken: ${html}`);
      anchors.set(fileOf(page.url()) ?? "", new Set(ids));
      for (const target of targets) links.set(target, path);
    }
    for (const [link, from] of links) {
      const { origin: server, hash } = new URL(link);
      const ids = anchors.get(fileOf(link) ?? "");
      const isBroken = ids === undefined || (hash !== "" && !ids.has(decodeURIComponent(hash.slice(1))));
      if (server === origin && isBroken) problems.push(`${from} links to ${link}`);
    }

    expect(problems).toEqual([]);
    expect(sources.length).toBeGreaterThan(50);
    // So this test is effective.
    expect(links.size).toBeGreaterThan(300);
  });

  test("the cells of a table have the titles of their columns on a phone", async () => {
    await open("docs/configuration.html");
    const differences = `[...document.querySelectorAll("table")].flatMap((table) => {
      const columns = [...table.querySelectorAll("th")].map((heading) => JSON.stringify(heading.textContent.trim()));
      const rows = [...table.querySelectorAll("tbody tr")].map((row) =>
        [...row.cells].map((cell) => getComputedStyle(cell, "::before").content));
      return [columns.length, ...rows.filter((titles) => titles.join() !== columns.join())];
    })`;

    // The numbers of columns of the page's tables; rows whose titles differ from the columns would follow.
    expect(await page.evaluate(differences)).toEqual([2, 3, 2]);
  });

  test("the search finds a page and opens it", async () => {
    await open("");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill("glossary");
    await page.getByRole("option", { name: "Glossary" }).first().click();

    await page.getByRole("heading", { level: 1, name: "Glossary" }).waitFor();
    expect(problems).toEqual([]);
  });

  test("the switch in the navigation selects the dark scheme", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await open("");
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    await page.getByRole("switch", { name: "Appearance" }).click();

    expect(await background()).not.toBe(light);
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    expect(await page.getByRole("button", { name: `v${version}` }).isVisible()).toBe(true);
    const sidebar = await page.getByRole("navigation", { name: "Sidebar" }).textContent();
    expect(sidebar).toContain("Find and fix drift");
    expect(sidebar).toContain("getIntegrations");
    expect(sidebar).not.toContain("`");
  });
});
