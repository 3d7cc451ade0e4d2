import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import type { DriftReport } from "../../stack/report";
import { wrongToken } from "../expected/messages";
import { exitCodes } from "../expected/reports";
import { accountCommand } from "./helpers/account-command";
import { drift, drifted, inSync, merchantsByName, pending } from "./helpers/drift";
import { repository } from "./helpers/engine";
import { labOfFile, type Run } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";
import { type Declarations, js } from "./helpers/program";

const tag = { connectedTagId: "1" };

/** The deployed program. */
const before: Declarations = {
  inSync: { externalBusinessId: "in-sync", ...tag },
  drifted: { externalBusinessId: "drifted", ...tag, scopes: "b a", additionalId1: "kept" },
  cleared: { externalBusinessId: "cleared", ...tag, additionalId1: "extra" },
  hidden: { externalBusinessId: "hidden", additionalId1: js("pulumi.secret('hush-of-program')") },
  partner: { externalBusinessId: "partner", ...tag, partnerAccessToken: "partner-hush" },
  missing: { externalBusinessId: "missing", ...tag },
  pending: { externalBusinessId: "pending", ...tag },
  both: { externalBusinessId: "both", ...tag, additionalId1: "one" },
  converged: { externalBusinessId: "converged", ...tag },
  unmanaged: { externalBusinessId: "unmanaged", ...tag },
  ignored: {
    args: { externalBusinessId: "ignored", ...tag, additionalId1: "one" },
    options: '{ ignoreChanges: ["connectedTagId"] }',
  },
  oldName: { externalBusinessId: "renamed", ...tag },
  removed: { externalBusinessId: "removed", ...tag },
  removedMissing: { externalBusinessId: "removed-missing", ...tag },
  replaced: { externalBusinessId: "replaced-1", ...tag },
  protected: { args: { externalBusinessId: "protected", ...tag }, options: "{ protect: true }" },
  ofNorth: { externalBusinessId: "of-north", ...tag, account: "north" },
  ofSouth: { externalBusinessId: "of-south", ...tag, account: "south" },
  secretAccount: { externalBusinessId: "secret-account", ...tag, account: js("pulumi.secret('south')") },
  ofNobody: { externalBusinessId: "of-nobody", ...tag, account: "nobody" },
  ofCommand: { externalBusinessId: "of-command", ...tag, account: "command-1" },
  ofEast: { args: { externalBusinessId: "of-east", ...tag }, options: "{ provider: east }" },
};

/** The resources that the check's program still declares. */
const {
  oldName: _old,
  removed: _removed,
  removedMissing: _removedMissing,
  ...unchanged
} = before as Record<string, Record<string, unknown>>;
/** The program of the check. */
const after: Declarations = {
  ...unchanged,
  pending: { externalBusinessId: "pending", connectedTagId: "2", scopes: "a" },
  both: { externalBusinessId: "both", ...tag, additionalId1: "two" },
  converged: { externalBusinessId: "converged", connectedTagId: "9" },
  replaced: { externalBusinessId: "replaced-2", ...tag },
  newName: { args: { externalBusinessId: "renamed", ...tag }, options: '{ aliases: [{ name: "oldName" }] }' },
  fresh: { externalBusinessId: "fresh", ...tag },
  existing: { externalBusinessId: "existing", ...tag, account: "idle" },
  fromFresh: { externalBusinessId: js("resources.fresh.integrationId"), ...tag },
};

/** Integrations that no program manages, and their accounts. */
const unmanaged = [
  ["looked-up", undefined],
  ["default-more", undefined],
  ["command-more", "command-1"],
  ["idle-more", "idle"],
  ["east-more", "east"],
] as const;

const secrets = ["hush-of-program", "hush-of-pinterest", "partner-hush", "unmanaged-hush"];

const lab = labOfFile();
let run: Run;
let report: DriftReport;
let state: string;

