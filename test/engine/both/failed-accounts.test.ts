import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { isOlder } from "../../../provider/run/installation";
import { Lab } from "../helpers/lab";
import type { Declarations } from "../helpers/program";

// An engine from version 3.274 on continues after the failure of an account, and exits with 10. Older ones stop.

const accounts = Array.from({ length: 12 }, (_, index) => `m${index}`);
const revoked = "m3";
const others = accounts.filter((name) => name !== revoked).sort();

let lab: Lab;
let continues: boolean;

beforeEach(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  continues = !isOlder((await lab.run("version")).stdout.trim().replace(/^v/, ""), "3.274.0");
  for (const name of accounts) lab.emulator.addAccount({ name });
  const tokens = accounts.map((name) => [name, { accessToken: lab.emulator.token(name) }]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
});

afterEach(() => lab.close());

const declarations = (connectedTagId: string): Declarations =>
  Object.fromEntries(
    accounts.map((name) => [name, { externalBusinessId: name, account: name, connectedTagId }]),
  );

const withTag = (tag: string) =>
  lab.emulator
    .integrations()
    .flatMap(({ external_business_id: id, connected_tag_id }) => (connected_tag_id === tag ? id : []))
    .sort();

/** Run an update that fails for one account, and check that the other accounts are deployed if the engine can continue. */
async function upFailsOnce(tag: string): Promise<void> {
  lab.program(declarations(tag));
  const { exitCode, output } = await lab.fail("up", "--skip-preview", "--parallel", "2");
  expect(output).toContain(`(account '${revoked}') failed: Pinterest responded with HTTP 401`);
  if (continues) {
    expect(exitCode).toBe(10);
    expect(withTag(tag)).toEqual(others);
  } else {
    expect(output).toContain("add `--continue-on-error`");
  }
}

test("a revoked account does not stop creates and updates of the others", async () => {
  lab.emulator.setAccount(revoked, { revoked: true });
  await upFailsOnce("1");
  lab.emulator.setAccount(revoked, { revoked: false });
  await lab.up();
  expect(withTag("1")).toEqual([...accounts].sort());
  lab.emulator.setAccount(revoked, { revoked: true });
  await upFailsOnce("2");
  lab.emulator.setAccount(revoked, { revoked: false });
  await lab.up();
  expect(withTag("2")).toEqual([...accounts].sort());
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("an update in which an account fails deletes nothing, because its resource may have the same integration", async () => {
  lab.program({ gone: { externalBusinessId: "gone", account: "m1" } });
  await lab.up();
  lab.emulator.setAccount(revoked, { revoked: true });
  const failing = `const failing = new pinterest.CommerceIntegration("failing", { externalBusinessId: "failing", account: "${revoked}" });
failing.integrationId.apply(() => new pinterest.CommerceIntegration("kept", { externalBusinessId: "gone", account: "m1" }));`;
  lab.program({}, failing);
  const { output } = await lab.fail("up", "--skip-preview");
  if (continues) expect(output).toContain("this command may leave resources out");
  expect(lab.emulator.integration("gone")).toBeDefined();
});
