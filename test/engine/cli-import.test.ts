import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { ImportResult } from "../../cli/import/result";
import { toWire } from "../../provider/api/integration";
import { oddIntegrations } from "../cli/import/helpers/integrations";
import { deleteUndeclared, undeclaredProtected } from "../expected/reports";
import { drift } from "./helpers/drift";
import { labOfFile, type StateResource } from "./helpers/lab";
import { leaksIn, leaksInFiles } from "./helpers/leaks";

// The tests depend on each other.

const lab = labOfFile({ accounts: 1 });

const odd = oddIntegrations();
const ofOne = { partner_access_token: "access-of-one", partner_primary_email: "one@partner.example" };

const path = (file: string) => join(lab.directory, file);
const modeOf = (file: string) => statSync(path(file)).mode & 0o777;

/** All secrets that are long enough to be found, and the tokens of the accounts. */
function secrets(): string[] {
  const ofOdd = odd.flatMap(({ integration }) => [
    integration.partnerAccessToken,
    integration.partnerRefreshToken,
    integration.partnerPrimaryEmail,
  ]);
  const tokens = lab.emulator.accounts().flatMap(({ access_tokens }) => access_tokens);
  return [...Object.values(ofOne), ...ofOdd, ...tokens].filter((text = "") => text.length > 3) as string[];
}

test("the printed commands import one integration and delete the files", async () => {
  lab.emulator.put("shop 1", { connected_merchant_id: "11", ...ofOne });
  lab.emulator.clearRequests();
  const program = "shop's one.js";
  const run = await lab.cli("import", "shop 1", "--program", program, "--file", "one import.json");
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const [, commands = "", line = ""] = /run\n(.*?)\n\n.*?:\n {2}(.*?)\n\n/s.exec(run.stdout) ?? [];
  expect(["one import.json", "one import-secrets.json"].map(modeOf)).toEqual([0o600, 0o600]);
  expect(leaksInFiles(path(program), secrets())).toEqual([]);
  expect(await lab.process("sh", "-e", "-c", commands)).toMatchObject({ exitCode: 0 });
  expect(existsSync(path("one import.json")) || existsSync(path("one import-secrets.json"))).toBe(false);
  // The update of the next test checks that nothing changes.
  appendFileSync(path("index.js"), `${line}\n`);
  expect(lab.writes()).toEqual([]);
});

/** The tokens of the named accounts that can be listed. */
const accounts: Record<string, string | undefined> = {};

/** The result of the import of all integrations. */
let result: ImportResult;

test("imports all other integrations, with unusual IDs and values, although one account fails", async () => {
  for (const { account, integration } of odd) {
    // Only one account can own an external business ID.
    if (lab.emulator.integration(integration.externalBusinessId) !== undefined) continue;
    const owner = account === undefined ? undefined : lab.emulator.addAccount();
    lab.emulator.put(integration.externalBusinessId, toWire(integration), { account: owner?.name });
    if (account !== undefined) accounts[account] = owner?.access_tokens[0];
  }
  // A program cannot declare this value.
  lab.emulator.put("unfit", { connected_merchant_id: "11", additional_id_1: " blank " });
  const revoked = lab.emulator.addAccount({ name: "revoked" }).access_tokens[0];
  lab.emulator.setAccount("revoked", { revoked: true });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ ...accounts, revoked });
  lab.emulator.clearRequests();
  const run = await lab.cli("import", "--all", "--run", "--protect", "--program", "all.js", "--json");
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("account 'revoked'");
  result = JSON.parse(run.stdout);
  expect(result).toMatchObject({
    performed: true,
    files: { program: "all.js" },
    managed: [{ name: "shop-1", externalBusinessId: "shop 1" }],
    failedAccounts: [{ account: "revoked", reason: expect.stringContaining("401") }],
    programLine: 'require("./all.js");',
  });
  expect(existsSync(path("pinterest-import.json"))).toBe(false);
});

test("a check reports that the program does not declare the imported integrations, which are protected", async () => {
  const { report } = await drift(lab);
  expect(report.stacks[0]?.errors).toEqual([
    expect.stringMatching(
      new RegExp(
        `^The stack has ${undeclaredProtected("\\d+ protected integrations")} .*add the line that .*import.* printed.* ${deleteUndeclared} `,
      ),
    ),
  ]);
});

