import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { type Emulator, startEmulator } from "../../emulator";
import { DynamicProvider } from "../../provider/dynamic/provider";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { ofThisProcess } from "../run-context";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

async function startProcess(): Promise<DynamicProvider> {
  const provider = new DynamicProvider(new ProviderProcess(ofThisProcess));
  const settings = { "pinterest:apiUrl": emulator.url, "pinterest:accessToken": emulator.token() };
  await provider.configure({ config: new Config(settings, "some-project") });
  return provider;
}

test("keeps an integration that the engine compares under its new name", async () => {
  const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };
  const { outs: old } = await (await startProcess()).create(inputs);
  const { outs } = await (await startProcess()).create(inputs);
  const next = await startProcess();
  await next.check(inputs, inputs);
  await next.diff("shop-1", outs ?? {}, inputs);
  await next.delete("shop-1", old ?? {});
  expect(emulator.integration("shop-1")).toBeDefined();
  await (await startProcess()).delete("shop-1", old ?? {});
  expect(emulator.integration("shop-1")).toBeUndefined();
});
