import { appendFileSync, existsSync, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { Lab, type StateResource } from "./helpers/lab";

/** So many that the first of them are in state long before the last. */
const count = 300;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ accounts: 1 });
  lab.emulator.seed(count, { fields: () => ({ partner_access_token: "partner-access" }) });
});

afterAll(() => lab.close());

const backend = (path: string) => join(lab.directory, "backend/.pulumi", path);

/** Acts once the engine has written the first integration into the stack's state. */
function onFirstImported(act: () => void): void {
  const watcher = watch(backend("stacks/lab"), () => {
    if (!stateNow().some(({ type }) => type.endsWith(":CommerceIntegration"))) return;
    watcher.close();
    act();
  });
}

/** State as the engine has it in its file; nothing while it replaces that. */
function stateNow(): StateResource[] {
  try {
    const { checkpoint } = JSON.parse(readFileSync(backend("stacks/lab/test.json"), "utf8"));
    return checkpoint.latest?.resources ?? [];
  } catch {
    return [];
  }
}

test("a signal lets an import finish what is under way, leaves no lock, and says what is imported and how to go on", async () => {
  const command = join(repository, "dist/provider/cli/main.js");
  const { child, ended } = lab.launch("node", command, "import", "--all", "--run", "--program", "all.js");
  onFirstImported(() => child.kill("SIGINT"));
  const { exitCode, stdout, stderr } = await ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
  const said =
    /Interrupted with (\d+) of 300 integrations imported, and (\d+) not \(seed-/.exec(stderr) ?? [];
  const [imported, left] = said.slice(1).map(Number);
  expect(imported).toBeGreaterThan(0);
  expect(left).toBe(count - (imported ?? 0));
  const locks = readdirSync(backend("locks"), { recursive: true, withFileTypes: true });
  expect(locks.filter((entry) => entry.isFile())).toEqual([]);
  expect(Object.keys(await lab.state())).toHaveLength(imported ?? 0);

  lab.emulator.clearRequests();
  const [, line = "", commands = ""] = /`pulumi up`.*:\n(.*)\n.* go on by\n(.*)$/s.exec(stderr) ?? [];
  expect(await lab.process("sh", "-e", "-c", commands)).toMatchObject({ exitCode: 0 });
  expect(existsSync(join(lab.directory, "pinterest-import.json"))).toBe(false);
  expect(lab.emulator.requests()).toEqual([]);
  appendFileSync(join(lab.directory, "index.js"), `${line}\n`);
  expect(await lab.previewExit()).toBe(0);
  expect(Object.keys(await lab.state())).toHaveLength(count);
});
