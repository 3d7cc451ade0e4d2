import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type AxeResults, source as axe } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { historyOfReport } from "../../cli/drift/html-estate";
import { ofPrograms } from "../../cli/drift/wording";
import type { DriftReport } from "../../stack/report";
import { findBrowser, openBrowser } from "../browser/browser";
import { example, hostile, htmlOf, merchant, withMerchants } from "../cli/drift/helpers/example";

const found = findBrowser();
if ("missing" in found) console.warn(`Skipping the tests of the drift page in a browser: ${found.missing}.`);

(("missing" in found ? describe.skip : describe) as typeof describe)("the page in a browser", () => {
  let browser: Browser;
  let folder: string;
  /** Console messages, and requests for URLs other than the page's. */
  let messages: string[] = [];
  let cleanUp: () => unknown = () => {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-pinterest-page-"));
    browser = await openBrowser((found as { path: string }).path);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  afterEach(async () => {
    cleanUp();
    cleanUp = () => {};
    for (const context of browser.contexts()) await context.close();
  });

  /** Opens a page from a file, without a network. */
  async function open(html: string, options: BrowserContextOptions = {}): Promise<Page> {
    const file = join(folder, "report.html");
    writeFileSync(file, html);
    const address = pathToFileURL(file).href;
    const context = await browser.newContext({
      offline: true,
      viewport: { width: 1200, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    messages = [];
    page.on("console", (message) => messages.push(message.text()));
    page.on("pageerror", (error) => messages.push(error.message));
    page.on("request", (request) => request.url() !== address && messages.push(request.url()));
    await page.goto(address);
    return page;
  }

  const tile = (page: Page, name: string) => page.getByRole("radio", { name });
  const shown = (page: Page) => page.locator("main section:visible h2").allInnerTexts();
  const openReport = (report: DriftReport, options?: BrowserContextOptions) => open(htmlOf(report), options);

  test("sends no request, and causes no message in the console", async () => {
    const page = await openReport(example);
    await tile(page, "Missing").click();

    expect(messages).toEqual([]);
  });

  test("shows only one kind if a tile is selected by mouse or keyboard", async () => {
    const page = await openReport(example);

    await tile(page, "Missing").click();
    expect(await shown(page)).toEqual(["Missing 1"]);

    await page.keyboard.press("ArrowRight");
    expect(await shown(page)).toEqual(["Revoked 2"]);
    expect(await tile(page, "Revoked").isChecked()).toBe(true);

    await tile(page, "In sync").click();
    expect(await page.getByText("amsterdam").isVisible()).toBe(true);

    await tile(page, "Everything").click();
    expect(await shown(page)).toHaveLength(8);
    expect(await page.getByText("amsterdam").isVisible()).toBe(false);
  });

  test("shows external values as text", async () => {
    const page = await openReport(hostile);

    expect(messages).toEqual([]);
    expect(await page.locator("script").count()).toBe(0);
    const foreign = "img, main svg, iframe, a:not([href^='#']), [onerror], [onload], [style]";
    expect(await page.locator(foreign).count()).toBe(0);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await page.locator("section[data-kind=drifted] tbody").textContent()).toContain(
      `<script>window.hacked = 1</script>`,
    );
  });

  test("the Content Security Policy prevents injected markup from running scripts or loading resources", async () => {
    let requestCount = 0;
    const server = createServer((_request, response) => {
      requestCount++;
      response.end();
    });
    cleanUp = () => server.close();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const markup = `<script>window.hacked = 1</script><img src="http://127.0.0.1:${port}/" onerror="window.hacked = 2">`;
    const html = htmlOf(example).replace("<header>", `<header>${markup}`);

    const page = await open(html, { offline: false });
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(messages.join("\n")).toContain("Content Security Policy");
    expect(requestCount).toBe(0);

    // Without the policy, the same page runs the script and loads the resource, so this test is effective.
    const unguarded = await open(html.replace(/<meta http-equiv.*/, ""), { offline: false });
    expect(await unguarded.evaluate("window.hacked")).toBeGreaterThan(0);
    expect(requestCount).toBeGreaterThan(0);
  });

  test.each([
    [360, "dark"],
    [1200, "light"],
  ] as const)("has no problems of accessibility at %s px in the %s scheme", async (width, colorScheme) => {
    const source = { ...ofPrograms(), history: historyOfReport(example) };
    const page = await open(htmlOf(example, source), { colorScheme, viewport: { width, height: 800 } });
    await page.evaluate(axe);
    const problems = async () => {
      const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    };

    expect(await problems()).toEqual([]);
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await problems()).toEqual([]);
    await page.getByRole("link", { name: "berlin" }).click();
    expect(await page.getByRole("article").count()).toBe(1);
    expect(await problems()).toEqual([]);
  });

  test("shows only an integration's part of the page if its name is selected", async () => {
    const page = await openReport(example);
    expect(await page.getByRole("article").count()).toBe(0);

    await page.getByRole("link", { name: "berlin" }).click();
    expect(await page.getByRole("article").textContent()).toMatch(
      /berlin\s+de-berlin-1 · account north · stack shops\/dev\s+Drifted: changed at Pinterest\./,
    );
    expect(await page.locator("main section:visible, fieldset:visible").count()).toBe(0);

    await page.getByRole("link", { name: "Back to the report" }).click();
    expect(await page.getByRole("article").count()).toBe(0);
    expect(await shown(page)).toHaveLength(8);
  });

  test.each([
    ["the example", example],
    [
      "long words",
      withMerchants(
        merchant("x".repeat(2048), {
          status: "drifted",
          account: "a".repeat(300),
          properties: [{ name: "p".repeat(200), secret: false, program: "1".repeat(3000), pinterest: null }],
        }),
      ),
    ],
  ])("shows %s on a phone without horizontal scrolling, and keeps the roles of tables", async (_, report) => {
    const page = await openReport(report, { viewport: { width: 320, height: 640 } });

    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    // Elements with deferred layout (`content-visibility`) clip their overflow, so the page itself does not become wider.
    const overflowing = await page
      .locator("main *:not(caption, thead, thead *)")
      .evaluateAll(
        (all) => all.filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth > 0).length,
      );
    expect(overflowing).toBe(0);
    expect(await page.getByRole("table").first().getByRole("rowheader").count()).toBeGreaterThan(0);
    expect(await page.getByRole("table").first().getByRole("columnheader").count()).toBe(4);
  });
});