test("an update with the printed line changes nothing, and state then has all integrations that a program can declare", async () => {
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(accounts);
  appendFileSync(path("index.js"), `${result.programLine}\n`);
  await lab.up("--refresh", "--expect-no-changes");
  expect(lab.writes()).toEqual([]);
  const ids = lab.idsAtPinterest();
  expect(result.imports).toHaveLength(ids.length - 1);
  const inState = Object.values(await lab.state()).map(({ outputs }) => outputs?.externalBusinessId);
  expect(inState.sort()).toEqual(ids);
  expect((await lab.state()).everything?.protect).toBe(true);
});

async function stateInPlaintext(): Promise<Record<string, StateResource>> {
  const transcript = lab.transcript;
  const { deployment } = JSON.parse(await lab.exported("--show-secrets")) as {
    deployment: { resources: StateResource[] };
  };
  // This output was requested, so it is not a leak.
  lab.transcript = transcript;
  const integrations = deployment.resources.filter(({ type }) => type.endsWith(":CommerceIntegration"));
  return Object.fromEntries(integrations.map((resource) => [resource.urn.split("::").at(-1), resource]));
}

test("an update of another stack with the program writes the same state as the import", async () => {
  const imported = await stateInPlaintext();
  await lab.succeed("stack", "init", "updated", "--no-select");
  await lab.succeed("config", "cp", "--dest", "updated");
  await lab.succeed("stack", "select", "updated");
  // It refuses to adopt the integrations with values that a program cannot declare.
  await lab.upFails();
  const updated = await stateInPlaintext();
  const refused = Object.keys(imported).filter((name) => !(name in updated));
  expect(refused.sort()).toEqual(["metadata-2", "unfit"]);
  for (const [name, { id, type, inputs, outputs, additionalSecretOutputs }] of Object.entries(updated)) {
    expect(imported[name]).toMatchObject({ id, type, inputs });
    // The update has written the partner's tokens again, because it cannot compare them.
    const ofImport = { __uid: expect.any(String), updatedTimestamp: expect.any(Number) };
    expect(imported[name]?.outputs).toEqual({ ...outputs, ...ofImport });
    expect(imported[name]?.additionalSecretOutputs).toEqual(additionalSecretOutputs);
  }
  await lab.succeed("stack", "select", "test");
});

test("a second run imports nothing, and refuses IDs that the stack manages", async () => {
  const second = await lab.cli("import", "--all", "--run");
  expect(second).toMatchObject({ exitCode: 0, stdout: "nothing to import\n" });
  expect(second.stderr).toMatch(/skipped \d+ integrations: the stack already manages them/);
  const named = await lab.cli("import", "shop 1", "nowhere");
  expect(named).toMatchObject({ exitCode: 1, stdout: "" });
  expect(named.stderr).toContain("\"shop 1\" is already managed by the stack, as 'shop-1'");
  expect(named.stderr).toContain('"nowhere" does not exist');
});

test("output, state, programs and configuration contain no secrets in plaintext", async () => {
  expect(leaksIn("output", lab.transcript, secrets())).toEqual([]);
  const files = readdirSync(lab.directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual([
    "Pulumi.test.yaml",
    "Pulumi.updated.yaml",
    "Pulumi.yaml",
    "all.js",
    "index.js",
    "package.json",
    "shop's one.js",
  ]);
  for (const name of [...files.map((file) => file.name), "backend"])
    expect(leaksInFiles(path(name), secrets())).toEqual([]);
});

// For the line in other packages, see test/cli/import/program-language.test.ts.
test("the printed line imports the declarations without secrets into a TypeScript program of a package of ES modules", async () => {
  const directory = path("elsewhere");
  mkdirSync(join(directory, "src"), { recursive: true });
  symlinkSync(path("node_modules"), join(directory, "node_modules"));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: elsewhere\nruntime: nodejs\nmain: src/index.ts\n");
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "elsewhere", type: "module" }));
  writeFileSync(join(directory, "src/index.ts"), "");
  lab.emulator.put("last", ofOne);
  await lab.succeed("stack", "init", "new", "--cwd", directory);
  const { stdout } = await lab.cli("import", "last", "--run", "--secrets", "omit", "--cwd", directory);
  const [, file = "", line = ""] = /^Add this line to (\S+) .*\n {2}(.*)$/m.exec(stdout) ?? [];
  expect(file).toBe("src/index.ts");
  const program = readFileSync(join(directory, "src/pinterest-integrations.ts"), "utf8");
  expect(program).toContain('"last"');
  expect(program).not.toContain("partner");
  writeFileSync(join(directory, file), `${line}\n`);
  await lab.succeed("preview", "--refresh", "--expect-no-changes", "--cwd", directory);
});
