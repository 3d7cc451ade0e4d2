import { describe, expect, test } from "@jest/globals";
import { givenBytes } from "../../bench/engine/program.mts";
import type { Cell, Pass, Results, Workload } from "../../bench/results.mts";
import { requestCount } from "../../bench/select.mts";
import { failures, type Verdict, verdictsOn } from "../../bench/verdicts.mts";
import { fullResults, pass, results, withCommand } from "./helpers/results";

const plain = { accounts: "one", latencyMs: 0 } as const;

/** The full results with the passes changed that agree with a part of a cell. */
function changed(wanted: Partial<Cell>, change: (pass: Pass) => Pass): Results {
  const full = fullResults();
  const asked = Object.entries(wanted) as [keyof Cell, unknown][];
  const passes = full.passes.map((each) =>
    asked.every(([key, value]) => each[key] === value) ? change(each) : each,
  );
  return { ...full, passes };
}

/** As `changed`, with other figures of one command. */
function slower(wanted: Partial<Cell>, workload: Workload, factor: number): Results {
  return changed(wanted, (each) =>
    withCommand(each, workload, { wallMs: each.commands[workload].wallMs * factor }),
  );
}

function missed(given: Results): string[] {
  const those = verdictsOn(given).filter(({ passed }) => passed === false);
  return those.map(({ about, name }) => `${about}: ${name}`);
}

function named(given: Results, part: string): Verdict[] {
  return verdictsOn(given).filter(({ about, name }) => `${about}: ${name}`.includes(part));
}

/** Those that were measured. */
function judged(given: Results, part: string): Verdict[] {
  return named(given, part).filter(({ measured }) => measured !== undefined);
}

/** What is missed even when all is as it should be. */
const known = missed(fullResults());

function newlyMissed(given: Results): string[] {
  return missed(given).filter((name) => !known.includes(name));
}

test("when all is as it should be, only the memory of dynamic is missed", () => {
  expect(known).toEqual([
    expect.stringContaining("peak of dynamic, 2,000 integrations"),
    expect.stringContaining("peak of dynamic, 2,000 accounts"),
  ]);
});

test("full results leave no target unmeasured", () => {
  expect(verdictsOn(fullResults()).filter(({ measured }) => measured === undefined)).toEqual([]);
});

test("of nothing measured, every target is there once, neither passed nor missed", () => {
  const verdicts = verdictsOn(results([]));
  expect(verdicts.length).toBeGreaterThan(30);
  expect(verdicts.every(({ passed, measured }) => passed === undefined && measured === undefined)).toBe(true);
  expect(new Set(verdicts.map(({ about, name }) => about + name)).size).toBe(verdicts.length);
  expect(failures(verdicts)).toEqual([]);
});

describe("a plugin that does nothing is at most outrun by 1.15", () => {
  test.each(["up", "preview", "destroy"] as const)("in %s, for each count and front end", (workload) => {
    const of = (peer: "dynamic" | "plugin") =>
      newlyMissed(slower({ peer, ...plain, count: 100 }, workload, 1.14)).filter((name) =>
        name.startsWith("Wall time over that of a plugin"),
      );
    expect(of("dynamic")).toEqual([expect.stringContaining(`${workload} of dynamic, 100 integrations`)]);
    expect(of("plugin")).toEqual([expect.stringContaining(`${workload} of plugin, 100 integrations`)]);
  });

  test.each(["up", "preview", "destroy"] as const)("and so is a dynamic provider, in %s", (workload) => {
    const given = slower({ peer: "dynamic", ...plain, count: 100 }, workload, 1.13);
    expect(newlyMissed(given)).toContainEqual(
      `Wall time over that of a dynamic provider that does nothing: ${workload} of dynamic, 100 integrations`,
    );
  });

  test("of dynamic it is said what a dynamic provider that does nothing takes, where that was measured", () => {
    const notes = (given: Results, peer: string) =>
      named(given, `a plugin that does nothing: up of ${peer}`).map(({ note }) => note ?? "");
    const full = fullResults();
    const without = { ...full, passes: full.passes.filter(({ peer }) => peer !== "nothing-dynamic") };
    // 12,450 ms and 12,000 ms at 1,000.
    expect(notes(full, "dynamic")[1]).toBe("a dynamic provider that does nothing takes 1.04×");
    expect(notes(full, "plugin").join("")).toBe("");
    expect(notes(without, "dynamic").join("")).toBe("");
  });

  test("an account each is set beside floors of the same", () => {
    const up = (accounts: "one" | "each") =>
      newlyMissed(slower({ peer: "nothing", count: 1000, accounts, latencyMs: 0 }, "up", 1 / 1.2)).filter(
        (name) => name.includes("up of plugin"),
      );
    expect(up("each")).toEqual([expect.stringContaining("up of plugin, 1,000 accounts")]);
    expect(up("one")).toEqual([expect.stringContaining("up of plugin, 1,000 integrations")]);
  });

  test("counts under 100 are not judged", () => {
    const cells = (["plugin", "nothing"] as const).map((peer) => pass({ peer, count: 20, ...plain }));
    expect(judged(results(cells), "up of plugin")).toEqual([]);
  });
});

