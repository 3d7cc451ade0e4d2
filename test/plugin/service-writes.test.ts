import { describe, expect, test } from "@jest/globals";
import { logType } from "../../provider/run/constants";
import { type CallFailure, keptOf, statusOf } from "./helpers/call-failure";
import { serviceStage } from "./helpers/service-stage";
import { secret, unknowns, type Wire } from "./helpers/wire";

const stage = serviceStage();

const inputs = { externalBusinessId: "shop", connectedTagId: "1", partnerAccessToken: secret("hidden") };

/** The error of a call. */
async function failureOf(call: Promise<unknown>): Promise<CallFailure> {
  return call.then(
    () => {
      throw new Error("expected a failure");
    },
    (error: unknown) => error as CallFailure,
  );
}

/** Create an integration, restart the plugin, and clear the recorded requests. @returns the state. */
async function deploy(declared: Wire = inputs): Promise<Wire> {
  const { outputs } = await stage.service.create(declared);
  await stage.restartPlugin();
  stage.emulator.clearRequests();
  return outputs;
}

describe("a create", () => {
  test("in a preview sends no request and returns the arguments without an ID", async () => {
    expect(await stage.service.create(inputs, { preview: true })).toEqual({
      id: "",
      outputs: {
        ...inputs,
        integrationId: unknowns.string,
        connectedUserId: unknowns.string,
        createdTimestamp: unknowns.string,
        updatedTimestamp: unknowns.string,
      },
    });
    expect(stage.requests()).toEqual([]);
  });

  test("creates the integration, and returns its outputs with secrets as secrets", async () => {
    const { id, outputs } = await stage.service.create({ ...inputs, scopes: secret("a") });
    expect(id).toBe("shop");
    expect(outputs).toMatchObject({
      ...inputs,
      scopes: secret("a"),
      integrationId: stage.emulator.integration("shop")?.id,
    });
    expect(stage.emulator.integration("shop")).toMatchObject({ connected_tag_id: "1" });
  });

  test("that fails partially saves the ID and the known outputs, with secrets as secrets", async () => {
    stage.emulator.armFault({ kind: "reset", operation: "create", commit: true });
    stage.emulator.armFault({ kind: "response", status: 503, operation: "get", skip: 1, times: "all" });
    const failure = await failureOf(stage.service.create({ ...inputs, scopes: secret("a") }));
    expect(statusOf(failure)).toBe("UNKNOWN");
    expect(failure.details).toContain("Pinterest may have carried out the request");
    expect(failure.details).not.toContain("hidden");
    const kept = keptOf(failure);
    expect(kept).toMatchObject({ id: "shop", reasons: [failure.details] });
    expect(kept?.properties).toMatchObject({ externalBusinessId: "shop" });
    expect(JSON.stringify(kept?.properties)).not.toMatch(/"(partnerAccessToken|scopes)":"/);
  });

  test("that is refused saves nothing, and fails with the reason", async () => {
    stage.emulator.put("shop", { connected_tag_id: "2" });
    const failure = await failureOf(stage.service.create(inputs));
    expect(failure.details).toContain("npx pulumi-pinterest preflight");
    expect(keptOf(failure)).toBeUndefined();
  });
});

describe("an update", () => {
  test("in a preview sends no request and omits fields that the program no longer sets", async () => {
    const state = await deploy({ ...inputs, connectedLbaId: "5" });
    const previewed = await stage.service.update(
      "shop",
      state,
      { ...inputs, connectedTagId: "2" },
      { preview: true },
    );
    expect(previewed).toMatchObject({
      ...inputs,
      connectedTagId: "2",
      integrationId: state.integrationId,
      updatedTimestamp: unknowns.string,
    });
    expect(previewed).not.toHaveProperty("connectedLbaId");
    expect(stage.requests()).toEqual([]);
  });

  test("sends the changed fields, and returns the outputs with secrets as secrets", async () => {
    const state = await deploy();
    const outputs = await stage.service.update("shop", state, { ...inputs, connectedTagId: "2" });
    expect(outputs).toMatchObject({ ...inputs, connectedTagId: "2", integrationId: state.integrationId });
    expect(stage.emulator.integration("shop")).toMatchObject({ connected_tag_id: "2" });
    expect(stage.requests()).toEqual(["PATCH shop"]);
  });

  test("that fails partially saves Pinterest's values", async () => {
    const state = await deploy({ ...inputs, connectedLbaId: "5" });
    stage.emulator.setSwitches({ clearByNull: "ignored" });
    const failure = await failureOf(stage.service.update("shop", state, inputs));
    expect(failure.details).toContain("connectedLbaId");
    expect(keptOf(failure)).toMatchObject({ id: "shop", properties: { connectedLbaId: expect.anything() } });
  });
});

describe("a diff", () => {
  test("compares the inputs, and replaces if the ID differs", async () => {
    const state = await deploy();
    const unchanged = await stage.service.diff("shop", { inputs, state }, inputs);
    expect(unchanged.getDiffsList()).toEqual([]);
    expect(unchanged.getStablesList()).toContain("integrationId");
    const other = await stage.service.diff("shop", { inputs, state }, { ...inputs, externalBusinessId: "b" });
    expect(other.getReplacesList()).toEqual(["externalBusinessId"]);
    expect(stage.requests()).toEqual([]);
  });
});

describe("a log entry", () => {
  const entry = { eventType: "APP", logLevel: "INFO", message: secret("deployed") };

  test("is sent on create, and previewed without a request", async () => {
    const previewed = await stage.service.create(entry, { type: logType, preview: true });
    expect(previewed).toEqual({ id: "", outputs: { ...entry, clientTimestamp: unknowns.string } });
    expect(stage.emulator.logs()).toEqual([]);
    const { id, outputs } = await stage.service.create(entry, { type: logType });
    expect(id).toMatch(/^log-/);
    expect(outputs).toEqual({ ...entry, clientTimestamp: expect.any(Number) });
    expect(stage.emulator.logs()).toMatchObject([{ message: "deployed" }]);
  });

  test("is unchanged by a refresh, and cannot be imported", async () => {
    const known = { inputs: entry, state: { ...entry, clientTimestamp: 5 } };
    expect(await stage.service.read("log-1", known, { type: logType })).toEqual({
      id: "log-1",
      inputs: known.inputs,
      outputs: known.state,
    });
    const failure = await failureOf(stage.service.read("log-1", {}, { type: logType }));
    expect(failure.details).toContain("Pinterest's log cannot be read");
  });
});

describe("an unknown type", () => {
  test("is refused with the allowed types", async () => {
    const type = "pinterest:index:Pin";
    for (const call of [
      stage.service.check({}, { type }),
      stage.service.create({}, { type }),
      stage.service.read("a", {}, { type }),
    ]) {
      expect((await failureOf(call)).details).toBe(
        `'${type}' is not a resource of this package; use one of: pinterest:index:CommerceIntegration, ${logType}`,
      );
    }
  });
});
