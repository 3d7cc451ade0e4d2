import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { requestsChart, stateChart } from "../../bench/charts/bars.mts";
import { peerColours } from "../../bench/charts/chart.mts";
import { ratiosChart } from "../../bench/charts/ratios.mts";
import { wallChart } from "../../bench/charts/wall.mts";
import { peers, type Results } from "../../bench/results.mts";
import { chartsIn, publishTo } from "../bench/helpers/publish-to";
import { fullResults, pass, results } from "../bench/helpers/results";

const plain = { accounts: "one", latencyMs: 0 } as const;
const full = fullResults();
/** With a size that not all peers were measured at. */
const measured: Results = {
  ...full,
  passes: full.passes.filter(({ peer, count }) => peer !== "straightforward" || count <= 1000),
};
const files = ["ratios.svg", "refresh-requests.svg", "state.svg", "wall-time.svg"];

let directory: string;
let page: string;
let drawn: Record<string, string>;

/** What an SVG says, in its order. */
function texts(svg: string | undefined): string[] {
  return [...(svg ?? "").matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "bench-charts-"));
  publishTo(directory, measured);
  page = readFileSync(join(directory, "RESULTS.md"), "utf8");
  drawn = chartsIn(directory);
});

afterAll(() => rmSync(directory, { recursive: true }));

test("each chart is a file, which the page shows with its text", () => {
  expect(Object.keys(drawn)).toEqual(files);
  for (const file of files) expect(page).toMatch(new RegExp(`!\\[.{60,}\\]\\(charts/${file}\\)`));
});

test("the same results give the same files, and what they do not give any more goes", () => {
  const again = mkdtempSync(join(tmpdir(), "bench-charts-again-"));
  try {
    mkdirSync(join(again, "charts"));
    writeFileSync(join(again, "charts/old.svg"), "");
    writeFileSync(join(again, "charts/kept.mts"), "kept");
    const written = publishTo(again, measured);
    expect(written.sort()).toEqual([
      join(again, "RESULTS.md"),
      ...files.map((file) => join(again, "charts", file)),
    ]);
    expect(chartsIn(again)).toEqual(drawn);
    expect(readFileSync(join(again, "charts/kept.mts"), "utf8")).toBe("kept");
  } finally {
    rmSync(again, { recursive: true });
  }
});

describe.each(files)("%s", (file) => {
  test("has an opaque white background, all of it", () => {
    const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(drawn[file] ?? "") ?? [];
    expect(drawn[file]).toContain(`<rect width="${width}" height="${height}" fill="#ffffff"/>`);
  });

  test("has no text below 11 px, even as wide as a page shows it", () => {
    const sizes = [...(drawn[file] ?? "").matchAll(/font-size="([\d.]+)px"/g)].map(([, size]) =>
      Number(size),
    );
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(11);
    expect(Number(/ width="(\d+)"/.exec(drawn[file] ?? "")?.[1])).toBeLessThanOrEqual(850);
  });

  test("is in colours that colour-blind readers can tell", () => {
    for (const colour of ["#D55E00", "#0072B2", "#009E73"]) expect(drawn[file]).toContain(colour);
  });
});

test("a peer has one colour, whichever peers a chart has", () => {
  expect(peerColours(["plugin", "dynamic"])).toEqual({
    domain: ["plugin", "dynamic"],
    range: ["#009E73", "#0072B2"],
  });
});

test("wall times have a panel a command and a line a peer, on logarithmic axes", () => {
  const said = texts(drawn["wall-time.svg"]);
  for (const text of ["up", "preview", "destroy", ...peers]) expect(said).toContain(text);
  for (const text of ["100", "1k", "2k", "10", "1000"]) expect(said).toContain(text);
  for (const text of ["an account each", "one account"]) expect(said).toContain(text);
  // One integration is measured once, and in both rows.
  const singles = JSON.stringify(wallChart(measured)?.spec).match(
    /"peer":"plugin","count":1,"command":"up"/g,
  );
  expect(singles).toHaveLength(2);
  expect(wallChart(measured)?.alt).toContain("At 1,000, an account each: straightforward up 254 s");
  expect(JSON.stringify(wallChart(measured)?.spec).match(/"type":"log"/g)).toHaveLength(2);
  expect(wallChart(measured)?.alt).toContain(
    "At 1,000, one account: straightforward up 204 s, preview 204 s",
  );
});

test("ratios are labelled, at the largest count of all peers", () => {
  const said = texts(drawn["ratios.svg"]);
  expect(said.filter((text) => text === "17.0")).toHaveLength(6);
  expect(said.filter((text) => text === "1.02")).toHaveLength(6);
  expect(said.join(" ")).toContain("1,000 integrations");
});

test("state and requests are labelled by peer", () => {
  expect(texts(drawn["state.svg"])).toEqual(
    expect.arrayContaining([...peers, "90,000", "1,400", "1,300", "900"]),
  );
  expect(texts(drawn["refresh-requests.svg"])).toEqual(expect.arrayContaining([...peers, "1,000", "4", "0"]));
  expect(requestsChart(measured)?.alt).toContain(
    "straightforward-package 1,000, dynamic 4, plugin 4, nothing 0",
  );
});

test("charts are of what was measured, ratios only with the floor", () => {
  const some = results([pass({ peer: "plugin", count: 20, ...plain })]);
  expect(ratiosChart(some)).toBeUndefined();
  const withFloor = results([...some.passes, pass({ peer: "nothing", count: 20, ...plain })]);
  expect(ratiosChart(withFloor)?.alt).toMatch(/: plugin up 1\.02×[^;]*\.$/);
  expect(stateChart(some)?.alt).toBe(
    "State a resource, 20 integrations of one account, in bytes: plugin 1,300.",
  );
  expect(wallChart(some)).toBeDefined();
  for (const chart of [wallChart, stateChart, requestsChart]) expect(chart(results([]))).toBeUndefined();
});
