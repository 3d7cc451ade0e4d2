import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { type Emulator, startEmulator } from "../../emulator";
import { DynamicProvider } from "../../provider/dynamic/provider";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { ofThisProcess } from "../run-context";
import { temporaryDirectory } from "../temporary-directory";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

const inputs = { externalBusinessId: "shop-1", __provider: "text" };

function request(values: Record<string, string>) {
  return { config: new Config(values, "some-project") };
}

const working = () => ({ "pinterest:apiUrl": emulator.url, "pinterest:accessToken": emulator.token() });

test("applies the configuration to calls before `configure` has resolved", async () => {
  const provider = new DynamicProvider(new ProviderProcess(ofThisProcess));
  const configured = provider.configure(request(working()));
  const calls = ["a", "b", "c"].map((id) => provider.create({ ...inputs, externalBusinessId: id }));
  await Promise.all([configured, ...calls]);
  expect(emulator.counters().accounts).toEqual({ "shop-1": { GET: 3, POST: 3 } });
});

test("fails each operation with the key of an invalid value, but not `configure`", async () => {
  const provider = new DynamicProvider(new ProviderProcess(ofThisProcess));
  await provider.configure(request({ ...working(), "pinterest:consistencyTimeout": "soon" }));
  const reason = expect.stringContaining("`pinterest:consistencyTimeout` (PINTEREST_CONSISTENCY_TIMEOUT)");
  expect((await provider.check({}, inputs)).failures).toEqual([{ property: "", reason }]);
  for (const call of [
    () => provider.create(inputs),
    () => provider.read("shop-1", inputs),
    () => provider.update("shop-1", inputs, inputs),
    () => provider.delete("shop-1", inputs),
  ]) {
    await expect(call()).rejects.toThrow("`pinterest:consistencyTimeout` (PINTEREST_CONSISTENCY_TIMEOUT)");
  }
  expect(emulator.counters().requests).toBe(0);
});

test("runs the account command once for the accounts of all checks, and not in a check", async () => {
  const runs = join(temporaryDirectory(), "runs");
  const command = `require("node:fs").appendFileSync(${JSON.stringify(runs)}, require("node:fs").readFileSync(0));
    console.log(${JSON.stringify(JSON.stringify({ a: emulator.token("shop-1"), b: emulator.token("shop-2") }))});`;
  const provider = new DynamicProvider(new ProviderProcess(ofThisProcess));
  await provider.configure(
    request({
      "pinterest:apiUrl": emulator.url,
      "pinterest:accountCommand": JSON.stringify([process.execPath, "-e", command]),
    }),
  );
  for (const account of ["a", "b", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"]) {
    await provider.check({}, { ...inputs, account });
  }
  expect(existsSync(runs)).toBe(false);
  await provider.create({ ...inputs, account: "a" });
  await provider.create({ ...inputs, externalBusinessId: "shop-2", account: "b" });
  expect(readFileSync(runs, "utf8")).toBe('{"accounts":["a","b"]}\n');
  expect(emulator.integrations("shop-2")).toHaveLength(1);
});
