import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { type Emulator, startEmulator } from "../../emulator";
import { DynamicProvider } from "../../provider/dynamic/provider";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { completeRun } from "../../provider/run/engine-command";

// The SDK's function that encodes the results of a dynamic provider. It fails on undefined.
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb");

let emulator: Emulator;
let provider: DynamicProvider;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(async () => {
  emulator.reset();
  provider = new DynamicProvider(new ProviderProcess({ run: { ...completeRun, isRefreshRequested: true } }));
  await provider.configure({
    config: new Config(
      {
        "pinterest:apiUrl": emulator.url,
        "pinterest:accessToken": emulator.token(),
        "pinterest:consistencyTimeout": "0.001",
        // Retries wait in real time.
        "pinterest:maxAttempts": "1",
      },
      "some-project",
    ),
  });
});
afterAll(() => emulator.stop());

function encode(bag: unknown): Record<string, unknown> {
  return Struct.fromJavaScript(bag).toJavaScript();
}

const inputs = {
  __provider: "text",
  externalBusinessId: "shop-1",
  connectedTagId: "1",
  partnerAccessToken: "hidden",
  scopes: "a",
  providerName: undefined,
};

test("returns complete bags that the SDK's conversion leaves unchanged", async () => {
  const { inputs: checked } = await provider.check({}, { ...inputs, connectedLbaId: null });
  expect(encode(checked)).toEqual({
    externalBusinessId: "shop-1",
    connectedTagId: "1",
    partnerAccessToken: "hidden",
    scopes: "a",
  });
  const created = await provider.create({ ...checked, __provider: "text" });
  expect(created.id).toBe("shop-1");
  expect(encode(created.outs)).toEqual(created.outs);
  const kept = { ...checked, partnerAccessToken: secretOf("hidden") };
  expect(created.outs).toMatchObject({ ...kept, integrationId: expect.any(String) });

  // The SDK returns the properties without the markers of secrets.
  const state = { ...created.outs, partnerAccessToken: "hidden" };
  const read = await provider.read("shop-1", state);
  expect(read.id).toBe("shop-1");
  expect(encode(read.props)).toEqual(created.outs);
  expect(encode(read.inputs)).toEqual(checked);

  const { outs } = await provider.update("shop-1", state, { ...checked, connectedTagId: "7" });
  expect(encode(outs)).toEqual(outs);
  expect(outs).toMatchObject({ connectedTagId: "7", partnerAccessToken: secretOf("hidden"), scopes: "a" });
});

test("returns an empty ID for a missing integration", async () => {
  expect(await provider.read("shop-1", {})).toEqual({ id: "", props: {} });
});

test("names the property of a check failure only in the reason, because the engine would print its value", async () => {
  const { failures } = await provider.check({}, { connectedTagId: 5, colour: "red" });
  expect(failures).toHaveLength(3);
  for (const { property, reason } of failures ?? []) {
    expect(property).toBe("");
    expect(reason).toMatch(/`(connectedTagId|colour|externalBusinessId)`/);
  }
});

test("leaves `changes` undefined, so that the engine compares the inputs", async () => {
  const created = { integrationId: "1" };
  expect(
    await provider.diff("shop-1", created, { externalBusinessId: "shop-1", scopes: "b" }),
  ).not.toHaveProperty("changes");
  expect((await provider.diff("shop-1", {}, { externalBusinessId: "shop-2" })).replaces).toEqual([
    "externalBusinessId",
  ]);
});

test.each([
  ["create", () => provider.create({ ...inputs, connectedTagId: "7" })],
  [
    "update",
    async () => {
      const { outs } = await provider.create(inputs);
      emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
      return provider.update("shop-1", outs, { ...inputs, connectedTagId: "7" });
    },
  ],
])("a partial failure of %s contains what the SDK needs to save the resource", async (operation, call) => {
  if (operation === "create") {
    emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  }
  const error = await call().then(
    () => ({}),
    (reason) => reason,
  );
  expect(error).toMatchObject({
    id: "shop-1",
    reasons: [expect.stringContaining("ignored `connectedTagId`")],
  });
  expect(error.reasons[0]).toBe(error.message);
  expect(encode(error.properties)).toMatchObject({
    __provider: "text",
    __managed: "tAs",
    externalBusinessId: "shop-1",
    integrationId: expect.any(String),
  });
});

/** The engine's encoding of a secret. */
function secretOf(value: string): unknown {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

test("errors of all methods contain a message that gRPC can encode, and no code or stack", async () => {
  class FailingProcess extends ProviderProcess {
    override get configuration(): never {
      throw Object.assign(new Error("half of a pair: \ud83d"), { code: 0 });
    }
  }
  const failing = new DynamicProvider(new FailingProcess());
  for (const call of [
    () => failing.create(inputs),
    () => failing.read("shop-1", inputs),
    () => failing.update("shop-1", inputs, inputs),
    () => failing.delete("shop-1", inputs),
  ]) {
    const error = await call().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ message: "half of a pair: \ufffd", stack: "" });
    expect(error).not.toHaveProperty("code");
  }
});
