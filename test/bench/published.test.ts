// What is published follows from the results that are: nobody wrote a figure by hand, or forgot to write the report anew.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { figureTables, withFigures } from "../../bench/report/figures.mts";
import type { Peer, Results } from "../../bench/results.mts";
import { readResults } from "../../bench/results-file.mts";
import { chartsIn, publishTo } from "./helpers/publish-to";
import { fullResults, pass, results } from "./helpers/results";

const repository = join(__dirname, "../..");
const published = readResults(join(repository, "bench/results.json")) as Results;

function text(file: string): string {
  return readFileSync(join(repository, file), "utf8");
}

test("RESULTS.md and the charts are the report of results.json", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-published-"));
  try {
    publishTo(folder, published);
    // The report names its guide from where it stands.
    const guide = relative(folder, join(repository, "bench/README.md"));
    const page = readFileSync(join(folder, "RESULTS.md"), "utf8").replace(`](${guide}#`, "](README.md#");
    expect(text("bench/RESULTS.md")).toBe(page);
    expect(chartsIn(join(repository, "bench"))).toEqual(chartsIn(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the figures in docs/performance.md are those of results.json", () => {
  expect(text("docs/performance.md")).toBe(withFigures(text("docs/performance.md"), published));
});

test("the tables have medians of 1,000 integrations and ratios to the floor, and what was not measured as such", () => {
  const full = fullResults();
  const passes = full.passes.filter(
    ({ peer, accounts }) => accounts === "one" || !peer.startsWith("straightforward"),
  );
  const rows = figureTables({ ...full, passes }).split("\n");
  expect(rows[0]).toBe(
    "| 1,000 integrations, an account each | straightforward | straightforward-package | dynamic | plugin | nothing | nothing-dynamic |",
  );
  expect(rows).toContain(
    "| `refresh` | 204 s, 17.0×, 1,000 requests | 33.9 s, 2.83×, 1,000 requests | 12.6 s, 1.05×, 4 requests | 12.3 s, 1.02×, 4 requests | 12.0 s | 12.5 s, 1.04× |",
  );
  expect(rows).toContain(
    "| `refresh` | – | – | 15.2 s, 1.05×, 1,000 requests | 14.8 s, 1.02×, 1,000 requests | 14.5 s | 15.1 s, 1.04× |",
  );
  expect(rows).toContain(
    "| memory of the provider process | 147 MB | 146 MB | 155 MB | 110 MB | 60.0 MB | 140 MB |",
  );
  expect(rows).toContain(
    "| state a resource | 90,000 bytes | 5,000 bytes | 1,400 bytes | 1,300 bytes | 900 bytes | 1,400 bytes |",
  );
  expect(rows.filter((row) => row.startsWith("| times measured "))).toEqual([
    "| times measured | 0 | 0 | 1 | 1 | 1 | 1 |",
    "| times measured | 0 | 0 | 1 | 1 | 1 | 1 |",
    "| times measured | 1 | 1 | 1 | 1 | 1 | 1 |",
  ]);
});

test("a size that was not measured has no table, and it is said how much was measured and met", () => {
  const given = results([pass({ peer: "plugin", count: 100, accounts: "each", latencyMs: 0 })]);
  expect(figureTables(given).match(/^\| [\d,]+ integrations.*?each/gm)).toEqual([
    "| 100 integrations, an account each",
  ]);
  const readme = withFigures("<!-- figures of bench/results.json --> <!-- end of the figures -->", given);
  expect(readme).toMatch(
    /1 of the 230 passes of a full run were measured\. Targets that do not depend on the machine's speed: 7 of 7 met\. Others: 1 of 1 met; \d+ more not measured\. \[Which\]/,
  );
});

test("beside it stands the drift check of many merchants", () => {
  const readme = withFigures(
    "<!-- figures of bench/results.json --> <!-- end of the figures -->",
    fullResults(),
  );
  expect(readme).toContain(
    "3,000 merchants, each with its own account (`pulumi refresh --preview-only`, dynamic, measured once): 40.0 s, 3,000 requests, one process, 200 MB.",
  );
  expect(readme).toContain("dynamic, answers after 80 ms, measured once): 48.0 s, 3,000 requests");
});

test("beside it stands what looking first takes where answers are slow, once that was measured", () => {
  const marks = "<!-- figures of bench/results.json --> <!-- end of the figures -->";
  const slow = (peer: Peer) => pass({ peer, count: 100, accounts: "each", latencyMs: 80 });
  const own = (["dynamic", "plugin"] as const).map(slow);
  expect(withFigures(marks, results(own))).not.toContain("after 80 ms");
  expect(withFigures(marks, results([...own, slow("straightforward-package")]))).toContain(
    "With answers after 80 ms, `up` of 100 with an account each takes straightforward-package 7.73 s, dynamic 3.49 s, plugin 3.41 s.",
  );
});

test("a page without a place for the figures is refused", () => {
  expect(() => withFigures("# Title", published)).toThrow("lost the marks");
});
