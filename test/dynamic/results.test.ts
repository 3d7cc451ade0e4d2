import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { type Emulator, startEmulator } from "../../emulator";
import { DynamicProvider } from "../../provider/dynamic/provider";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { completeRun } from "../../provider/run/engine-command";
import { failureOf } from "../lifecycle/helpers/failure";

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

/** A bag after the SDK's conversion. */
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

const checked = {
  externalBusinessId: "shop-1",
  connectedTagId: "1",
  partnerAccessToken: "hidden",
  scopes: "a",
};

/** The outputs of a create, as the SDK returns them: without the markers of secrets. */
async function createdState() {
  const { outs } = await provider.create({ ...checked, __provider: "text" });
  return { ...outs, partnerAccessToken: "hidden" };
}

test("a check returns inputs without absent ones", async () => {
  const { inputs: found } = await provider.check({}, { ...inputs, connectedLbaId: null });
  expect(encode(found)).toEqual(checked);
});

test("a create returns the ID and complete outputs, with the token as a secret", async () => {
  const { id, outs } = await provider.create({ ...checked, __provider: "text" });
  expect(id).toBe("shop-1");
  expect(encode(outs)).toEqual(outs);
  expect(outs).toMatchObject({
    ...checked,
    partnerAccessToken: secretOf("hidden"),
    integrationId: expect.any(String),
  });
});

test("a read returns the outputs and inputs of the create", async () => {
  const state = await createdState();
  const read = await provider.read("shop-1", state);
  expect(read.id).toBe("shop-1");
  expect(encode(read.props)).toEqual({ ...state, partnerAccessToken: secretOf("hidden") });
  expect(encode(read.inputs)).toEqual(checked);
});

test("an update returns complete outputs, with the token as a secret", async () => {
  const state = await createdState();
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

const ignoreTag = () => emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });

test.each<[string, () => Promise<unknown>]>([
  [
    "create",
    () => {
      ignoreTag();
      return provider.create({ ...inputs, connectedTagId: "7" });
    },
  ],
  [
    "update",
    async () => {
      const { outs } = await provider.create(inputs);
      ignoreTag();
      return provider.update("shop-1", outs, { ...inputs, connectedTagId: "7" });
    },
  ],
])("a partial failure of %s contains what the SDK needs to save the resource", async (_operation, call) => {
  const error = (await failureOf(call())) as Error & { reasons: string[]; properties: object };
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
    failing.create(inputs),
    failing.read("shop-1", inputs),
    failing.update("shop-1", inputs, inputs),
    failing.delete("shop-1", inputs),
  ]) {
    const error = await failureOf(call);
    expect(error).toMatchObject({ message: "half of a pair: \ufffd", stack: "" });
    expect(error).not.toHaveProperty("code");
  }
});