beforeAll(async () => {
  const { emulator } = lab;
  for (const name of ["north", "south", "nobody", "idle", "locked", "command-1", "east"]) {
    emulator.addAccount({ name });
  }
  configure("north", "south", "nobody", "idle", "locked");
  accountCommand(
    lab,
    `const known = { "command-1": ${JSON.stringify(emulator.token("command-1"))} };
    const { accounts } = JSON.parse(input);
    console.log(JSON.stringify(Object.fromEntries(accounts.map((name) => [name, known[name]]))));`,
  );
  lab.environment.PINTEREST_MAX_ATTEMPTS = "1";
  lab.program(before, provider());
  await lab.up();
  lab.program(after, provider('pinterest.CommerceIntegration.get("lookup", "looked-up");'));

  for (const id of ["drifted", "both", "ignored", "removed", "renamed", "of-east"]) {
    emulator.change(id, { connected_tag_id: "7" });
  }
  emulator.change("converged", { connected_tag_id: "9" });
  emulator.change("drifted", { scopes: "a,c" });
  emulator.change("cleared", { additional_id_1: null });
  emulator.change("ignored", { additional_id_1: "seven" });
  emulator.change("hidden", { additional_id_1: "hush-of-pinterest" });
  emulator.change("unmanaged", { additional_id_1: "set by hand" });
  for (const id of ["missing", "removed-missing"]) emulator.remove(id);
  for (const [id, account] of unmanaged) {
    const fields = { connected_tag_id: "1", partner_access_token: "unmanaged-hush" };
    emulator.put(id, fields, account === undefined ? {} : { account });
  }
  emulator.put("existing", { connected_tag_id: "1" }, { account: "idle" });
  for (const name of ["north", "locked"]) emulator.setAccount(name, { revoked: true });
  // Leaves the account `nobody` without a token.
  configure("north", "south", "idle", "locked");
  emulator.armFault({ kind: "response", status: 503, account: "south", times: "all" });
  state = await lab.exported();
  emulator.clearRequests();
  run = await lab.cli(
    ...["drift", "--unmanaged", "--json", "drift.json", "--html", "drift.html", "--markdown", "drift.md"],
  );
  report = JSON.parse(file("drift.json")) as DriftReport;
});

const file = (name: string) => readFileSync(join(lab.directory, name), "utf8");

