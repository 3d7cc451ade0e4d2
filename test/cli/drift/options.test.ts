import { expect, test } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import { type DriftOptions, requestedDocuments } from "../../../cli/drift/options";
import { exitCodes } from "../../../cli/exit-codes";
import { keptTerminal } from "../helpers/terminal";

const options: DriftOptions = { cwd: [], stack: [], parallel: 2 };

test("writes to standard output if the file is a dash", () => {
  expect(requestedDocuments({ ...options, json: "-", markdown: "drift.md" })).toEqual([
    { format: "json" },
    { format: "markdown", file: "drift.md" },
  ]);
  expect(requestedDocuments({ ...options, html: "-" })).toEqual([{ format: "html" }]);
  expect(() => requestedDocuments({ ...options, json: "-", markdown: true })).toThrow(
    "--json and --markdown both go to standard output",
  );
});

test.each([
  [["-C", "no/such"], "the directory no/such does not exist"],
  [["--all-stacks", "-s", "eu"], "--all-stacks and --stack cannot be given together"],
  [["--json", "--markdown"], "both go to standard output"],
  [["--html", "no/such/page.html"], "there is no directory"],
  [["--yes"], "requires --fix"],
  [["--pull-request"], "requires --markdown"],
  [["--parallel", "0"], "from 1 to 64"],
  [["--fix"], "add --yes"],
])("refuses %j as a usage error", async (args, message) => {
  const terminal = keptTerminal();
  expect(await runCommandLine(["drift", ...args], terminal)).toBe(exitCodes.usage);
  expect(terminal.notes()).toContain(message);
  expect(terminal.output()).toBe("");
});
