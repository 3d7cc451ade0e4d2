import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { ImportResult } from "../../cli/import/result";
import type { IntegrationFields } from "../../emulator";
import { Lab } from "./helpers/lab";
import { leaksIn, leaksInFiles } from "./helpers/leaks";

let lab: Lab;

const secretsOf = (name: string): IntegrationFields => ({
  partner_access_token: `partner-access-of-${name}`,
  partner_refresh_token: `partner-refresh-of-${name}`,
  partner_primary_email: `${name}@partner.example`,
});

const unusual: Record<string, IntegrationFields> = {
  "größe/ü und 店": { connected_merchant_id: "11", ...secretsOf("unicode") },
  "quotes\"'`${x}</script>": { partner_metadata: 'not JSON: "{' },
  "..dots//and::colons": { partner_metadata: '{"big": 9007199254740993, "b": [1, {"c": null}]}' },
  [`long-${"x".repeat(2000)}`]: { connected_tag_id: null, scopes: "ads:write, ads:read" },
  constructor: { partner_access_token_expiry: 1_900_000_000_123, additional_id_1: "line\nbreak \u2028" },
  UPPER: { connected_merchant_id: "1" },
  upper: { connected_merchant_id: "2" },
};

beforeAll(async () => {
  lab = await Lab.open({ accounts: 1 });
});

afterAll(() => lab.close());

const path = (file: string) => join(lab.directory, file);
const modeOf = (file: string) => statSync(path(file)).mode & 0o777;

/** The common parts of all partner secrets, so that few searches are necessary, and the tokens of the accounts. */
function secrets(): string[] {
  const tokens = lab.emulator.accounts().flatMap(({ access_tokens }) => access_tokens);
  return ["partner-access-of-", "partner-refresh-of-", "@partner.example", ...tokens];
}

test("the printed commands import one integration and delete the files", async () => {
  lab.emulator.put("shop 1", { connected_merchant_id: "11", ...secretsOf("one") });
  lab.emulator.clearRequests();
  const program = "shop's one.js";
  const run = await lab.cli("import", "shop 1", "--program", program, "--file", "one import.json");
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const [, commands = "", line = ""] = /run\n(.*?)\n\n.*?:\n {2}(.*?)\n\n/s.exec(run.stdout) ?? [];
  expect(["one import.json", "one import-secrets.json"].map(modeOf)).toEqual([0o600, 0o600]);
  expect(leaksInFiles(path(program), secrets())).toEqual([]);
  expect(await lab.process("sh", "-e", "-c", commands)).toMatchObject({ exitCode: 0 });
  expect(existsSync(path("one import.json")) || existsSync(path("one import-secrets.json"))).toBe(false);
  // The update of a later test checks that nothing changes.
  appendFileSync(path("index.js"), `${line}\n`);
  expect(lab.writes()).toEqual([]);
});

test("prints commands that complete an import that the engine refused, also without secrets", async () => {
  lab.emulator.put("late", { connected_tag_id: "33", ...secretsOf("late") });
  const locks = path(`backend/.pulumi/locks/organization/${lab.project}/test`);
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, "another.json"), "{}");
  const args = ["import", "late", "--run", "--program", "late.js", "--secrets", "omit"];
  const refused = await lab.cli(...args);
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  expect(refused.stderr).toContain("the stack is currently locked");
  rmSync(join(locks, "another.json"));
  const [, commands = ""] = / and run:\n(.*)$/s.exec(refused.stderr) ?? [];
  expect(await lab.process("sh", "-e", "-c", commands)).toMatchObject({ exitCode: 0 });
  expect(existsSync(path("pinterest-import.json"))).toBe(false);
  expect(await lab.state()).toMatchObject({ late: { inputs: { connectedTagId: "33" } } });
  expect((await lab.state()).late?.outputs).not.toHaveProperty("partnerAccessToken");
  appendFileSync(path("index.js"), 'require("./late.js");\n');
});

