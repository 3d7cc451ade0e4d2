import { describe, expect, test } from "@jest/globals";
import { commandLine } from "../../bench/report/command-line.mts";
import { resultsPage } from "../../bench/report/page.mts";
import { summary } from "../../bench/report/summary.mts";
import type { Peer, Results } from "../../bench/results.mts";
import { type Verdict, verdictsOn } from "../../bench/verdicts.mts";
import { fullResults, inRounds, pass, results, withCommand } from "./helpers/results";

const plain = { accounts: "one", latencyMs: 0 } as const;

function pageOf(given: Results): string {
  return resultsPage(given, verdictsOn(given));
}

/** The lines of a section, from its heading to the next of any level. */
function under(heading: string, page: string): string[] {
  const lines = page.split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`no '${heading}' in ${page}`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("#"));
  return rest.slice(0, end < 0 ? undefined : end).filter((line) => line !== "");
}

function growthOf(situation: string, page: string): string[] {
  return under(`### ${situation}`, page.slice(page.indexOf("## Growth")));
}

const verdict: Verdict = {
  about: "Speed",
  name: "of all",
  bound: "at most",
  limit: 2,
  unit: "times",
  movable: true,
  note: "as it is",
  target: "at most 2×",
  measured: 3,
  passed: false,
  spread: { low: 2.8, high: 3.1 },
};
const { spread: _, ...single } = verdict;
const passed: Verdict = { ...single, name: "of some", measured: 1.5, passed: true, movable: false };
const open: Verdict = { ...single, name: "of none", measured: undefined, passed: undefined };

test("a command in short has its time and its requests", () => {
  const { commands } = pass({ peer: "plugin", count: 100, ...plain });
  expect(commandLine("up", { peer: "plugin" }, commands.up)).toBe("up of plugin: 3.07 s, 200 requests");
});

test("the page names its guide from where it stands", () => {
  expect(resultsPage(results([]), [], [], "../README.md")).toContain("](../README.md#what-is-compared)");
  expect(resultsPage(results([]), [])).toContain("](README.md#what-is-compared)");
});

describe("the summary for a terminal", () => {
  test("marks what was met and missed, under its heading, and counts what was not measured", () => {
    expect(summary([verdict, passed, { ...open, about: "Size" }])).toBe(
      `Speed
  ✗ of all: 3.00× (2.80–3.10×), ~ at most 2× (as it is)
  ✓ of some: 1.50×, at most 2× (as it is)

Targets that do not depend on the machine's speed: 1 of 1 met. Others, marked ~: 0 of 1 met; 1 more not measured.
`,
    );
  });
});

