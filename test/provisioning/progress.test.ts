import { expect, test } from "@jest/globals";
import { lineProgress } from "../../scripts/engine/command.mts";

test("progress reports every phase, and updates at most every 15 seconds", () => {
  const lines: string[] = [];
  let now = 0;
  const progress = lineProgress(
    (line) => lines.push(line),
    () => now,
  );
  progress.phase("compiling");
  for (let compiled = 1; compiled <= 40; compiled++) {
    now += 1000;
    progress.update(`${compiled} compiled`);
  }
  progress.phase("linking");
  expect(lines).toEqual(["compiling", "15 compiled", "30 compiled", "linking"]);
});
