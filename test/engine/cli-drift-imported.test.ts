import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { drift, drifted, inSync } from "./helpers/drift";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  for (const id of ["one", "two", "three"]) lab.emulator.put(id, { connected_tag_id: "1" });
  lab.program({});
  const imported = await lab.cli("import", "--all", "--run", "--program", "imported.js");
  expect(imported).toMatchObject({ exitCode: 0 });
  lab.emulator.change("two", { connected_tag_id: "7" });
});

afterAll(() => lab.close());

test("reports drift of imported integrations that the program does not declare yet, and one error with the remedy", async () => {
  const { report, merchants, exitCode, output } = await drift(lab);
  expect(merchants).toEqual({ one: inSync, two: drifted({ connectedTagId: ["1", "7"] }), three: inSync });
  expect(report.stacks[0]?.errors).toEqual([
    expect.stringMatching(
      /^The stack has 3 protected integrations that the program does not declare: one, three, two\. .*add the line that .*import.* printed/,
    ),
  ]);
  expect(exitCode).toBe(10);
  expect(output).not.toContain("unprotect");
  const { stdout } = await lab.cli("drift");
  expect(stdout).not.toContain("Pending");
});

test("reports only drift if the program declares the imported integrations", async () => {
  appendFileSync(join(lab.directory, "index.js"), '\nrequire("./imported");\n');
  const { report, merchants, exitCode } = await drift(lab);
  expect(merchants).toMatchObject({ two: { status: "drifted" } });
  expect(report.stacks[0]?.errors).toEqual([]);
  expect(exitCode).toBe(7);
});
