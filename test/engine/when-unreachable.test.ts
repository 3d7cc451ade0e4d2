import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

/** The accounts of a program's merchants; the second is about to be refused, the third to be taken out of the configuration. */
const accounts = ["well", "revoked", "removed"];

let lab: Lab;

function declare(among: readonly string[]): void {
  const declarations = among.flatMap((account) =>
    [1, 2].map((number) => [
      `${account}-${number}`,
      { externalBusinessId: `${account}-${number}`, connectedTagId: "1", account },
    ]),
  );
  lab.program(Object.fromEntries(declarations));
}

function configure(among: readonly string[]): void {
  const tokens = among.map((account) => [account, lab.emulator.token(account)]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
}

beforeAll(async () => {
  lab = await Lab.open();
  for (const name of accounts) lab.emulator.addAccount({ name });
  configure(accounts);
  declare(accounts);
  await lab.up();
  lab.emulator.setAccount("revoked", { revoked: true });
  configure(["well", "revoked"]);
});

afterAll(() => lab.close());

test("by default a refused account and one without a token fail a refresh", async () => {
  const { output } = await lab.fail("preview", "--refresh", "--target", "**::revoked-1");
  expect(output).toMatch(/reading commerce integration "revoked-1" \(account 'revoked'\) failed: .*HTTP 401/);
  const removed = await lab.fail("preview", "--refresh", "--target", "**::removed-1");
  expect(removed.output).toContain("no access token for account 'removed'");
});

test("with `keep` they are as state knows them: no drift, a warning each, and the others' drift is seen", async () => {
  lab.environment.PINTEREST_WHEN_UNREACHABLE = "keep";
  const kept = await lab.run("preview", "--refresh", "--expect-no-changes");
  expect(kept.exitCode).toBe(0);
  // The engine shows each message in its progress as well.
  const diagnostics = kept.output.slice(kept.output.indexOf("Diagnostics:"));
  for (const account of ["revoked", "removed"]) {
    const warning = new RegExp(
      `warning: integration '${account}-\\d' was not read, .* account '${account}'`,
      "g",
    );
    expect(diagnostics.match(warning)).toHaveLength(1);
  }
  lab.emulator.change("well-1", { connected_tag_id: "7" });
  const { exitCode, steps } = await lab.preview("--refresh");
  expect(exitCode).toBe(7);
  expect(steps.filter(({ op }) => op === "update").map(({ name }) => name)).toEqual(["well-1"]);
  await lab.up("--refresh");
  expect(lab.emulator.integration("well-1")).toMatchObject({ connected_tag_id: "1" });
});

test("a deletion fails and names the ways out, and everything stays in state", async () => {
  declare(["well"]);
  const { output } = await lab.upFails();
  expect(output).toContain("`PINTEREST_WHEN_UNREACHABLE=forget` in the environment of one run");
  expect(Object.keys(await lab.state())).toHaveLength(6);
});

test("with `forget` it is taken out of state, and said loudly for each; Pinterest keeps it", async () => {
  lab.environment.PINTEREST_WHEN_UNREACHABLE = "forget";
  lab.emulator.clearRequests();
  const { output } = await lab.up();
  for (const name of ["revoked-1", "revoked-2", "removed-1", "removed-2"]) {
    expect(output).toMatch(
      new RegExp(`WARNING: integration '${name}' \\(number \\d+\\) was NOT deleted at Pinterest`),
    );
    expect(lab.emulator.integration(name)).toBeDefined();
  }
  expect(Object.keys(await lab.state()).sort()).toEqual(["well-1", "well-2"]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("what is not the account's fault stays an error, whatever the configuration says", async () => {
  lab.emulator.armFault({ kind: "answer", status: 503, times: "all" });
  lab.environment.PINTEREST_MAX_ATTEMPTS = "1";
  await lab.fail("preview", "--refresh");
  await lab.fail("destroy", "--skip-preview");
  lab.emulator.disarmFaults();
  expect(Object.keys(await lab.state())).toHaveLength(2);
});
