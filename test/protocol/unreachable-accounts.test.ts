import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab, providerTypes } from "./helpers/lab";

/** The program's accounts. Pinterest rejects the second one, and the configuration loses the third one. */
const accounts = ["well", "revoked", "removed"];

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  function declare(accounts: readonly string[]): void {
    const declarations = accounts.flatMap((account) =>
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
    lab = await Lab.open({ providerType });
    for (const name of accounts) lab.emulator.addAccount({ name });
    configure(accounts);
    declare(accounts);
    await lab.up();
    lab.emulator.setAccount("revoked", { revoked: true });
    configure(["well", "revoked"]);
  });

  afterAll(() => lab.close());

  test("a rejected account and one without a token fail a refresh by default", async () => {
    const revoked = await lab.fail("preview", "--refresh", "--target", "revoked-1");
    expect(revoked.output).toMatch(
      /reading commerce integration "revoked-1" \(account 'revoked'\) failed: .*HTTP 401/,
    );
    const removed = await lab.fail("preview", "--refresh", "--target", "removed-1");
    expect(removed.output).toContain("no access token for account 'removed'");
  });

  test("`keep` reports no drift for them, warns once for each account, and finds drift of others", async () => {
    lab.environment.PINTEREST_WHEN_UNREACHABLE = "keep";
    const kept = await lab.run("preview", "--refresh", "--expect-no-changes");
    expect(kept.exitCode).toBe(0);
    for (const account of ["revoked", "removed"]) {
      const warning = new RegExp(
        `warning: integration '${account}-\\d' was not read, .* account '${account}'`,
        "g",
      );
      expect(kept.output.match(warning)).toHaveLength(1);
    }
    lab.emulator.change("well-1", { connected_tag_id: "7" });
    const { exitCode, steps } = await lab.preview("--refresh");
    expect(exitCode).toBe(7);
    expect(steps.filter(({ op }) => op === "update").map(({ name }) => name)).toEqual(["well-1"]);
    await lab.up("--refresh");
    expect(lab.emulator.integration("well-1")).toMatchObject({ connected_tag_id: "1" });
  });

  test("a deletion fails under `keep` and names the remedies, and everything stays in state", async () => {
    declare(["well"]);
    const { output } = await lab.upFails();
    expect(output).toContain("`PINTEREST_WHEN_UNREACHABLE=forget` in the environment of one run");
    expect(Object.keys(lab.state())).toHaveLength(6);
  });

  test("`forget` removes the resources from state with a warning each, and the integrations stay at Pinterest", async () => {
    lab.environment.PINTEREST_WHEN_UNREACHABLE = "forget";
    lab.emulator.clearRequests();
    const { output } = await lab.up();
    for (const name of ["revoked-1", "revoked-2", "removed-1", "removed-2"]) {
      expect(output).toMatch(
        new RegExp(`WARNING: integration '${name}' \\(integration ID \\d+\\) was NOT deleted at Pinterest`),
      );
      expect(lab.emulator.integration(name)).toBeDefined();
    }
    expect(Object.keys(lab.state()).sort()).toEqual(["well-1", "well-2"]);
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("`forget` applies only to failures of the account", async () => {
    lab.emulator.armFault({ kind: "answer", status: 503, times: "all" });
    lab.environment.PINTEREST_MAX_ATTEMPTS = "1";
    await lab.fail("preview", "--refresh");
    await lab.fail("destroy", "--skip-preview");
    lab.emulator.disarmFaults();
    expect(Object.keys(lab.state())).toHaveLength(2);
  });
});
