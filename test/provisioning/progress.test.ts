import { describe, expect, test } from "@jest/globals";
import { lineProgress, terminalProgress } from "../../engine/progress.mts";

describe("progress as lines", () => {
  test("shows every phase, and of its updates one in 15 seconds", () => {
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
});

describe("progress on a terminal", () => {
  function terminal(columns: number) {
    let written = "";
    const stream = {
      columns,
      write(text: string) {
        written += text;
        return true;
      },
    };
    return { progress: terminalProgress(stream as NodeJS.WriteStream), written: () => written };
  }

  test("rewrites the line of a phase and begins a new one for the next", () => {
    const { progress, written } = terminal(80);
    progress.phase("a");
    progress.update("a 1");
    progress.phase("b");
    progress.end();
    expect(written()).toBe("\r\u001b[Ka\r\u001b[Ka 1\n\r\u001b[Kb\n");
  });

  test("cuts a line that would wrap, since a wrapped line can't be rewritten", () => {
    const { progress, written } = terminal(5);
    progress.phase("abcdefgh");
    expect(written()).toBe("\r\u001b[Kabcd");
  });
});
