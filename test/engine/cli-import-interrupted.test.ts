import { appendFileSync, existsSync, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { exitCodes } from "../expected/reports";
import { repository } from "./helpers/engine";
import { labOfFile, type StateResource } from "./helpers/lab";

/** Number of integrations. Large enough to send a signal between the first and the last import. */
const count = 120;

const lab = labOfFile({ accounts: 1 });

beforeAll(() => {
  lab.emulator.seed(count, { fields: () => ({ partner_access_token: "partner-access" }) });
});

const backend = (path: string) => join(lab.directory, "backend/.pulumi", path);

/** Calls `listener` when the engine has written the first integration to state. */
function onFirstImport(listener: () => void): void {
  const watcher = watch(backend(`stacks/${lab.project}`), () => {
    if (!currentState().some(({ type }) => type.endsWith(":CommerceIntegration"))) return;
    watcher.close();
    listener();
  });
}

/** The resources in the state file. Empty while the engine replaces the file. */
function currentState(): StateResource[] {
  try {
    const { checkpoint } = JSON.parse(readFileSync(backend(`stacks/${lab.project}/test.json`), "utf8"));
    return checkpoint.latest?.resources ?? [];
  } catch {
    return [];
  }
}

test("after a signal, finishes the operation in progress, unlocks the stack, and prints how to continue", async () => {
  const command = join(repository, "dist/cli/main.js");
  const { child, ended } = lab.launch("node", command, "import", "--all", "--run", "--program", "all.js");
  onFirstImport(() => child.kill("SIGINT"));
  const { exitCode, stdout, stderr } = await ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: exitCodes.interrupted, stdout: "" });
  expect(stderr).toContain("Interrupted. If an engine was killed, its stack is locked.");
  const locks = readdirSync(backend("locks"), { recursive: true, withFileTypes: true });
  expect(locks.filter((entry) => entry.isFile())).toEqual([]);
  const imported = Object.keys(await lab.state()).length;
  expect(imported).toBeGreaterThan(0);
  expect(imported).toBeLessThan(count);

  lab.emulator.clearRequests();
  const [, line = "", commands = ""] = /`pulumi up`.*:\n(.*)\n.* and run:\n(.*)$/s.exec(stderr) ?? [];
  expect(await lab.process("sh", "-e", "-c", commands)).toMatchObject({ exitCode: 0 });
  expect(existsSync(join(lab.directory, "pinterest-import.json"))).toBe(false);
  expect(lab.emulator.requests()).toEqual([]);
  appendFileSync(join(lab.directory, "index.js"), `${line}\n`);
  expect(await lab.previewExit()).toBe(0);
  expect(Object.keys(await lab.state())).toHaveLength(count);
});
