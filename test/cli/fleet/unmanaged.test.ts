import { expect } from "@jest/globals";
import { listUnmanaged } from "../../../cli/fleet/unmanaged";
import { exitCodes } from "../../../stack/exit-codes";
import { merchant, passphrase, TestDatabase, TestFleet } from "../../fleet/helpers/fleet";
import { stageOfFile } from "../../lifecycle/helpers/stage";
import { test } from "../../with-postgres";
import { recordingTerminal } from "../helpers/terminal";

const server = new TestDatabase();
const stage = stageOfFile();

/**
 * A fleet with the merchants a, in the account north, and b, in south. The last list gives a another integration, so that it has two until the
 * next update. The integration by-hand belongs to no merchant.
 *
 * @returns a function that runs the command
 */
async function openFleet() {
  const { emulator } = stage;
  const north = emulator.addAccount({ name: "north" });
  const south = emulator.addAccount({ name: "south" });
  emulator.put("id-a", {}, { account: "north" });
  emulator.put("replaced", {}, { account: "north" });
  emulator.put("by-hand", {}, { account: "north" });
  const fleet = await TestFleet.create(await server.open(), 10);
  await fleet.plan([
    merchant("a", { account: "north", externalBusinessId: "replaced" }),
    merchant("b", { account: "south" }),
  ]);
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan([merchant("a", { account: "north" }), merchant("b", { account: "south" })], {
    confirmed: true,
  });
  const environment = {
    PINTEREST_FLEET_DATABASE: server.url,
    PINTEREST_FLEET_PASSPHRASE: passphrase,
    PINTEREST_API_URL: emulator.url,
    PINTEREST_ACCOUNTS: JSON.stringify({ north: north.access_tokens[0], south: south.access_tokens[0] }),
  };
  return async (options: { json?: true } = {}) => {
    const terminal = recordingTerminal();
    const exitCode = await listUnmanaged({ cwd: ".", ...options }, { terminal, environment });
    return { exitCode, output: terminal.output(), notes: terminal.notes() };
  };
}

test("lists the integrations of the fleet's accounts that no merchant has", async () => {
  const run = await openFleet();
  const { output, ...result } = await run();
  expect(result).toEqual({ exitCode: exitCodes.ok, notes: "" });
  expect(output).toMatch(
    /\n {2}by-hand \(account north\) +\d+\n\n3 integrations in 2 accounts: 2 managed, 1 unmanaged\. /,
  );
});

test("fails for an account that cannot be listed, and lists the others", async () => {
  const run = await openFleet();
  stage.emulator.setAccount("south", { revoked: true });
  const { exitCode, output, notes } = await run({ json: true });
  expect(exitCode).toBe(exitCodes.error);
  expect(notes).toContain("error: cannot list the integrations of account 'south': ");
  expect(JSON.parse(output)).toMatchObject({
    managed: 2,
    unmanaged: [{ account: "north", externalBusinessId: "by-hand" }],
    unlisted: [{ account: "south" }],
  });
  expect((await run()).output).toContain("3 integrations in 1 of 2 accounts: 2 managed, 1 unmanaged.");
});