function configure(...accounts: string[]): void {
  const tokens = accounts.map((name) => [name, lab.emulator.token(name)]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
}

function provider(more = ""): string {
  const token = lab.emulator.token("east");
  return `const east = new pinterest.Provider("east", { accessToken: pulumi.secret(${JSON.stringify(token)}) });\n${more}`;
}

test("compares state, program and Pinterest for each merchant", () => {
  expect(merchantsByName(report.stacks[0]?.merchants ?? [])).toEqual({
    inSync,
    drifted: drifted({ connectedTagId: ["1", "7"], scopes: ["a,b", "a,c"] }),
    cleared: drifted({ additionalId1: ["extra", null] }),
    hidden: drifted({ additionalId1: "secret" }),
    partner: inSync,
    missing: { status: "missing", properties: {}, pending: [] },
    pending: pending("connectedTagId", "scopes"),
    both: drifted({ connectedTagId: ["1", "7"] }, ["additionalId1"]),
    converged: inSync,
    unmanaged: inSync,
    ignored: drifted({ additionalId1: ["one", "seven"] }),
    newName: drifted({ connectedTagId: ["1", "7"] }),
    removed: pending("delete"),
    removedMissing: pending("delete"),
    replaced: pending("replace"),
    protected: inSync,
    ofNorth: { status: "revoked", properties: {}, pending: [] },
    ofSouth: { status: "unreachable", properties: {}, pending: [] },
    secretAccount: { status: "unreachable", properties: {}, pending: [] },
    ofNobody: { status: "unreachable", properties: {}, pending: [] },
    ofCommand: inSync,
    ofEast: drifted({ connectedTagId: ["1", "7"] }),
    fresh: pending("create"),
    fromFresh: pending("create"),
    existing: pending("create"),
  });
  expect(run.exitCode).toBe(exitCodes.driftAndErrors);
});

test("names merchants by their resource name and external business ID, forecasts creates, and reports why some could not be read", () => {
  const merchants = new Map(report.stacks[0]?.merchants.map((merchant) => [merchant.name, merchant]));
  expect(merchants.get("newName")).toMatchObject({ externalBusinessId: "renamed" });
  expect(merchants.get("replaced")).toMatchObject({ externalBusinessId: "replaced-1" });
  expect(merchants.get("fromFresh")).toMatchObject({
    externalBusinessId: "",
    forecast: { verdict: "unknown" },
  });
  expect(merchants.get("fresh")?.forecast).toEqual({ verdict: "created" });
  expect(merchants.get("existing")?.forecast).toEqual({ verdict: "adopted" });
  expect(merchants.get("ofEast")).toMatchObject({
    provider: "east",
    since: expect.stringMatching(/^\d{4}-/),
  });
  expect(merchants.get("ofNorth")).toMatchObject({
    account: "north",
    reason: expect.stringContaining("HTTP 401"),
    advice: expect.stringMatching(wrongToken(".*")),
  });
  expect(merchants.get("ofSouth")).toMatchObject({ reason: expect.stringContaining("HTTP 503") });
  expect(merchants.get("ofNobody")).toMatchObject({
    reason: expect.stringContaining("no usable access token"),
  });
  expect(merchants.get("inSync")).not.toHaveProperty("since");
});

test("reports each integration that no program manages once, and not as drift", () => {
  const [{ unmanaged: found, uncompared } = {}] = report.stacks;
  expect(found).toEqual([
    { externalBusinessId: "looked-up", integrationId: integrationIdOf("looked-up") },
    { externalBusinessId: "default-more", integrationId: integrationIdOf("default-more") },
    {
      externalBusinessId: "command-more",
      integrationId: integrationIdOf("command-more"),
      account: "command-1",
    },
    { externalBusinessId: "idle-more", integrationId: integrationIdOf("idle-more"), account: "idle" },
    { externalBusinessId: "east-more", integrationId: integrationIdOf("east-more"), provider: "east" },
  ]);
  expect(uncompared).toEqual(["partnerAccessToken"]);
  expect(report.summary).toMatchObject({ unmanaged: 5, errors: 1 });
  // The default provider reads the list ahead, and then lists the account for the report. The explicit provider does not list it.
  // The create of `existing` uses the list if a read of the concurrent program was earlier; otherwise, it requests the integration.
  const idle = lab.emulator.requests().filter(({ account }) => account === "idle");
  const [lists = [], others = []] = [true, false].map((isList) =>
    idle.filter(({ operation }) => (operation === "list") === isList),
  );
  expect(lists).toHaveLength(2);
  expect(others.length).toBeLessThanOrEqual(1);
});

test("names each account that cannot be listed, and reports an error unless one of its integrations is revoked", () => {
  expect(report.stacks[0]?.unlisted).toEqual([
    { account: "locked", reason: expect.stringContaining("HTTP 401") },
    { account: "nobody", reason: expect.stringContaining("no usable access token") },
    { account: "north", reason: expect.stringContaining("HTTP 401") },
    { account: "south", reason: expect.stringContaining("HTTP 503") },
  ]);
  expect(report.stacks[0]?.errors).toEqual([expect.stringMatching(/account 'locked'.*HTTP 401/s)]);
  expect(JSON.stringify(report)).not.toContain("--run-program");
});

test("writes nothing to Pinterest or to state", async () => {
  expect(lab.writes()).toEqual([]);
  expect(await lab.exported()).toBe(state);
});

test("the table and the documents contain no secrets", () => {
  const allSecrets = [...secrets, lab.emulator.token("east")];
  expect(run.stdout).toContain("hidden");
  expect(leaksIn("table", run.output, allSecrets)).toEqual([]);
  for (const name of ["drift.json", "drift.html", "drift.md"]) {
    expect(file(name)).toContain("hidden");
    expect(leaksIn(name, file(name), allSecrets)).toEqual([]);
  }
});

test("checks every stack of several directories, although one cannot be opened and the program of another fails", async () => {
  const { PULUMI_CONFIG_PASSPHRASE } = lab.environment;
  lab.environment.PULUMI_CONFIG_PASSPHRASE = "another";
  await lab.succeed("stack", "init", "other-passphrase", "--no-select");
  lab.environment.PULUMI_CONFIG_PASSPHRASE = PULUMI_CONFIG_PASSPHRASE;
  const second = join(lab.directory, "second");
  mkdirSync(second);
  writeFileSync(join(second, "Pulumi.yaml"), "name: second\nruntime: yaml\n");
  await lab.succeed("stack", "init", "empty", "-C", "second");
  lab.emulator.setAccount("locked", { revoked: false });
  lab.program({}, 'throw new Error("broken");');
  const { report } = await drift(lab, "--unmanaged", "--all-stacks", "-C", ".", "-C", "second");
  expect(report.exitCode).toBe(exitCodes.driftAndErrors);
  expect(report.stacks.map(({ directory, stack, errors }) => [directory, stack, errors])).toEqual([
    [".", "other-passphrase", expect.arrayContaining([expect.stringContaining("passphrase")])],
    [".", "test", expect.arrayContaining([expect.stringContaining("broken")])],
    ["second", "empty", expect.not.arrayContaining([expect.stringMatching(/passphrase|broken/)])],
  ]);
  // Every merchant in state is read, although the program fails before a provider process starts.
  const merchants = merchantsByName(report.stacks[1]?.merchants ?? []);
  expect(merchants).toMatchObject({
    inSync,
    drifted: drifted({ connectedTagId: ["1", "7"], scopes: ["a,b", "a,c"] }),
    hidden: drifted({ additionalId1: "secret" }),
    missing: { status: "missing" },
    removedMissing: { status: "missing" },
    ofNorth: { status: "revoked" },
    ofSouth: { status: "unreachable" },
    ofEast: drifted({ connectedTagId: ["1", "7"] }),
  });
  expect(["newName", "oldName"].filter((name) => name in merchants)).toHaveLength(1);
  // Integrations of other stacks count as managed.
  const unmanagedIds = report.stacks.flatMap((stack) => stack.unmanaged ?? []);
  expect(unmanagedIds.map(({ externalBusinessId }) => externalBusinessId)).toEqual(
    expect.arrayContaining(["looked-up", "default-more", "idle-more", "existing"]),
  );
  // The selected stack stays.
  expect((await lab.succeed("stack", "--show-name")).stdout.trim()).toBe("test");
});

test("fails without a request to Pinterest if the only stack is missing, and if no engine is on PATH", async () => {
  lab.emulator.clearRequests();
  const missing = await lab.cli("drift", "-s", "nowhere");
  expect(missing).toMatchObject({ exitCode: 1, stdout: "" });
  expect(missing.stderr).toContain("no stack named 'nowhere'");
  const { PATH } = lab.environment;
  lab.environment.PATH = dirname(process.execPath);
  const { exitCode, stderr } = await lab.cli("drift");
  lab.environment.PATH = PATH;
  expect(stderr).toContain("is `pulumi` on PATH?");
  expect(exitCode).toBe(1);
  expect(lab.emulator.requests()).toEqual([]);
});

test("reports drift although standard output cannot be written, and replaces report files as a whole", async () => {
  const path = (name: string) => join(lab.directory, name);
  writeFileSync(path("report.json"), "old");
  symlinkSync(path("report.json"), path("link.json"));
  const command = `node ${join(repository, "dist/cli/main.js")} drift --json link.json > /dev/full`;
  const { exitCode, stderr } = await lab.process("bash", "-c", command);
  expect(JSON.parse(file("report.json"))).toMatchObject({ version: 1, exitCode: exitCodes.driftAndErrors });
  expect(stderr).toContain("wrote link.json\n");
  expect(stderr).toMatch(/^error: standard output cannot be written: ENOSPC.*$/m);
  expect(exitCode).toBe(exitCodes.driftAndErrors);
  expect(readdirSync(lab.directory).filter((name) => /json\./.test(name))).toEqual([]);
});

function integrationIdOf(id: string): string | undefined {
  return lab.emulator.integration(id)?.id;
}
