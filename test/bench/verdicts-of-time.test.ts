// What is judged by wall times over those of others: the floors, straightforward, the other front end.
import { describe, expect, test } from "@jest/globals";
import type { Pass, Results } from "../../bench/results.mts";
import { failures, verdictsOn } from "../../bench/verdicts.mts";
import { changed, judged, named, newlyMissed, slower } from "./helpers/judging";
import { fullResults, inRounds, pass, results, withCommand } from "./helpers/results";

const plain = { accounts: "one", latencyMs: 0 } as const;

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

test("where nobody could be so much faster, it is said what straightforward takes over a plugin that does nothing", () => {
  const cell = { count: 1000, ...plain } as const;
  const short = (peer: "straightforward" | "dynamic" | "nothing", wallMs: number) =>
    withCommand(pass({ peer, ...cell }), "preview", { wallMs });
  const given = results([short("straightforward", 150), short("dynamic", 110), short("nothing", 100)]);
  const note = (name: string) => judged(given, name)[0]?.note;
  expect(note("wall time of preview, dynamic")).toContain("over a plugin that does nothing 1.50×");
  expect(note("wall time of up, dynamic")).not.toContain("nothing 1");
  expect(note("state a resource, dynamic, 1,000")).not.toContain("over a plugin");
});

describe("plugin is no slower than dynamic", () => {
  const plugin = (wallMs: number) =>
    withCommand(pass({ peer: "plugin", count: 100, ...plain }), "refresh", { wallMs });
  const dynamic = (wallMs: number) =>
    withCommand(pass({ peer: "dynamic", count: 100, ...plain }), "refresh", { wallMs });
  const refresh = (...passes: Pass[]) =>
    judged(results(inRounds(passes)), "Plugin's wall time over dynamic's: refresh")[0];

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