describe("the page", () => {
  test("has every target with what was measured", () => {
    const few = { ...verdict, name: "of few", measured: 1.5, passed: true, spread: { low: 1.4, high: 2.1 } };
    const many = { ...verdict, name: "of many", measured: 2.1, spread: { low: 1.9, high: 2.2 } };
    const once: Verdict = { ...single, name: "of one", once: true };
    const page = resultsPage(results([]), [verdict, passed, open, few, many, once]);
    expect(under("### Speed", page)).toEqual([
      "2 of 5 met.",
      "|  | target | measured |  |",
      "| --- | --: | --: | --: |",
      "| of all (as it is) | ~ at most 2× | 3.00× (2.80–3.10×) | **missed** |",
      "| of some (as it is) | at most 2× | 1.50× | passed |",
      "| of few (as it is) | ~ at most 2× | 1.50× (1.40–2.10×) | passed, within noise |",
      "| of many (as it is) | ~ at most 2× | 2.10× (1.90–2.20×) | **missed**, within noise |",
      "| of one (as it is) | ~ at most 2× | 3.00× | **missed**, measured once |",
      "Not measured: of none.",
    ]);
    expect(under("## Targets", page)[1]).toBe(
      "Targets that do not depend on the machine's speed: 1 of 1 met. Others, marked ~: 1 of 4 met; 1 more not measured.",
    );
  });

  test("says first how much of a full run it stands on", () => {
    const single = { peer: "plugin", count: 1, ...plain } as const;
    const passes = Array.from({ length: 4 }, () => pass(single));
    const [said, missing] = pageOf(results(passes)).split(/\n\n(?=- One account)|\n\n(?=## Targets)/);
    expect(said).toMatch(
      /\n3 of the 230 passes of a full run were measured, and 1 beyond\.\n\nNot measured at all:$/,
    );
    expect(missing?.split("\n")).toEqual([
      expect.stringMatching(
        /^- One account: straightforward at 1, 100, 500, 1,000, and 2,000; .*; plugin at 100, 500, 1,000, and 2,000$/,
      ),
      expect.stringContaining("- One account, answers after 80 ms: straightforward at 1, 100, "),
      expect.stringContaining("- An account for each integration: straightforward at 100, 500, "),
      expect.stringContaining(
        "- An account for each integration, answers after 80 ms: straightforward at 100, ",
      ),
    ]);
  });

  test("says what was measured fewer times than in a full run", () => {
    const few = (["plugin", "dynamic"] as const).map((peer) => pass({ peer, count: 100, ...plain }));
    expect(pageOf(results([...few, pass({ peer: "plugin", count: 2000, ...plain })]))).toContain(
      "\n\nMeasured fewer times than in a full run:\n\n- One account: dynamic at 100; plugin at 100\n\n",
    );
  });

  test("names the command and the machine", () => {
    const page = pageOf(fullResults());
    expect(page).toContain("Written by `npm run bench` from the `results.json` beside it");
    expect(under("## Machine", page)).toEqual([
      "Example 3000, 2 cores, 8.0 GiB of memory, linux x64. Measured from 2031-05-01 to 2031-05-02.",
      "|  | version |",
      "| --- | --: |",
      "| node | 24.1.0 |",
      "| pulumi | 3.9.9 |",
      "| code measured (`npm run bench -- --code`) | 0123456789ab |",
    ]);
  });

  test("has medians, their range and the ratio to the floor of each command, count and peer", () => {
    const lasting = (peer: Peer, wallMs: number) =>
      withCommand(pass({ peer, count: 100, ...plain }), "up", { wallMs });
    const passes = [2000, 2200, 2100].flatMap((ms) => [lasting("plugin", ms), lasting("nothing", ms - 100)]);
    const lines = under("### One account", pageOf(results(inRounds([...passes, lasting("dynamic", 3800)]))));
    expect(lines.slice(0, 3)).toEqual([
      "| command | integrations | passes | dynamic | plugin | nothing |",
      "| --- | --: | --: | --: | --: | --: |",
      "| up | 100 | 1–3 | 3.80 s, 2.00× | 2.10 s (2.00–2.20 s), 1.05× | 2.00 s (1.90–2.10 s) |",
    ]);
    expect(lines.slice(2).map((line) => line.split(" | ")[0])).toEqual([
      "| up",
      "| preview",
      "| preview-refresh",
      "| refresh",
      "| change",
      "| destroy",
    ]);
  });

  test("sets the floor of the same accounts beside what was measured", () => {
    const lines = under("### An account for each integration", pageOf(fullResults()));
    expect(lines[0]).toBe(
      "| command | integrations | passes | straightforward | straightforward-package | dynamic | plugin | nothing | nothing-dynamic |",
    );
    expect(lines.filter((line) => line.startsWith("| up | 1,000"))).toEqual([
      "| up | 1,000 | 1 | 254 s, 17.5× | 41.4 s, 2.86× | 15.2 s, 1.05× | 14.8 s, 1.02× | 14.5 s | 15.1 s, 1.04× |",
    ]);
  });

  test("has no ratio where latency sets what was measured apart from the floor", () => {
    const lines = under("### One account, answers after 80 ms", pageOf(fullResults()));
    expect(lines.find((line) => line.startsWith("| up |"))).toBe("| up | 1,000 | 1 | 12.7 s | 12.3 s |");
  });

  test("has exponents of growth", () => {
    const of = (count: number, wallMs: number) =>
      withCommand(pass({ peer: "plugin", count, ...plain }), "destroy", { wallMs });
    const page = pageOf(results([of(10, 5), of(100, 1000), of(1000, 100_000), of(2000, 800_000)]));
    const lines = growthOf("One account", page);
    expect(lines[0]).toBe("At 100, 1,000, and 2,000 integrations:");
    expect(lines.filter((line) => line.startsWith("| wall time | destroy "))).toEqual([
      "| wall time | destroy | 2.17 |",
      "| wall time | destroy | 3.00 |",
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        "| processor time | up | 0.65 |",
        "| memory | up | 0.00 |",
        "| requests | up | 1.00 |",
        "| state a resource | up | 0.00 |",
      ]),
    );
    expect(lines.join()).not.toContain("| requests | preview |");
    expect(lines).toContainEqual(expect.stringContaining("From 1,000 to 2,000 integrations alone"));
  });

  test("has exponents of the sizes that all peers were measured at, so that one has no steeper part of its own", () => {
    const counts = { plugin: [100, 500, 1000, 2000], nothing: [100, 500, 1000] } as const;
    const passes = (["plugin", "nothing"] as const).flatMap((peer) =>
      counts[peer].map((count) =>
        withCommand(pass({ peer, count, ...plain }), "up", { wallMs: count > 1000 ? 1e9 : count }),
      ),
    );
    const rows = growthOf("One account", pageOf(results(passes))).filter((line) =>
      line.startsWith("| wall time | up "),
    );
    expect(rows).toEqual([
      "| wall time | up | 1.00 | 1.00 |",
      expect.stringMatching(/^\| wall time \| up \| 19\.\d+ \| – \|$/),
    ]);
  });

  test("has exponents of an account each, of their own", () => {
    const passes = [100, 500, 1000].map((count) =>
      pass({ peer: "dynamic", count, ...plain, accounts: "each" }),
    );
    const page = pageOf(results(passes));
    expect(growthOf("An account for each integration", page)).toContain("| requests | refresh | 1.00 |");
    expect(page.slice(page.indexOf("## Growth"), page.indexOf("## Processor time"))).not.toContain(
      "### One account",
    );
  });

  test("says why there are none", () => {
    const passes = [100, 1000].map((count) => pass({ peer: "plugin", count, ...plain }));
    expect(growthOf("One account", pageOf(results(passes)))[0]).toBe(
      "Not fitted: that takes three sizes of 100 integrations and more.",
    );
  });

  test("has processor time, of what was measured without latency", () => {
    const page = pageOf(fullResults());
    const section = page.slice(page.indexOf("## Processor time"), page.indexOf("\n## State"));
    expect(under("### One account", section)).toContain(
      "| up | 1,000 | 1 | 204 s (200 s) | 33.9 s (30.0 s) | 12.6 s (10.5 s) | 12.3 s (10.2 s) | 12.0 s (10.0 s) | 12.5 s (10.4 s) |",
    );
    expect(section).not.toContain("after 80 ms");
  });

  test("names all code that was measured", () => {
    const passes = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "aaaaaaaaaaaa"].map((code) =>
      pass({ peer: "plugin", count: 1, ...plain }, { code }),
    );
    expect(pageOf(results(passes))).toContain("| aaaaaaaaaaaa, bbbbbbbbbbbb |");
  });

  test("has requests by operation, the most frequent first, at the largest count of all that make any", () => {
    const requests = { get: 4, list: 1200 };
    const given = [
      withCommand(pass({ peer: "plugin", count: 1000, ...plain }), "refresh", { requests }),
      pass({ peer: "dynamic", count: 1000, ...plain }),
      pass({ peer: "dynamic", count: 2000, ...plain }),
      pass({ peer: "nothing", count: 2000, ...plain }),
    ];
    const lines = under("### One account, 1,000 integrations", pageOf(results(given)));
    expect(lines).toContain("| command | dynamic | plugin |");
    expect(lines).toContain("| refresh | list 4 | list 1,200, get 4 |");
    expect(lines).toContain("| preview | none | none |");
  });

  test("has state and memory by count", () => {
    const page = pageOf(fullResults());
    const [state, memory] = ["## State", "## Memory"].map((heading) =>
      under("### One account", page.slice(page.indexOf(`${heading}\n`))),
    );
    expect(state).toContain(
      "| 1,000 | 90,000 bytes (80,000 bytes) | 5,000 bytes (1,600 bytes) | 1,400 bytes (150 bytes) | 1,300 bytes | 900 bytes | 1,400 bytes (90 bytes) |",
    );
    expect(memory).toContain("| 2,000 | 147 MB | 146 MB | 155 MB | 110 MB | 60.0 MB | 140 MB |");
  });

  test("has the provider processes of each command", () => {
    const page = pageOf(fullResults());
    const section = page.slice(page.indexOf("## Provider processes\n"));
    const lines = under("### An account for each integration, 2,000 integrations", section);
    expect(lines).toContain("| refresh | 1 | 1 | 1 | 1 | 1 | 1 |");
    expect(lines).toContain("| preview-refresh | 2 | 2 | 2 | 2 | 2 | 2 |");
  });

  test("has what was measured of the package and of many merchants", () => {
    const page = pageOf(fullResults());
    expect(under("## The package", page)).toContain(
      "| import, after that of Pulumi's SDK | 31.0 ms (30.0–32.0 ms) |",
    );
    expect(under("## Drift checks of many merchants", page)).toEqual(
      expect.arrayContaining([
        "| 3,000 | at once | 40.0 s | 50.0 s | 3,000 | 200 MB | 1 |",
        "| 3,000 | after 80 ms | 48.0 s | 50.0 s | 3,000 | 200 MB | 1 |",
      ]),
    );
  });

  test("leaves out what there is nothing to say of", () => {
    const headings = pageOf(results([])).match(/^## .*$/gm);
    expect(headings).toEqual(["## Targets", "## Machine"]);
  });

  test("shows pictures with what they show in words", () => {
    const page = resultsPage(results([]), [], [{ file: "charts/a.svg", alt: "Bars [of all]" }]);
    expect(under("## Charts", page)).toEqual(["![Bars \\[of all\\]](charts/a.svg)"]);
  });
});
