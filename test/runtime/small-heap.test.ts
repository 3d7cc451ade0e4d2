import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "@jest/globals";

const compiled = resolve(__dirname, "../../dist/provider/runtime/small-heap.js");

/** How far the young generation of a process grows, in bytes, while it makes much that lives for a while: before and after a call. */
function youngGeneration(
  call: string,
  nodeOptions: readonly string[] = [],
): { before: number; after: number } {
  const script = `
    const { getHeapSpaceStatistics } = require("node:v8");
    function grown() {
      let largest = 0;
      const kept = [];
      for (let round = 0; round < 400; round++) {
        for (let made = 0; made < 2_000; made++) kept.push({ round, made });
        if (kept.length > 100_000) kept.splice(0, 50_000);
        const { space_size: size } = getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
        largest = Math.max(largest, size);
      }
      return largest;
    }
    const before = grown();
    ${call}
    console.log(JSON.stringify({ before, after: grown() }));
  `;
  // An option for the young generation may come from whoever runs the tests.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return JSON.parse(
    execFileSync(process.execPath, [...nodeOptions, "-e", script], { env, encoding: "utf8" }),
  );
}

/** What a provider process does when it starts, and when so many milliseconds have passed. */
const smallAfter = (ms: number) => `
  const { mock } = require("node:test");
  mock.timers.enable({ apis: ["setTimeout"] });
  require(${JSON.stringify(compiled)}).keepHeapSmall();
  mock.timers.tick(${ms});`;
const small = smallAfter(500);

test("a young generation that has grown is made small, and stays so", () => {
  const { before, after } = youngGeneration(small);
  expect(after).toBeLessThan(before / 3);
});

test("but not for a command that is over soon, which would wait for it", () => {
  const { before, after } = youngGeneration(smallAfter(499));
  expect(after).toBeGreaterThanOrEqual(before);
});

test("the process does not live on for it", () => {
  const script = `
    require(${JSON.stringify(compiled)}).keepHeapSmall();
    console.log(JSON.stringify(process.getActiveResourcesInfo()));`;
  const holding = JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
  expect(holding).not.toContain("Timeout");
});

test("without, it stays as large as it has grown", () => {
  const { before, after } = youngGeneration("");
  expect(after).toBeGreaterThanOrEqual(before);
});

test("a size that the user chose is left", () => {
  const { before, after } = youngGeneration(small, ["--max-semi-space-size=32"]);
  expect(after).toBeGreaterThanOrEqual(before);
});

/** How large the old generation of a process becomes, in bytes, while much that has lived for a while dies. */
function oldGeneration(call: string): number {
  const script = `
    const { getHeapSpaceStatistics } = require("node:v8");
    const old = () => getHeapSpaceStatistics().find((space) => space.space_name === "old_space");
    const live = Array.from({ length: 200_000 }, (_, index) => ({ index, text: "text " + index }));
    ${call}
    let largest = 0;
    const dying = [];
    for (let round = 0; round < 600; round++) {
      for (let made = 0; made < 2_000; made++) dying.push({ round, text: "text " + made });
      if (dying.length > 20_000) dying.splice(0, 10_000);
      largest = Math.max(largest, old().space_size);
    }
    console.log(largest, live.length);
  `;
  const { NODE_OPTIONS: _, ...env } = process.env;
  return Number.parseFloat(
    execFileSync(process.execPath, ["--expose-gc", "-e", script], { env, encoding: "utf8" }),
  );
}

test("an old generation is collected before it has doubled and more", () => {
  const youngAlone = `require("node:v8").setFlagsFromString("--semi-space-growth-factor=1"); global.gc({ type: "major", flavor: "last-resort", execution: "sync" });`;
  expect(oldGeneration(small)).toBeLessThan(oldGeneration(youngAlone) / 1.5);
});
