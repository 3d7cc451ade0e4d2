import { expect } from "@jest/globals";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { runCommandLine } from "../../../cli/command-line";
import { exitCodes } from "../../../stack/exit-codes";
import { testOnPosix } from "../../platform";
import { ScriptedEngine } from "../helpers/scripted-engine";
import { recordingTerminal } from "../helpers/terminal";
import { eventsOf, secret } from "./helpers/engine-events";

const test = testOnPosix("shell scripts as programs");
const engine = new ScriptedEngine();

/**
 * A project with the selected stack test. At Pinterest, somebody changed the tags of berlin and essen, the merchant of essen, and a token of ulm.
 *
 * @param responses of the engine
 */
function prepare(responses: Parameters<typeof engine.write>[0] = {}) {
  engine.file("Pulumi.yaml", "name: lab\nruntime: yaml\n");
  const steps = (name: string, program: Record<string, unknown>, pinterest: Record<string, unknown>) => {
    const diff = Object.keys(program);
    return [
      { op: "refresh", name, old: program, new: pinterest, diff },
      { op: "update", name, old: pinterest, new: program, diff },
    ];
  };
  const events = eventsOf(
    ...steps("berlin", { connectedTagId: "1" }, { connectedTagId: "7" }),
    ...steps(
      "essen",
      { connectedTagId: "1", connectedMerchantId: "2" },
      { connectedTagId: "7", connectedMerchantId: "8" },
    ),
    ...steps("ulm", { partnerAccessToken: secret }, { partnerAccessToken: secret }),
  );
  const stacks = { "stack ls": { output: [{ name: "test", current: true }] } };
  engine.write({ ...stacks, ...responses }, [...events, { summaryEvent: {} } as EngineEvent]);
}

/** The ID of the change of the tags from 1 to 7. */
const tagChange = "43b1dffd";

async function drift(...options: string[]) {
  const terminal = recordingTerminal();
  const exitCode = await runCommandLine(["drift", "-C", engine.directory, ...options], terminal, process.env);
  return { exitCode, output: terminal.output(), notes: terminal.notes() };
}

const acceptTag = (...only: string[]) =>
  drift(
    "--accept",
    ...only.flatMap((name) => ["--only", name]),
    "--reason",
    "Test",
    "--until",
    "2099-12-31",
    "--by",
    "anna",
  );

test("reports accepted drift separately from the rest at once", async () => {
  prepare();
  expect(await drift()).toMatchObject({
    exitCode: exitCodes.drift,
    output: expect.stringContaining("\n3 drifted. Exit code 7: "),
  });
  expect(await acceptTag(tagChange)).toEqual({
    exitCode: exitCodes.drift,
    output: expect.stringContaining("\n2 drifted, 1 accepted. Exit code 7: "),
    notes: `wrote ${engine.directory}/accepted-drift.yaml\n`,
  });
});

test("fails if it does not accept a change, even if nothing else failed", async () => {
  prepare();
  const { exitCode, notes } = await acceptTag("ulm");
  expect(exitCode).toBe(exitCodes.driftAndErrors);
  expect(notes).toMatch(/^not accepted: ulm: `partnerAccessToken` is a secret, /);
});

test("a fix skips integrations with accepted drift, and reports what it left", async () => {
  prepare();
  await acceptTag(tagChange);
  const { exitCode, output, notes } = await drift("--fix", "--yes");
  expect(notes).toContain(
    "Skipped essen: the update would overwrite accepted drift too (connectedTagId). To write both, name the integration with --only.\n" +
      "Fixing drift writes to Pinterest:\n  lab/test\n    ulm: partnerAccessToken\n",
  );
  const [before, after] = output.split("After the fix\n");
  expect(before).toMatch(/^Before the fix\n.*\n2 drifted, 1 accepted\.\n\n$/s);
  expect(after).toContain("\n2 drifted, 1 accepted. Exit code 7: ");
  expect(exitCode).toBe(exitCodes.drift);
});

test("prints one JSON document for a fix, with the failures of its update", async () => {
  prepare({ up: { error: "error: the stack is locked" } });
  const { exitCode, output } = await drift("--fix", "--only", "berlin", "--yes", "--json");
  expect(JSON.parse(output)).toMatchObject({
    exitCode: exitCodes.driftAndErrors,
    stacks: [{ errors: [expect.stringContaining("fixing drift: the stack is locked")] }],
  });
  expect(exitCode).toBe(exitCodes.driftAndErrors);
});

test("prints the JSON document once if a fix has nothing to write", async () => {
  prepare();
  await acceptTag(tagChange);
  const { exitCode, output, notes } = await drift("--fix", "--only", tagChange, "--yes", "--json");
  expect(notes).toBe("There is no drift to fix.\n");
  expect(JSON.parse(output)).toMatchObject({ exitCode: exitCodes.drift });
  expect(exitCode).toBe(exitCodes.drift);
});

test("checks the other stacks if one cannot be opened", async () => {
  prepare({ "stack --stack": { error: "error: no access" } });
  const { exitCode, output } = await drift("--stack", "test", "--stack", "prod");
  expect(exitCode).toBe(exitCodes.driftAndErrors);
  expect(output).toContain(
    `  lab/prod in ${engine.directory}: stack 'prod' cannot be opened\n  error: no access\n`,
  );
  expect(output).toContain("\n3 drifted, 1 error. Exit code 17: ");
});

test("with --new-only, fails only for drift that the baseline does not have", async () => {
  prepare();
  const { output } = await drift("--json");
  const known = engine.file("known.json", output);
  const earlier = engine.file("earlier.json", output.replaceAll('::ulm"', '::bonn"'));
  const other = engine.file("other.json", output.replaceAll('"stack": "test"', '"stack": "prod"'));
  expect((await drift("--baseline", known, "--new-only")).exitCode).toBe(exitCodes.ok);
  expect((await drift("--baseline", earlier, "--new-only")).exitCode).toBe(exitCodes.drift);
  expect(await drift("--baseline", other, "--new-only")).toEqual({
    exitCode: exitCodes.usage,
    output: "",
    notes: expect.stringContaining("--baseline: the report is about lab/prod, and not about lab/test."),
  });
});
