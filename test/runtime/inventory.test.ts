import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { Clients, readConfiguration } from "../../provider/config";
import { fingerprintOf } from "../../provider/config/accounts";
import {
  type InventoryObservation,
  ProcessInventory,
  readObservations,
} from "../../provider/runtime/observations";

let emulator: Emulator;
let directory: string;
let file: string;

beforeAll(async () => {
  emulator = await startEmulator({ accounts: 3 });
});
beforeEach(() => {
  emulator.reset();
  directory = mkdtempSync(join(tmpdir(), "inventory-"));
  file = join(directory, "observations");
  writeFileSync(file, "");
});
afterEach(() => rmSync(directory, { recursive: true }));
afterAll(() => emulator.stop());

function configuration(accounts: readonly string[], hasDefault = true) {
  const tokens = accounts.map((name) => [name, emulator.token(name)]);
  return readConfiguration(() => undefined, {
    PINTEREST_API_URL: emulator.url,
    PINTEREST_MAX_ATTEMPTS: "1",
    PINTEREST_ACCOUNTS: JSON.stringify(Object.fromEntries(tokens)),
    ...(hasDefault ? { PINTEREST_ACCESS_TOKEN: emulator.token("shop-1") } : {}),
  });
}

function inventory(own: ReturnType<typeof configuration>, stack?: ReturnType<typeof configuration>) {
  const known = stack && fingerprintOf(stack, "salt");
  const process = { configuration: own, clients: new Clients(own), recordedAccounts: () => [] };
  return new ProcessInventory(process, { file, inventory: true, stack: known });
}

function written(): InventoryObservation[] {
  return readObservations(file).filter((observation) => observation.kind === "inventory");
}

test("lists each account once, and writes no token", async () => {
  emulator.put(
    "more",
    { connected_tag_id: "1", partner_access_token: "partner-hush" },
    { account: "shop-2" },
  );
  const taken = inventory(configuration(["shop-2"]));
  await Promise.all([taken.take({}), taken.take({ account: "shop-2" }), taken.take({})]);
  await taken.take({});
  expect(written()).toEqual([
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

test("writes an account with more than 1,000 integrations in several parts, with each integration once", async () => {
  const count = 2001;
  emulator.seed(count);
  await inventory(configuration([])).take({});
  const parts = written().map(({ integrations }) => integrations.map((known) => known.externalBusinessId));
  expect(parts.map(({ length }) => length)).toEqual([1000, 1000, 1]);
  expect(parts.flat().sort()).toEqual(
    Array.from({ length: count }, (_, index) => `seed-${index + 1}`).sort(),
  );
});

test("writes the reason if an account cannot be listed, and continues", async () => {
  emulator.setAccount("shop-2", { revoked: true });
  await inventory(configuration(["shop-2"])).take({ account: "nobody" });
  expect(written().map(({ account, error }) => [account, error])).toEqual([
    [undefined, undefined],
    ["shop-2", expect.stringContaining("HTTP 401")],
    ["nobody", expect.stringContaining("no access token")],
  ]);
});

test("lists only accounts of an explicit provider that are not from the stack", async () => {
  const stack = configuration(["shop-2"]);
  await inventory(stack, stack).take({ providerName: "east" });
  expect(written()).toEqual([]);
  await inventory(configuration(["shop-3"]), stack).take({ providerName: "east" });
  expect(written().map(({ account, providerName }) => [account, providerName])).toEqual([["shop-3", "east"]]);
});

test("lists all accounts of the stack with the default provider", async () => {
  const stack = configuration(["shop-2"]);
  await inventory(stack, stack).take({});
  expect(written()).toHaveLength(2);
});

test("lists nothing without a request or with an invalid configuration", async () => {
  const process = {
    get configuration(): never {
      throw new Error("bad");
    },
    get clients(): never {
      throw new Error("bad");
    },
    recordedAccounts: () => [],
  };
  await new ProcessInventory(process, undefined).take({});
  await new ProcessInventory(process, { file, inventory: true }).take({});
  expect(written()).toEqual([]);
});
