import { expect } from "@jest/globals";
import type { Check, reportOf } from "../../../cli/doctor/checks";
import { runDoctor } from "../../../cli/doctor/doctor";
import { stageOfFile } from "../../lifecycle/helpers/stage";
import { testOnPosix } from "../../platform";
import { ScriptedEngine } from "../helpers/scripted-engine";
import { recordingTerminal } from "../helpers/terminal";
import { summaryOf } from "./helpers/checked-accounts";

const test = testOnPosix("shell scripts as programs");
const engine = new ScriptedEngine();
const stage = stageOfFile();

const loggedIn = { "whoami --json": { output: { url: "file:///state" } } };

/** Runs the checks in the directory of the engine. */
async function run(environment: NodeJS.ProcessEnv = {}, options: { account?: string[] } = {}) {
  const terminal = recordingTerminal();
  const exitCode = await runDoctor(
    { cwd: engine.directory, json: true, ...options },
    { terminal, environment: { PATH: process.env.PATH, PULUMI_HOME: engine.directory, ...environment } },
  );
  const { checks, summary }: ReturnType<typeof reportOf> = JSON.parse(terminal.output());
  return { exitCode, checks, summary };
}

const idsOf = (checks: readonly Check[]) => checks.map(({ id }) => id);

/** Writes a YAML project, which needs no packages. */
const writeProject = () => engine.file("Pulumi.yaml", "name: lab\nruntime: yaml\n");
const access = () => ({
  PINTEREST_API_URL: stage.emulator.url,
  PINTEREST_ACCESS_TOKEN: stage.emulator.token(),
});

test("runs the checks in the order of their groups, and fails if one of them does", async () => {
  writeProject();
  engine.write({ ...loggedIn, "stack ls": { output: [{ name: "prod", current: true }] } });
  const { exitCode, checks, summary } = await run(access());
  expect(checks.filter(({ status }) => status === "error").map(summaryOf)).toEqual([
    "- plugin error: the program needs the provider plugin, but it is neither in Pulumi.yaml nor on PATH",
  ]);
  expect([exitCode, summary.errors]).toEqual([1, 1]);
  expect(idsOf(checks)).toEqual([
    "node",
    "engine",
    "plugin",
    "backend",
    "stack",
    "configuration",
    "proxy",
    "api",
    "accounts",
    "account-access",
    "account-limits",
  ]);
});

test("omits the checks that depend on the engine if it is missing", async () => {
  writeProject();
  const { checks } = await run({ ...access(), PATH: engine.directory });
  expect(idsOf(checks).slice(0, 4)).toEqual(["node", "engine", "plugin", "configuration"]);
});

test("omits the checks of Pinterest if its address is not valid", async () => {
  writeProject();
  engine.write(loggedIn);
  const { checks } = await run({ ...access(), PINTEREST_API_URL: "pinterest" });
  expect(idsOf(checks).slice(-3)).toEqual(["stack", "configuration", "accounts"]);
});

test("needs no stack in the directory of a fleet's worker", async () => {
  engine.write(loggedIn);
  const { exitCode, checks } = await run({ ...access(), PINTEREST_FLEET_DATABASE: "postgres:///fleet" });
  expect(checks.find(({ id }) => id === "stack")?.found).toBe(
    "no stack needed: fleets have no Pulumi project of their own (PINTEREST_FLEET_DATABASE is set)",
  );
  expect(exitCode).toBe(0);
});

test("does not print a token that was given as an account's name", async () => {
  engine.write(loggedIn);
  const { checks } = await run(access(), { account: [stage.emulator.token()] });
  expect(JSON.stringify(checks)).not.toContain(stage.emulator.token());
  expect(checks.at(-1)).toMatchObject({ id: "account-access", status: "error", account: "[redacted]" });
});
