import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { Clients, readConfiguration } from "../../provider/config";
import { unknownValue } from "../../provider/run/constants";
import {
  type InventoryObservation,
  ProcessInventory,
  readObservations,
} from "../../provider/run/observations";
import { noToken } from "../expected/messages";
import { hostWith } from "../run-context";
import { temporaryDirectory } from "../temporary-directory";

let emulator: Emulator;
let file: string;

beforeAll(async () => {
  emulator = await startEmulator({ accounts: 3 });
});
beforeEach(() => {
  emulator.reset();
  file = join(temporaryDirectory(), "observations");
  writeFileSync(file, "");
});
afterAll(() => emulator.stop());

function configuration(accounts: readonly string[], hasDefault = true) {
  const tokens = accounts.map((name) => [name, emulator.token(name)]);
  const environment = {
    PINTEREST_API_URL: emulator.url,
    PINTEREST_MAX_ATTEMPTS: "1",
    PINTEREST_ACCOUNTS: JSON.stringify(Object.fromEntries(tokens)),
    ...(hasDefault ? { PINTEREST_ACCESS_TOKEN: emulator.token("shop-1") } : {}),
  };
  return readConfiguration(() => undefined, hostWith(environment));
}

function startInventory(configured: ReturnType<typeof configuration>) {
  const process = { configuration: configured, clients: new Clients(configured), recordedAccounts: () => [] };
  return new ProcessInventory(process, { file, inventory: true });
}

function writtenInventories(): InventoryObservation[] {
  return readObservations(file).filter((observation) => observation.kind === "inventory");
}

test("lists each account once, and writes no token", async () => {
  emulator.put(
    "more",
    { connected_tag_id: "1", partner_access_token: "partner-hush" },
    { account: "shop-2" },
  );
  const processInventory = startInventory(configuration(["shop-2"]));
  await Promise.all([
    processInventory.take({}),
    processInventory.take({ account: "shop-2" }),
    processInventory.take({}),
  ]);
  await processInventory.take({});
  expect(writtenInventories()).toEqual([
    { kind: "inventory", integrations: [] },
    {
      kind: "inventory",
      account: "shop-2",
      integrations: [{ externalBusinessId: "more", integrationId: emulator.integration("more")?.id }],
    },
  ]);
  expect(emulator.counters().operations.list).toBe(2);
  const text = readFileSync(file, "utf8");
  for (const token of ["partner-hush", emulator.token("shop-1"), emulator.token("shop-2")]) {
    expect(text).not.toContain(token);
  }
});

test("writes the reason if an account cannot be listed, and continues", async () => {
  emulator.setAccount("shop-2", { revoked: true });
  await startInventory(configuration(["shop-2"])).take({ account: "nobody" });
  expect(writtenInventories().map(({ account, error }) => [account, error])).toEqual([
    [undefined, undefined],
    ["shop-2", expect.stringContaining("HTTP 401")],
    ["nobody", expect.stringContaining(noToken("nobody"))],
  ]);
});

test("lists only the accounts of integrations of an explicit provider, because its configuration can have those of the stack", async () => {
  const processInventory = startInventory(configuration(["shop-2", "shop-3"]));
  await processInventory.take({ providerName: "east", account: "shop-3" });
  await processInventory.take({ providerName: "east" });
  await processInventory.take({ providerName: "east", account: unknownValue });
  expect(writtenInventories().map(({ account, providerName }) => [account, providerName])).toEqual([
    ["shop-3", "east"],
    [undefined, "east"],
  ]);
});

test("lists neither a default account without a token, nor a token in place of an account's name", async () => {
  await startInventory(configuration(["shop-2"], false)).take({});
  expect(writtenInventories().map(({ account }) => account)).toEqual(["shop-2"]);
  await startInventory(configuration([], false)).take({ account: "pina_hush_0123456789abc" });
  expect(writtenInventories()).toHaveLength(1);
});
