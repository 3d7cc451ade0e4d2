import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { DriftReport } from "../../stack/report";
import { exitCodes, skippedForPending } from "../expected/reports";
import { drift, drifted, inSync, merchantsByName } from "./helpers/drift";
import { repository } from "./helpers/engine";
import { labOfFile, type Run } from "./helpers/lab";
import { type Declarations, js } from "./helpers/program";
import { ProviderProcesses } from "./helpers/provider-processes";

const tag = { connectedTagId: "1" };

/** The deployed program. */
const before: Declarations = {
  untouched: { externalBusinessId: "untouched", ...tag },
  drifted: { externalBusinessId: "drifted", ...tag, additionalId1: js("pulumi.secret('hush-hush')") },
  both: { externalBusinessId: "both", ...tag },
  refused: { externalBusinessId: "refused", ...tag },
  missing: { externalBusinessId: "missing", ...tag },
  ofNorth: { externalBusinessId: "of-north", ...tag, account: "north" },
  ofSouth: { externalBusinessId: "of-south", ...tag, account: "south" },
  removed: { externalBusinessId: "removed", ...tag },
  removedOfEast: {
    args: { externalBusinessId: "removed-of-east", ...tag },
    options: "{ provider: east }",
  },
};

/** The resources that the check's program still declares. */
const { removed: _removed, removedOfEast: _removedOfEast, ...unchanged } = before;
/** The program of the check, with pending changes. */
const after: Declarations = {
  ...unchanged,
  untouched: { externalBusinessId: "untouched", connectedTagId: "2" },
  both: { externalBusinessId: "both", connectedTagId: "5" },
};

const lab = labOfFile({ environment: { PINTEREST_DELETE_LIMIT: "1", PINTEREST_MAX_ATTEMPTS: "1" } });

beforeAll(async () => {
  const { emulator } = lab;
  lab.addAccounts("north", "south");
  emulator.addAccount({ name: "east" });
  lab.program(before, provider());
  await lab.up();
  emulator.setAccount("north", { revoked: true });
  emulator.armFault({ kind: "response", status: 503, account: "south", times: "all" });
  for (const id of ["drifted", "both", "refused"]) emulator.change(id, { connected_tag_id: "7" });
  emulator.remove("missing");
  emulator.clearRequests();
});

function provider(): string {
  return `const east = new pinterest.Provider("east", { accessToken: "${lab.emulator.token("east")}" });\n`;
}

test("skips a stack if the fix would also deploy pending changes, including those of a drifted property", async () => {
  const entry = '{ eventType: "APP", logLevel: "INFO", externalBusinessId: "untouched" }';
  lab.program(after, `${provider()}new pinterest.IntegrationLog("entry", ${entry});`);
  const { merchants, stderr, exitCode } = await drift(lab, "--fix", "--yes");
  expect(merchants.both).toMatchObject({
    status: "drifted",
    properties: { connectedTagId: ["5", "7"] },
    pending: ["connectedTagId"],
  });
  const [skipped] = stderr.match(new RegExp(`Skipped lab-\\w+/test: ${skippedForPending} .*`)) ?? [""];
  expect(skipped).toContain("both: connectedTagId");
  expect(skipped).toMatch(/untouched: connectedTagId.*entry of type.*IntegrationLog/);
  expect(stderr).toContain("--include-pending");
  expect(exitCode).toBe(exitCodes.driftAndErrors);
  expect(lab.writes()).toEqual([]);
});

