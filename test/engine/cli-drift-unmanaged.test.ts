import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { accountCommand } from "./helpers/account-command";
import { drift } from "./helpers/drift";
import { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";
import type { Declarations } from "./helpers/program";

const tag = { connectedTagId: "1" };
const partner = { partner_access_token: "partner-hush" };

const declared: Declarations = {
  ofDefault: { externalBusinessId: "of-default", ...tag, partnerAccessToken: "program-hush" },
  ofNorth: { externalBusinessId: "of-north", ...tag, account: "north" },
  ofCommand: { externalBusinessId: "of-command", ...tag, account: "command-1" },
  ofEast: { args: { externalBusinessId: "of-east", ...tag }, options: "{ provider: east }" },
};

let lab: Lab;

function provider(): string {
  return `const east = new pinterest.Provider("east", { accessToken: pulumi.secret(${JSON.stringify(lab.emulator.token("east"))}) });`;
}

beforeAll(async () => {
  lab = await Lab.open();
  const { emulator } = lab;
  for (const name of ["north", "south", "idle", "east", "command-1"]) emulator.addAccount({ name });
  const accounts = ["north", "south", "idle"].map((name) => [name, emulator.token(name)]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(accounts));
  const token = JSON.stringify(emulator.token("command-1"));
  accountCommand(
    lab,
    `const { accounts } = JSON.parse(input);
    console.log(JSON.stringify(Object.fromEntries(accounts.map((name) => [name, ${token}]))));`,
  );
  lab.program(declared, provider());
  await lab.up();
  for (const [id, account] of [
    ["default-more", undefined],
    ["north-more", "north"],
    ["idle-more", "idle"],
    ["command-more", "command-1"],
    ["east-more", "east"],
    ["pending", "north"],
  ] as const) {
    emulator.put(id, { connected_tag_id: "1", ...partner }, account === undefined ? {} : { account });
  }
});

afterAll(() => lab.close());

test("reports each integration that no program manages once, and not as drift", async () => {
  lab.program(
    { ...declared, pending: { externalBusinessId: "pending", ...tag, account: "north" } },
    provider(),
  );
  lab.emulator.clearRequests();
  const { report, exitCode, output } = await drift(lab, "--unmanaged");
  expect(report.stacks[0]?.unmanaged).toEqual([
    { externalBusinessId: "default-more", integrationId: integrationIdOf("default-more") },
    {
      externalBusinessId: "command-more",
      integrationId: integrationIdOf("command-more"),
      account: "command-1",
    },
    { externalBusinessId: "idle-more", integrationId: integrationIdOf("idle-more"), account: "idle" },
    { externalBusinessId: "north-more", integrationId: integrationIdOf("north-more"), account: "north" },
    { externalBusinessId: "east-more", integrationId: integrationIdOf("east-more"), provider: "east" },
  ]);
  expect(report.stacks[0]).not.toHaveProperty("unlisted");
  expect(report.stacks[0]?.uncompared).toEqual(["partnerAccessToken"]);
  expect(report.summary).toMatchObject({ inSync: 4, pending: 1, unmanaged: 5, errors: 0 });
  expect(exitCode).toBe(0);
  expect(leaksIn("output", output, ["partner-hush", "program-hush"])).toEqual([]);
  // The default provider reads the list ahead, and then lists the account for the report. The explicit provider does not list it.
  const idle = lab.emulator.requests().filter(({ account }) => account === "idle");
  expect(idle).toHaveLength(2);
});

test("names each account that cannot be listed, and reports an error unless one of its integrations is revoked", async () => {
  lab.emulator.setAccount("south", { revoked: true });
  lab.emulator.setAccount("north", { revoked: true });
  const { report, exitCode, merchants } = await drift(lab, "--unmanaged");
  expect(merchants).toMatchObject({ ofNorth: { status: "revoked" }, ofDefault: { status: "in-sync" } });
  expect(report.stacks[0]?.errors).toEqual([expect.stringMatching(/account 'south'.*HTTP 401/s)]);
  expect(report.stacks[0]?.unmanaged).toHaveLength(4);
  expect(report.stacks[0]?.unlisted).toEqual(
    ["north", "south"].map((account) => ({ account, reason: expect.stringMatching(/HTTP 401/) })),
  );
  expect(JSON.stringify(report)).not.toContain("--run-program");
  expect(exitCode).toBe(1);
  for (const name of ["south", "north"]) lab.emulator.setAccount(name, { revoked: false });
});

test("lists the accounts of a stack without resources, and counts integrations of other stacks as managed", async () => {
  await lab.succeed("stack", "init", "empty", "--no-select");
  lab.program({}, 'if (pulumi.getStack() === "test") throw new Error("broken");');
  const withoutTest = await drift(lab, "--unmanaged", "-s", "empty");
  const ids = withoutTest.report.stacks[0]?.unmanaged?.map(({ externalBusinessId }) => externalBusinessId);
  expect(ids).toEqual(["of-default", "default-more", "idle-more", "of-north", "north-more", "pending"]);
  const { report, exitCode } = await drift(lab, "--unmanaged", "--all-stacks");
  expect(report.stacks.map(({ stack }) => stack)).toEqual(["empty", "test"]);
  const [empty, broken] = report.stacks;
  expect(empty?.unmanaged?.map(({ externalBusinessId }) => externalBusinessId)).toEqual([
    "default-more",
    "idle-more",
    "north-more",
    "pending",
  ]);
  // The program of `test` fails before a provider process starts. The accounts are already listed for `empty`.
  expect(broken?.errors).toEqual([expect.stringContaining("broken")]);
  expect(broken?.unmanaged).toEqual([]);
  expect(broken?.merchants.map(({ status }) => status)).toEqual(["in-sync", "in-sync", "in-sync", "in-sync"]);
  expect(exitCode).toBe(1);
});

function integrationIdOf(id: string): string | undefined {
  return lab.emulator.integration(id)?.id;
}
