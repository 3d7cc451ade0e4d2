import { PassThrough } from "node:stream";
import { expect, test } from "@jest/globals";
import { confirm } from "../../cli/terminal";

test.each<[string | undefined, boolean]>([
  ["yes\n", true],
  ["Y\n", true],
  [" yes \r\n", true],
  ["no\n", false],
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