describe("straightforward", () => {
  const cell = { peer: "straightforward", count: 1000, accounts: "one" } as const;

  test.each([
    ["one", "1,000 integrations"],
    ["each", "1,000 accounts"],
  ] as const)("takes at least 3 times as long to come up, with %s", (accounts, size) => {
    const given = slower({ ...cell, accounts }, "up", 2.9 / 17.2);
    expect(newlyMissed(given)).toEqual([
      expect.stringContaining(`wall time of up, dynamic, ${size}`),
      expect.stringContaining(`wall time of up, plugin, ${size}`),
    ]);
  });

  test("takes at least 5 times as much state, which no noise moves", () => {
    const given = changed(cell, (each) => ({ ...each, state: { ...each.state, bytesAResource: 6900 } }));
    expect(newlyMissed(given)).toEqual([expect.stringContaining("state a resource, dynamic")]);
    expect(failures(verdictsOn(given))).toHaveLength(1);
  });
});

test("beside straightforward stands what it takes as a package", () => {
  const cell = { count: 1000, ...plain } as const;
  const passes = (["straightforward", "dynamic"] as const).map((peer) => pass({ peer, ...cell }));
  const asPackage = pass({ peer: "straightforward-package", ...cell });
  const note = (of: readonly Pass[], name: string) => judged(results(of), name)[0]?.note;
  expect(note([...passes, asPackage], "state a resource, dynamic, 1,000")).toBe("as a package 3.57×");
  expect(note([...passes, asPackage], "wall time of up, dynamic")).toBe("as a package 2.69×");
  expect(note(passes, "wall time of up, dynamic")).toContain("as a package it does not");
});

describe("plugin is no slower than dynamic", () => {
  const plugin = (wallMs: number) =>
    withCommand(pass({ peer: "plugin", count: 100, ...plain }), "refresh", { wallMs });
  const dynamic = (wallMs: number) =>
    withCommand(pass({ peer: "dynamic", count: 100, ...plain }), "refresh", { wallMs });
  const refresh = (...passes: Pass[]) =>
    judged(results(passes), "Plugin's wall time over dynamic's: refresh")[0];

  test("with one account and with an account each", () => {
    const given = slower({ peer: "plugin", count: 100, accounts: "each", latencyMs: 0 }, "refresh", 1.1);
    expect(newlyMissed(given)).toEqual(["Plugin's wall time over dynamic's: refresh, 100 accounts"]);
  });

  test("by the rounds that both were measured in", () => {
    expect(refresh(plugin(100), dynamic(100))).toMatchObject({ passed: true, measured: 1, movable: true });
    expect(refresh(plugin(101), dynamic(100))).toMatchObject({ passed: false, measured: 1.01 });
    expect(refresh(plugin(100), plugin(900), dynamic(200))).toMatchObject({ measured: 0.5, once: true });
  });
});

describe("preview --refresh of one account", () => {
  test("takes at most 1.3 times as long with latency", () => {
    expect(newlyMissed(slower({ peer: "dynamic", latencyMs: 80 }, "preview-refresh", 1.31))).toEqual([
      expect.stringContaining("answers after 80 ms over that without, dynamic"),
    ]);
  });

  test.each([
    [1, 3],
    [20, 3],
    [250, 3],
    [251, 4],
    [1000, 6],
  ])("of %p integrations takes at most %p requests", (count, most) => {
    const [list, get] = [1, most];
    const of = (requests: Record<string, number>) =>
      judged(
        results([withCommand(pass({ peer: "plugin", count, ...plain }), "preview-refresh", { requests })]),
        "preview --refresh of one account: requests of plugin",
      );
    expect(of({ get: most })).toMatchObject([{ passed: true, limit: most, measured: most, movable: false }]);
    expect(of({ list, get })).toMatchObject([{ passed: false, measured: most + 1 }]);
  });

  test("one repetition of several with too many requests is enough to miss it", () => {
    const good = pass({ peer: "plugin", count: 20, ...plain });
    const bad = withCommand({ ...good, latencyMs: 80 }, "preview-refresh", { requests: { get: 20 } });
    expect(failures(verdictsOn(results([good, bad, good])))).toMatchObject([{ measured: 20, limit: 3 }]);
  });
});

