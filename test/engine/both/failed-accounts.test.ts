import { beforeAll, expect, test } from "@jest/globals";
import { isOlder } from "../../../provider/run/installation";
import { maybeHeldElsewhere, responded } from "../../expected/messages";
import { labOfFile } from "../helpers/lab";
import type { Declarations } from "../helpers/program";

// An engine from version 3.274 on continues after the failure of an account, and exits with 10. Older ones stop.

const accounts = Array.from({ length: 12 }, (_, index) => `m${index}`);
const revoked = "m3";
const others = accounts.filter((name) => name !== revoked).sort();

const lab = labOfFile({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
let continues: boolean;

beforeAll(async () => {
  continues = !isOlder((await lab.run("version")).stdout.trim().replace(/^v/, ""), "3.274.0");
  lab.addAccounts(...accounts);
});

const declarations = (names: readonly string[], connectedTagId: string): Declarations =>
  Object.fromEntries(
    names.map((name) => [name, { externalBusinessId: name, account: name, connectedTagId }]),
  );

const withTag = (tag: string) =>
  lab.emulator
    .integrations()
    .flatMap(({ external_business_id: id, connected_tag_id }) => (connected_tag_id === tag ? id : []))
    .sort();

test("a revoked account does not stop creates and updates of the others", async () => {
  lab.program(declarations(accounts.slice(0, 6), "1"));
  await lab.up();
  lab.emulator.setAccount(revoked, { revoked: true });
  lab.program(declarations(accounts, "2"));
  const { exitCode, output } = await lab.fail("up", "--skip-preview", "--parallel", "2");
  expect(output).toContain(`(account '${revoked}') failed: ${responded(401, 2)}`);
  if (continues) {
    expect(exitCode).toBe(10);
    expect(withTag("2")).toEqual(others);
  } else {
    expect(output).toContain("add `--continue-on-error`");
  }
  lab.emulator.setAccount(revoked, { revoked: false });
  await lab.up();
  expect(withTag("2")).toEqual([...accounts].sort());
});

test("an update in which an account fails deletes nothing, because its resource may have the same integration", async () => {
  lab.emulator.setAccount(revoked, { revoked: true });
  lab.program(
    {},
    `const failing = new pinterest.CommerceIntegration("failing", { externalBusinessId: "failing", account: "${revoked}" });
failing.integrationId.apply(() => new pinterest.CommerceIntegration("kept", { externalBusinessId: "m1", account: "m1" }));`,
  );
  const { output } = await lab.fail("up", "--skip-preview");
  if (continues) expect(output).toMatch(new RegExp(maybeHeldElsewhere(".*")));
  expect(withTag("2")).toEqual([...accounts].sort());
});
