import { describe, expect, test } from "@jest/globals";
import { serviceStage } from "./helpers/service-stage";
import { secret, type Wire } from "./helpers/wire";

const stage = serviceStage();

const inputs = { externalBusinessId: "shop", connectedTagId: "1", partnerAccessToken: secret("hidden") };

async function deploy(declared: Wire = inputs): Promise<Wire> {
  const { outputs } = await stage.service.create(declared);
  stage.emulator.clearRequests();
  return outputs;
}

describe("a refresh", () => {
  test("returns Pinterest's values in inputs and outputs, with secrets as secrets", async () => {
    const declared = { ...inputs, scopes: secret("a") };
    const state = await deploy(declared);
    stage.emulator.change("shop", { connected_tag_id: "9", scopes: "b" });
    const read = await stage.service.read("shop", { inputs: declared, state });
    expect(read.id).toBe("shop");
    expect(read.inputs).toEqual({ ...inputs, connectedTagId: "9", scopes: secret("b") });
    expect(read.outputs).toMatchObject({ ...inputs, connectedTagId: "9", scopes: secret("b") });
  });

  test("returns nothing if the integration is missing", async () => {
    const state = await deploy();
    stage.emulator.remove("shop");
    expect(await stage.service.read("shop", { inputs, state })).toEqual({ id: "", inputs: {}, outputs: {} });
  });

  test("returns nothing if the state is the dynamic provider's and the integration is missing", async () => {
    const state = { externalBusinessId: "shop", __provider: "text" };
    expect((await stage.service.read("shop", { inputs, state })).id).toBe("");
  });
});

describe("an import", () => {
  test("returns the integration with inputs that a program can use", async () => {
    stage.emulator.put("shop", { connected_tag_id: "1" });
    const read = await stage.service.read("shop");
    expect(read).toMatchObject({
      id: "shop",
      inputs: { externalBusinessId: "shop", connectedTagId: "1" },
      outputs: { connectedTagId: "1", integrationId: stage.emulator.integration("shop")?.id },
    });
  });

  test("is recognized if the engine sends empty properties (from version 3.276 on)", async () => {
    stage.emulator.put("theirs", { connected_tag_id: "1" }, { account: "shop-2" });
    const read = await stage.service.read("named::theirs", { inputs: {}, state: {} });
    expect(read).toMatchObject({ id: "theirs", inputs: { account: "named", connectedTagId: "1" } });
    expect(await stage.service.read("missing", { inputs: {}, state: {} })).toMatchObject({ id: "" });
  });

  test("of a named account returns the account as input, and the external business ID as ID", async () => {
    stage.emulator.put("theirs", {}, { account: "shop-2" });
    const read = await stage.service.read("named::theirs");
    expect(read.id).toBe("theirs");
    expect(read.inputs).toEqual({ externalBusinessId: "theirs", account: "named" });
  });

  test("by an explicit provider returns its name as input", async () => {
    await stage.service.configure(stage.configuration(), "shop-a");
    stage.emulator.put("shop");
    expect((await stage.service.read("shop")).inputs).toEqual({
      externalBusinessId: "shop",
      providerName: "shop-a",
    });
  });

  test("is in sync with the program and with Pinterest", async () => {
    stage.emulator.put("shop", { connected_tag_id: "1", scopes: "b,a" });
    const imported = await stage.service.read("shop");
    const known = { inputs: imported.inputs, state: imported.outputs };
    const { inputs: checked } = await stage.service.check(imported.inputs);
    expect((await stage.service.diff("shop", known, checked)).getDiffsList()).toEqual([]);
    expect(await stage.service.read("shop", known)).toEqual(imported);
  });

  test("returns nothing if the integration does not exist", async () => {
    expect(await stage.service.read("missing")).toEqual({ id: "", inputs: {}, outputs: {} });
  });

  test("of an unknown account fails with the allowed formats", async () => {
    await expect(stage.service.read("nmaed::shop")).rejects.toMatchObject({
      details: expect.stringContaining("'nmaed' is not an account in `pinterest:accounts`"),
    });
    expect(stage.requests()).toEqual([]);
  });
});
