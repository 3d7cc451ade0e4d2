import { expect, test } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import { requestedDocuments } from "../../../cli/drift/documents";
import { exitCodes } from "../../../stack/exit-codes";
import { noDirectory } from "../../expected/reports";
import { recordingTerminal } from "../helpers/terminal";

test("writes to standard output if the file is a dash", () => {
  expect(requestedDocuments({ json: "-", markdown: "drift.md" })).toEqual([
    { format: "json" },
    { format: "markdown", file: "drift.md" },
  ]);
  expect(requestedDocuments({ html: "-" })).toEqual([{ format: "html" }]);
  expect(() => requestedDocuments({ json: "-", markdown: true })).toThrow(
    "--json and --markdown both go to standard output",
  );
});

test.each([
  [["-C", "no/such"], "the directory no/such does not exist"],
  [["--json", "--markdown"], "both go to standard output"],
  [["--html", "no/such/page.html"], noDirectory],
  [["--yes"], "requires --fix or --adopt"],
  [["--accept", "--fix", "--yes", "--only", "a"], "--accept and --fix exclude each other"],
  [["--accept"], "--accept requires --only"],
  [["--only", "a"], "--only requires --fix, --adopt or --accept"],
  [["--until", "2026-12-31"], "--until requires --accept"],
  [["--new-only"], "--new-only requires --baseline"],
  [["--pull-request"], "--pull-request requires --markdown"],
  [["--include-pending"], "--include-pending requires --fix"],
  [["--baseline", "no-such.json"], "--baseline: no-such.json cannot be read"],
  [["--baseline", "package.json"], "--baseline: package.json is not a report"],
  [["--parallel", "0"], "from 1 to 64"],
  [["--fix"], "add --yes"],
])("refuses %j as a usage error", async (args, message) => {
  const terminal = recordingTerminal();
  expect(await runCommandLine(["drift", ...args], terminal, {})).toBe(exitCodes.usage);
  expect(terminal.notes()).toContain(message);
  expect(terminal.output()).toBe("");
});
