import { describe, expect, test } from "@jest/globals";
import { serviceStage } from "./helpers/service-stage";
import { secret, type Wire } from "./helpers/wire";

const stage = serviceStage();

const inputs = { externalBusinessId: "shop", connectedTagId: "1", partnerAccessToken: secret("hidden") };

async function made(given: Wire = inputs): Promise<Wire> {
  const { outputs } = await stage.service.create(given);
  stage.emulator.clearRequests();
  return outputs;
}

describe("a refresh", () => {
  test("shows what Pinterest holds, in inputs and outputs, and keeps secrets secret", async () => {
    const given = { ...inputs, scopes: secret("a") };
    const state = await made(given);
    stage.emulator.change("shop", { connected_tag_id: "9", scopes: "b" });
    const read = await stage.service.read("shop", { inputs: given, state });
    expect(read.id).toBe("shop");
    expect(read.inputs).toEqual({ ...inputs, connectedTagId: "9", scopes: secret("b") });
    expect(read.outputs).toMatchObject({ ...inputs, connectedTagId: "9", scopes: secret("b") });
  });

  test("answers nothing where the integration is gone", async () => {
    const state = await made();
    stage.emulator.remove("shop");
    expect(await stage.service.read("shop", { inputs, state })).toEqual({ id: "", inputs: {}, outputs: {} });
  });

  test("answers nothing where the state is the dynamic front end's, and the integration is gone", async () => {
    const state = { externalBusinessId: "shop", __provider: "text" };
    expect((await stage.service.read("shop", { inputs, state })).id).toBe("");
  });
});

describe("an import", () => {
  test("brings in the integration as it is, with inputs that a program could give", async () => {
    stage.emulator.put("shop", { connected_tag_id: "1" });
    const read = await stage.service.read("shop");
    expect(read).toMatchObject({
      id: "shop",
      inputs: { externalBusinessId: "shop", connectedTagId: "1" },
      outputs: { connectedTagId: "1", integrationId: stage.emulator.integration("shop")?.id },
    });
  });

  test("of a named account has the account in inputs, and the id alone as id", async () => {
    stage.emulator.put("theirs", {}, { account: "shop-2" });
    const read = await stage.service.read("named::theirs");
    expect(read.id).toBe("theirs");
    expect(read.inputs).toEqual({ externalBusinessId: "theirs", account: "named" });
  });

  test("by an explicit provider has its name in inputs", async () => {
    await stage.service.configure(stage.configuration(), "shop-a");
    stage.emulator.put("shop");
    expect((await stage.service.read("shop")).inputs).toEqual({
      externalBusinessId: "shop",
      providerName: "shop-a",
    });
  });

  test("is followed by no difference, and a refresh of it finds none", async () => {
    stage.emulator.put("shop", { connected_tag_id: "1", scopes: "b,a" });
    const imported = await stage.service.read("shop");
    const known = { inputs: imported.inputs, state: imported.outputs };
    const { inputs: checked } = await stage.service.check(imported.inputs);
    expect((await stage.service.diff("shop", known, checked)).getDiffsList()).toEqual([]);
    expect(await stage.service.read("shop", known)).toEqual(imported);
  });

  test("answers nothing where there is no such integration", async () => {
    expect(await stage.service.read("missing")).toEqual({ id: "", inputs: {}, outputs: {} });
  });

  test("of an account that there is not fails, and says what is allowed", async () => {
    await expect(stage.service.read("nmaed::shop")).rejects.toMatchObject({
      details: expect.stringContaining("'nmaed' is not an account in `pinterest:accounts`"),
    });
    expect(stage.requests()).toEqual([]);
  });
});

describe("a lookup", () => {
  const lookup = (id: string) => {
    const known = { externalBusinessId: id };
    return stage.service.read(id, { inputs: known, state: known });
  };

  test("shows the integration", async () => {
    stage.emulator.put("shop", { connected_tag_id: "1" });
    expect(await lookup("shop")).toMatchObject({ id: "shop", outputs: { connectedTagId: "1" } });
  });

  test("fails where there is no such integration", async () => {
    await expect(lookup("missing")).rejects.toMatchObject({
      details: expect.stringMatching(/reading commerce integration "missing".*HTTP 404/),
    });
  });
});