describe("accounts with one integration each", () => {
  const cell = { peer: "plugin", accounts: "each", count: 1000 } as const;
  const changedRefresh = (figures: Parameters<typeof withCommand>[2]) =>
    changed(cell, (each) => withCommand(each, "refresh", figures));

  test.each([999, 1001])("%p requests for 1,000 are missed", (get) => {
    expect(newlyMissed(changedRefresh({ requests: { get } }))).toEqual([
      expect.stringContaining("requests of plugin, 1,000 accounts"),
    ]);
  });

  test("a second process is missed, though preview --refresh has two", () => {
    expect(newlyMissed(changedRefresh({ providerProcesses: 2 }))).toEqual([
      expect.stringContaining("provider processes of plugin, 1,000 accounts"),
    ]);
  });

  test("memory is to stay under 250 MB in every command, which noise can move", () => {
    const given = changed(cell, (each) => withCommand(each, "change", { providerPeakBytes: 250e6 }));
    expect(newlyMissed(given)).toEqual([
      expect.stringContaining("refresh of accounts with one integration each: memory of plugin"),
    ]);
    expect(failures(verdictsOn(given))).toEqual([]);
  });

  test("of a quick run are judged by their own number", () => {
    const small = pass({ ...cell, count: 20, latencyMs: 0 });
    expect(requestCount(small.commands.refresh)).toBe(20);
    const requests = judged(results([small]), "one integration each: requests of plugin");
    expect(requests).toMatchObject([{ passed: true, limit: 20 }]);
    const more = withCommand(small, "refresh", { requests: { get: 20, list: 1 } });
    expect(failures(verdictsOn(results([more])))).toMatchObject([{ measured: 21 }]);
  });
});

describe("memory of a provider process", () => {
  test("is judged at 2,000 integrations by whichever command takes most", () => {
    const given = changed({ peer: "plugin", count: 2000 }, (each) =>
      withCommand(each, "change", { providerPeakBytes: 150e6 }),
    );
    expect(newlyMissed(given)).toEqual([
      expect.stringContaining("peak of plugin, 2,000 integrations"),
      expect.stringContaining("peak of plugin, 2,000 accounts"),
    ]);
  });

  test("of dynamic comes with what the SDK's process takes without the product", () => {
    const [dynamic, plugin] = named(fullResults(), "Memory of a provider process");
    expect(dynamic?.note).toContain("with a provider that does nothing it takes 140 MB at 2,000");
    expect(plugin).not.toHaveProperty("note");
    expect(named(results([]), "peak of dynamic")[0]?.note).not.toContain("MB");
  });
});

describe("state of a resource", () => {
  const withState = (bytesAResource: number, providerTextBytes: number, count = 100) =>
    results([pass({ peer: "plugin", count, ...plain }, { state: { bytesAResource, providerTextBytes } })]);

  test("is at most 1,200 bytes and twice what the user gave", () => {
    const limit = 1200 + 2 * givenBytes;
    const all = (bytes: number) => judged(withState(bytes, 0), "all of it, plugin");
    expect(all(limit)).toMatchObject([{ passed: true, limit, movable: false }]);
    expect(all(limit + 1)).toMatchObject([{ passed: false }]);
  });

  test("has less than 200 bytes of the provider's text, whatever the count", () => {
    expect(named(withState(100, 199, 1), "provider text, plugin")).toMatchObject([{ passed: true }]);
    expect(failures(verdictsOn(withState(100, 200, 1)))).toMatchObject([{ name: "provider text, plugin" }]);
  });
});

describe("the package", () => {
  const figures = fullResults().figures as NonNullable<Results["figures"]>;
  const { sequential, concurrent } = figures.clientRatio;
  const high = { values: [1, 1.2, 1.3] };

  test.each([
    ["time of its import", { importMs: { values: [10, 51, 60] } }, true],
    ["one request after the other", { clientRatio: { sequential: high, concurrent } }, true],
    ["16 requests at once", { clientRatio: { sequential, concurrent: high } }, true],
    ["installed packages", { installedPackages: 40 }, false],
    ["size, packed", { packageBytes: 2_500_001 }, false],
  ])("%s", (name, other, movable) => {
    const given = { ...fullResults(), figures: { ...figures, ...other } };
    expect(newlyMissed(given)).toEqual([expect.stringContaining(name)]);
    expect(failures(verdictsOn(given))).toHaveLength(movable ? 0 : 1);
  });
});

describe("sweeps", () => {
  const [sweep] = fullResults().sweeps as [Results["sweeps"][number]];
  const withSweep = (other: Partial<typeof sweep>) => ({
    ...fullResults(),
    sweeps: [{ ...sweep, ...other }],
  });

  test("of 3,000 merchants take less than 60 s, which noise can move", () => {
    const given = withSweep({ wallMs: 60_000 });
    expect(newlyMissed(given)).toEqual([expect.stringContaining("time, 3,000 merchants")]);
    expect(failures(verdictsOn(given))).toEqual([]);
  });

  test.each([2999, 3001])("%p requests for 3,000 merchants are missed", (get) => {
    expect(failures(verdictsOn(withSweep({ requests: { get } })))).toMatchObject([{ measured: get }]);
  });

  test("of fewer merchants are judged by their requests alone", () => {
    const sweeps = judged(withSweep({ merchants: 50, requests: { get: 50 } }), "Drift check");
    expect(sweeps).toMatchObject([{ name: "requests, 50 merchants", passed: true }]);
  });
});
