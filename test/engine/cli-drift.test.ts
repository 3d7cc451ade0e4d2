import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { DriftReport } from "../../stack/report";
import { accountCommand } from "./helpers/account-command";
import { drifted, inSync, merchantsByName, pending } from "./helpers/drift";
import { Lab, type Run } from "./helpers/lab";
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

let lab: Lab;
let run: Run;
let report: DriftReport;
let state: string;

beforeAll(async () => {
  lab = await Lab.open();
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

afterAll(() => lab.close());

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
  expect(run.exitCode).toBe(17);
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
  const idle = lab.emulator.requests().filter(({ account }) => account === "idle");
  expect(idle).toHaveLength(2);
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

function integrationIdOf(id: string): string | undefined {
  return lab.emulator.integration(id)?.id;
}