describe("a fix with --include-pending", () => {
  let run: Run;
  let report: DriftReport;

  const file = (name: string) => readFileSync(join(lab.directory, name), "utf8");

  beforeAll(async () => {
    lab.program(after, provider());
    lab.emulator.armFault({
      kind: "response",
      status: 400,
      operation: "update",
      external_business_id: "refused",
      body: { code: 1, message: "no such tag" },
    });
    run = await lab.cli(
      ...["drift", "--fix", "--yes", "--include-pending", "--json", "after.json", "--html", "after.html"],
    );
    report = JSON.parse(file("after.json")) as DriftReport;
  });

  test("fixes drift although other merchants cannot be reached, and reports the status after the fix", async () => {
    expect(lab.emulator.integration("drifted")).toMatchObject({ connected_tag_id: "1" });
    expect(merchantsByName(report.stacks[0]?.merchants ?? [])).toMatchObject({
      untouched: inSync,
      drifted: inSync,
      both: inSync,
      refused: drifted({ connectedTagId: ["1", "7"] }),
      missing: inSync,
      ofNorth: { status: "revoked" },
      ofSouth: { status: "unreachable" },
    });
    expect([run.exitCode, report.exitCode]).toEqual([exitCodes.driftAndErrors, exitCodes.driftAndErrors]);
    expect(run.stderr).toContain("drifted: connectedTagId");
    expect(run.stderr).toContain(`${lab.project}/test: updated drifted`);
    expect(run.stderr).toContain(`${lab.project}/test: created missing`);
    expect(run.output).not.toContain("hush-hush");
    expect(file("after.html")).not.toContain("Missing");
    expect(Object.keys(await lab.state())).toEqual(expect.arrayContaining(Object.keys(after)));
  });

  test("deploys pending changes, and reports failed writes", () => {
    expect(lab.writes().sort()).toEqual([
      ...["both", "drifted", "refused", "untouched"].map((id) => `PATCH ${id}`),
      "POST missing",
    ]);
    expect(run.stderr).toContain("untouched: connectedTagId (pending)");
    const refusedDeletion = expect.stringMatching(/^fixing drift: not deleted: .* an account has failed/);
    expect(report.stacks[0]?.errors).toEqual([
      expect.stringMatching(/^fixing drift: .*no such tag/),
      refusedDeletion,
      refusedDeletion,
    ]);
    expect(run.stderr).toContain("refused could not be updated");
    expect(run.stdout).toMatch(/^Before the fix\n[\s\S]*^After the fix\n/m);
  });
});

test("fails for a locked stack with an error that names the lock, and checks each named stack once, although one is missing", async () => {
  lab.emulator.change("drifted", { connected_tag_id: "7" });
  lab.emulator.clearRequests();
  const locks = join(lab.directory, `backend/.pulumi/locks/organization/${lab.project}/test`);
  mkdirSync(locks, { recursive: true });
  const lock = { pid: 1, username: "somebody", hostname: "elsewhere", timestamp: new Date() };
  writeFileSync(join(locks, "another.json"), JSON.stringify(lock));
  const stacks = ["nope", "test", "nope", "test"].flatMap((name) => ["-s", name]);
  const { report, exitCode } = await drift(lab, ...stacks, "--fix", "--include-pending", "--yes");
  rmSync(locks, { recursive: true });
  expect(report.stacks.map(({ stack, errors }) => [stack, errors.at(-1)])).toEqual([
    ["nope", expect.stringContaining("no stack named 'nope' found")],
    ["test", expect.stringMatching(/^fixing drift: .*locked/s)],
  ]);
  expect(exitCode).toBe(exitCodes.driftAndErrors);
  expect(lab.writes()).toEqual([]);
});

test("a fix finishes its request on a signal, and leaves no lock and no process", async () => {
  const processes = new ProviderProcesses(lab);
  const command = join(repository, "dist/cli/main.js");
  const { child, ended } = lab.launch("node", command, "drift", "--fix", "--include-pending", "--yes");
  // Sends the signal before Pinterest responds.
  const stop = lab.emulator.onRequest(({ method, external_business_id }) => {
    if (method !== "PATCH" || external_business_id !== "drifted") return;
    stop();
    child.kill("SIGINT");
  });
  const { exitCode, stderr } = await ended;
  expect(stderr).toContain("Interrupted");
  expect(exitCode).toBe(exitCodes.interrupted);
  const locks = readdirSync(join(lab.directory, "backend/.pulumi/locks"), {
    recursive: true,
    withFileTypes: true,
  });
  expect(locks.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
  expect(processes.running()).toEqual([]);
  expect(lab.emulator.integration("drifted")).toMatchObject({ connected_tag_id: "1" });
});
