import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { DriftReport } from "../../cli/check/report";
import { drift, inSync, merchantsByName } from "./helpers/drift";
import { Lab } from "./helpers/lab";
import { type Declarations, js } from "./helpers/program";

const tag = { connectedTagId: "1" };

const declared: Declarations = {
  untouched: { externalBusinessId: "untouched", ...tag },
  drifted: { externalBusinessId: "drifted", ...tag, additionalId1: js("pulumi.secret('hush-hush')") },
  missing: { externalBusinessId: "missing", ...tag },
  ofNorth: { externalBusinessId: "of-north", ...tag, account: "north" },
  ofSouth: { externalBusinessId: "of-south", ...tag, account: "south" },
};

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  const { emulator } = lab;
  for (const name of ["north", "south"]) emulator.addAccount({ name });
  const accounts = ["north", "south"].map((name) => [name, emulator.token(name)]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(accounts));
  lab.environment.PINTEREST_MAX_ATTEMPTS = "1";
  lab.program(declared);
  await lab.up();
  emulator.setAccount("north", { revoked: true });
  emulator.armFault({ kind: "answer", status: 503, account: "south", times: "all" });
});

beforeEach(() => {
  const { emulator } = lab;
  lab.program(declared);
  emulator.change("drifted", { connected_tag_id: "7", additional_id_1: "hush-hush" });
  if (emulator.integration("missing") !== undefined) emulator.remove("missing");
  emulator.clearRequests();
});

afterAll(() => lab.close());

test("skips a stack if the fix would also deploy pending changes, including those of a drifted property", async () => {
  lab.program(
    {
      ...declared,
      untouched: { externalBusinessId: "untouched", connectedTagId: "2" },
      drifted: { ...declared.drifted, connectedTagId: "5" },
    },
    'new pinterest.IntegrationLog("entry", { eventType: "APP", logLevel: "INFO", externalBusinessId: "untouched" });',
  );
  const { merchants, stderr, exitCode } = await drift(lab, "--fix", "--yes");
  expect(merchants.drifted).toMatchObject({
    status: "drifted",
    properties: { connectedTagId: ["5", "7"] },
    pending: ["connectedTagId"],
  });
  const [skipped] = stderr.match(/Skipped lab\/test: the fix would also deploy pending changes .*/) ?? [""];
  expect(skipped).toContain("drifted: connectedTagId");
  expect(skipped).toMatch(/untouched: connectedTagId.*entry of type.*IntegrationLog/);
  expect(stderr).toContain("--include-pending");
  expect(exitCode).toBe(10);
  expect(lab.writes()).toEqual([]);
});

test("fixes drift although other merchants cannot be reached, and reports the status after the fix", async () => {
  const run = await drift(lab, "--fix", "--yes", "--html", "after.html");
  expect(lab.writes().sort()).toEqual(["PATCH drifted", "POST missing"]);
  expect(lab.emulator.integration("drifted")).toMatchObject({ connected_tag_id: "1" });
  expect(run.merchants).toMatchObject({
    untouched: inSync,
    drifted: inSync,
    missing: inSync,
    ofNorth: { status: "revoked" },
    ofSouth: { status: "unreachable" },
  });
  expect(run.report.stacks[0]?.errors).toEqual([]);
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("drifted: connectedTagId");
  expect(run.stderr).toContain("lab/test: updated drifted");
  expect(run.stderr).toContain("lab/test: created missing");
  expect(run.output).not.toContain("hush-hush");
  expect(readFileSync(join(lab.directory, "after.html"), "utf8")).not.toContain("Missing");
  expect(Object.keys(await lab.state()).sort()).toEqual(Object.keys(declared).sort());
});

test("deploys pending changes with --include-pending, reports failed writes, and prints the table before and after the fix", async () => {
  lab.program({ ...declared, untouched: { externalBusinessId: "untouched", connectedTagId: "2" } });
  lab.emulator.armFault({
    kind: "answer",
    status: 400,
    operation: "update",
    external_business_id: "drifted",
    body: { code: 1, message: "no such tag" },
  });
  const run = await lab.cli("drift", "--fix", "--yes", "--include-pending", "--json", "after.json");
  expect(lab.writes().sort()).toEqual(["PATCH drifted", "PATCH untouched", "POST missing"]);
  expect(run.stderr).toContain("untouched: connectedTagId (pending)");
  expect(run.stdout.match(/^(Before the fix|After the fix|lab\/test|.*\bExit code \d+)/gm)).toEqual([
    "Before the fix",
    "lab/test",
    "After the fix",
    "lab/test",
    expect.stringContaining("Exit code 1"),
  ]);
  expect(run.stdout).not.toContain("drift --fix");
  const report = JSON.parse(readFileSync(join(lab.directory, "after.json"), "utf8")) as DriftReport;
  expect(merchantsByName(report.stacks[0]?.merchants ?? [])).toMatchObject({
    drifted: { ...inSync, pending: ["connectedTagId"] },
    missing: inSync,
    untouched: inSync,
  });
  expect(report.stacks[0]?.errors).toEqual([expect.stringMatching(/^fixing drift: .*no such tag/)]);
  expect(run.stderr).toContain("drifted could not be updated");
  expect(run.exitCode).toBe(1);
});

test("counts the deletions of all providers for the delete limit", async () => {
  const stack = await Lab.open({ environment: { PINTEREST_DELETE_LIMIT: "1" } });
  try {
    const shop = (externalBusinessId: string) => ({ externalBusinessId, ...tag });
    const provider = `const other = new pinterest.Provider("other", { accessToken: "${stack.emulator.token()}" });`;
    const north = { args: shop("north"), options: "{ provider: other }" };
    stack.program({ kept: shop("kept"), south: shop("south"), north }, provider);
    await stack.up();
    stack.emulator.change("kept", { connected_tag_id: "7" });
    stack.program({ kept: shop("kept") }, provider);
    const { stderr } = await drift(stack, "--fix", "--include-pending", "--yes");
    expect(stderr).toMatch(/(north|south) could not be deleted/);
  } finally {
    await stack.close();
  }
});