test("imports 60 more integrations without changing them, some with unusual IDs and values, although one account fails", async () => {
  const names = ["north", "south", "revoked"];
  const tokens = names.map((name) => lab.emulator.addAccount({ name }).access_tokens[0] ?? "");
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(
    Object.fromEntries(names.map((name, index) => [name, tokens[index]])),
  );
  lab.emulator.setAccount("revoked", { revoked: true });
  for (const [id, fields] of Object.entries(unusual)) lab.emulator.put(id, fields);
  lab.emulator.seed(52, { account: "north", fields: (n) => (n % 3 === 0 ? secretsOf(`${n}`) : {}) });
  lab.emulator.put("southern", { connected_tag_id: "33" }, { account: "south" });
  lab.emulator.clearRequests();
  const run = await lab.cli("import", "--all", "--run", "--program", "all.js", "--json");
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("account 'revoked'");
  const result = JSON.parse(run.stdout) as ImportResult;
  expect(result).toMatchObject({
    performed: true,
    files: { program: "all.js" },
    managed: [
      { name: "shop-1", externalBusinessId: "shop 1" },
      { name: "late", externalBusinessId: "late" },
    ],
    failedAccounts: [{ account: "revoked", reason: expect.stringContaining("401") }],
    programLine: 'require("./all.js");',
  });
  expect(result.imports).toHaveLength(60);
  expect(existsSync(path("pinterest-import.json"))).toBe(false);
  appendFileSync(path("index.js"), `${result.programLine}\n`);
  const up = await lab.up("--refresh", "--expect-no-changes");
  expect(up.output).not.toMatch(/created|updated|deleted|replaced/);
  expect(lab.writes()).toEqual([]);
  const state = Object.values(await lab.state());
  expect(state.map(({ id }) => id).sort()).toEqual(
    lab.emulator
      .integrations()
      .map(({ external_business_id }) => external_business_id)
      .sort(),
  );
});

test("a second run imports nothing, and refuses IDs that the stack manages", async () => {
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
    north: lab.emulator.token("north"),
    south: lab.emulator.token("south"),
  });
  const second = await lab.cli("import", "--all", "--run");
  expect(second).toMatchObject({ exitCode: 0, stdout: "nothing to import\n" });
  expect(second.stderr).toContain("skipped 62 integrations: the stack already manages them");
  const named = await lab.cli("import", "southern", "shop 1", "nowhere");
  expect(named).toMatchObject({ exitCode: 1, stdout: "" });
  expect(named.stderr).toContain("\"southern\" is already managed by the stack, as 'southern'");
  expect(named.stderr).toContain("\"shop 1\" is already managed by the stack, as 'shop-1'");
  expect(named.stderr).toContain('"nowhere" does not exist');
});

test("refuses to replace a program whose integrations the stack manages, before any request", async () => {
  lab.emulator.put("last", secretsOf("last"));
  lab.emulator.clearRequests();
  const before = readFileSync(path("all.js"), "utf8");
  const forced = await lab.cli("import", "last", "--program", "all.js", "--overwrite");
  expect(forced).toMatchObject({ exitCode: 1, stdout: "" });
  expect(forced.stderr).toContain("all.js declares 60 integrations that the stack manages");
  expect(lab.emulator.requests()).toEqual([]);
  expect(readFileSync(path("all.js"), "utf8")).toBe(before);
  expect(existsSync(path("pinterest-import.json"))).toBe(false);
});

test("output, state, programs and configuration contain no secrets in plaintext", async () => {
  expect(JSON.stringify(lab.emulator.integrations())).toContain("partner-refresh-of-one");
  expect(leaksIn("output", lab.transcript, secrets())).toEqual([]);
  const files = readdirSync(lab.directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual([
    "Pulumi.test.yaml",
    "Pulumi.yaml",
    "all.js",
    "index.js",
    "late.js",
    "package.json",
    "shop's one.js",
  ]);
  for (const name of [...files.map((file) => file.name), "backend"]) {
    expect(leaksInFiles(path(name), secrets())).toEqual([]);
  }
});

test.each([
  ["src/index.ts", "src/pinterest-integrations.ts", undefined],
  ["src/index.ts", "shops.ts", undefined],
  ["src/index.ts", "src/pinterest-integrations.ts", "module"],
  ["index.js", "pinterest-integrations.js", undefined],
])(
  "the printed line imports the declarations into %s from %s in a package of type %s",
  async (entry, program, type) => {
    const directory = join(lab.directory, "elsewhere");
    mkdirSync(join(directory, "src"), { recursive: true });
    symlinkSync(path("node_modules"), join(directory, "node_modules"));
    writeFileSync(join(directory, "Pulumi.yaml"), `name: elsewhere\nruntime: nodejs\nmain: ${entry}\n`);
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "elsewhere", type }));
    writeFileSync(join(directory, entry), "");
    try {
      await lab.succeed("stack", "init", "new", "--cwd", directory);
      const named = program.includes("pinterest-integrations") ? [] : ["--program", program];
      const { stdout } = await lab.cli("import", "last", "--run", "--cwd", directory, ...named);
      const [, file = "", line = ""] = /^Add this line to (\S+) .*\n {2}(.*)$/m.exec(stdout) ?? [];
      expect([file, existsSync(join(directory, program))]).toEqual([entry, true]);
      writeFileSync(join(directory, file), `${line}\n`);
      await lab.succeed("preview", "--refresh", "--expect-no-changes", "--cwd", directory);
    } finally {
      await lab.run("stack", "rm", "new", "--force", "--yes", "--cwd", directory);
      rmSync(directory, { recursive: true });
    }
  },
);
