import { describe, expect, test } from "@jest/globals";
import { givenBytes } from "../../bench/engine/program.mts";
import type { Results } from "../../bench/results.mts";
import { requestCount } from "../../bench/select.mts";
import { failures, verdictsOn } from "../../bench/verdicts.mts";
import { changed, judged, known, named, newlyMissed, slower } from "./helpers/judging";
import { fullResults, pass, results, withCommand } from "./helpers/results";

const plain = { accounts: "one", latencyMs: 0 } as const;

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

  test("is judged at the largest size there is, too, by its worst repetition", () => {
    const small = pass({ peer: "plugin", count: 500, ...plain });
    const large = withCommand(small, "up", { providerPeakBytes: 151e6 });
    expect(named(results([small, large, small]), "peak of plugin")).toMatchObject([
      { name: "peak of plugin, 500 integrations", measured: 151e6, passed: false },
      { name: "peak of plugin, 2,000 integrations", measured: undefined },
      { name: "peak of plugin, 2,000 accounts", measured: undefined },
    ]);
  });

  test("of dynamic comes with what the SDK's process takes without the product", () => {
    const [dynamic, plugin] = named(fullResults(), "Memory of a provider process");
    expect(dynamic?.note).toContain(
      "with a provider that does nothing, and the heap that Node.js gives it, it takes 140 MB at 2,000",
    );
    expect(plugin).not.toHaveProperty("note");
    expect(named(results([]), "peak of dynamic")[0]?.note).not.toContain("MB");
  });
});

describe("requests for each integration", () => {
  test.each([
    ["up", { create: 20, get: 21 }],
    ["preview", { get: 1 }],
    ["change", { update: 20, get: 1 }],
    ["destroy", { delete: 19 }],
  ] as const)("of %s are counted exactly", (workload, requests) => {
    const small = pass({ peer: "plugin", count: 20, ...plain });
    expect(failures(verdictsOn(results([small])))).toEqual([]);
    expect(failures(verdictsOn(results([small, withCommand(small, workload, { requests })])))).toMatchObject([
      { about: "Requests for each integration", name: `${workload}, plugin` },
    ]);
  });

  test("of preview --refresh are counted where each has an account", () => {
    const cell = { peer: "dynamic", count: 20, latencyMs: 0 } as const;
    const more = (accounts: "one" | "each") =>
      withCommand(pass({ ...cell, accounts }), "preview-refresh", { requests: { get: 2, list: 1 } });
    expect(failures(verdictsOn(results([more("each")])))).toMatchObject([
      { name: "preview --refresh of an account each, dynamic" },
    ]);
    expect(failures(verdictsOn(results([more("one")])))).toEqual([]);
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
  const [sweep, far] = fullResults().sweeps as [Results["sweeps"][number], Results["sweeps"][number]];
  const withSweep = (other: Partial<typeof sweep>) => ({
    ...fullResults(),
    sweeps: [{ ...sweep, ...other }, far],
  });

  test("of 3,000 merchants take less than 60 s, which noise can move", () => {
    const given = withSweep({ wallMs: 60_000 });
    expect(newlyMissed(given)).toEqual(["Drift check of many merchants: time, 3,000 merchants"]);
    expect(failures(verdictsOn(given))).toEqual([]);
  });

  test("are judged with answers after 80 ms too", () => {
    const given = { ...fullResults(), sweeps: [sweep, { ...far, wallMs: 60_000 }] };
    expect(newlyMissed(given)).toEqual([
      "Drift check of many merchants: time, 3,000 merchants, answers after 80 ms",
    ]);
  });

  test.each([2999, 3001])("%p requests for 3,000 merchants are missed", (get) => {
    expect(failures(verdictsOn(withSweep({ requests: { get } })))).toMatchObject([{ measured: get }]);
  });

  test("of fewer merchants are judged by their requests alone", () => {
    const given = { ...fullResults(), sweeps: [{ ...sweep, merchants: 50, requests: { get: 50 } }] };
    expect(judged(given, "Drift check")).toMatchObject([{ name: "requests, 50 merchants", passed: true }]);
  });
});
