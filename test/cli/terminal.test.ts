import { PassThrough } from "node:stream";
import { afterEach, expect, jest, test } from "@jest/globals";
import { confirm, processTerminal } from "../../cli/terminal";

const originalIsTTY = Object.getOwnPropertyDescriptor(process.stderr, "isTTY") ?? {
  value: undefined,
  configurable: true,
};

afterEach(() => {
  jest.restoreAllMocks();
  Object.defineProperty(process.stderr, "isTTY", originalIsTTY);
});

/** The output on standard error of progress at these times, in seconds after the start of the command. */
function progressAt(isTTY: boolean, ...seconds: number[]): string {
  let text = "";
  const now = jest.spyOn(performance, "now").mockReturnValue(0);
  Object.defineProperty(process.stderr, "isTTY", { value: isTTY, configurable: true });
  jest.spyOn(process.stderr, "write").mockImplementation((written) => {
    text += written;
    return true;
  });
  const terminal = processTerminal({});
  for (const second of seconds) {
    now.mockReturnValue(second * 1_000);
    terminal.progress(`after ${second} s`);
  }
  return text;
}

test("prints a line of progress each minute if standard error is not a terminal", () => {
  expect(progressAt(false, 1, 59, 61, 62, 120, 121, 122)).toBe("after 61 s\nafter 121 s\n");
});

test("overwrites the progress in a terminal", () => {
  expect(progressAt(true, 1, 2)).toBe("after 1 s\r\u001b[Kafter 2 s");
});

test.each<[string | undefined, boolean]>([
  ["yes\n", true],
  ["Y\n", true],
  [" yes \r\n", true],
  ["\n", false],
  ["yesterday\n", false],
  [undefined, false],
])("reads the answer %j as %j", async (answer, confirmed) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const confirmation = confirm("Write that?", input, output);
  input.end(answer);
  expect(await confirmation).toBe(confirmed);
  expect(String(output.read())).toContain("Write that? (yes/no)");
});
