import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import { publish, requestedDocuments } from "../../../cli/drift/documents";
import { ofPrograms } from "../../../cli/drift/wording";
import { exitCodes } from "../../../stack/exit-codes";
import { temporaryDirectory } from "../../temporary-directory";
import { recordingTerminal } from "../helpers/terminal";
import { merchant, withMerchants } from "./helpers/example";

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

(existsSync("/dev/full") ? test : test.skip)(
  "writes the other reports, and reports drift and a failure, if a report cannot be written",
  () => {
    const drifted = withMerchants(
      merchant("berlin", {
        status: "drifted",
        properties: [{ name: "connectedTagId", secret: false, program: "1", pinterest: "7" }],
      }),
    );
    const json = join(temporaryDirectory(), "drift.json");
    const terminal = recordingTerminal();
    const exitCode = publish(
      drifted,
      [{ format: "json", file: json }, { format: "html", file: "/dev/full" }, { format: "markdown" }],
      terminal,
      ofPrograms(),
    );
    expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({ version: 1, exitCode: exitCodes.drift });
    expect(terminal.output()).toContain("berlin");
    expect(terminal.output()).toContain("connectedTagId");
    expect(terminal.notes()).toMatch(
      /^wrote .*drift\.json\nerror: --html: \/dev\/full cannot be written: ENOSPC/,
    );
    expect(exitCode).toBe(exitCodes.driftAndErrors);
  },
);

test.each([
  [["-C", "no/such"], "the directory no/such does not exist"],
  [["--json", "--markdown"], "both go to standard output"],
  [["--html", "no/such/page.html"], "there is no directory"],
  [["--yes"], "requires --fix or --adopt"],
  [["--accept", "--fix", "--yes", "--only", "a"], "--accept and --fix exclude each other"],
  [["--accept"], "--accept requires --only"],
  [["--only", "a"], "--only requires --fix, --adopt or --accept"],
  [["--until", "2026-12-31"], "--until requires --accept"],
  [["--new-only"], "--new-only requires --baseline"],
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
