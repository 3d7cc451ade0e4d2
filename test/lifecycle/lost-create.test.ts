import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { Stage } from "./helpers/stage";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => stage.reset());
afterAll(() => stage.close());

const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", partnerAccessToken: "hidden" };

test("a creation whose answer is lost is found by reading, and succeeds", async () => {
  stage.lose("create", { commit: true });
  const { outputs } = await stage.process().create(inputs);
  expect(outputs).toMatchObject({ ...inputs, integrationId: stage.emulator.integration("shop-1")?.id });
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test.each([
  ["a broken answer", () => stage.emulator.armFault({ kind: "truncate", operation: "create" })],
  [
    "a server error after it was done",
    () => stage.emulator.armFault({ kind: "answer", status: 500, commit: true, operation: "create" }),
  ],
])("%s counts as a lost one", async (_what, arm) => {
  arm();
  expect((await stage.process().create(inputs)).outputs).toMatchObject(inputs);
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("a reading that lags behind the creation is repeated before the creation counts as undone", async () => {
  stage.emulator.setSwitches({ readLag: 3 });
  stage.lose("create", { commit: true });
  expect((await stage.process().create(inputs)).outputs).toMatchObject(inputs);
  expect(stage.pauses).toEqual([100, 200, 400]);
});

test("a creation that failed and left nothing is a plain failure, with the answer to the creation", async () => {
  stage.emulator.armFault({ kind: "answer", status: 503, operation: "create", times: "all" });
  expect(await failureOf(stage.process().create(inputs))).toMatchObject({
    operation: "createCommerceIntegration",
    status: 503,
  });
});

test("when the reading fails too, state keeps the id and claims no field", async () => {
  stage.lose("create", { commit: true });
  // The first read finds nothing there; those after the creation fail.
  stage.blind({ after: 1 });
  const { message, kept } = await partialFailureOf(stage.process().create(inputs));
  expect(message).toMatch(/creating commerce integration "shop-1" failed/);
  expect(message).toMatch(/Whether Pinterest did it is unclear. Reading it back failed too: .*HTTP 503/);
  expect(kept).toStrictEqual({
    externalBusinessId: "shop-1",
    __managed: "tA",
  });
});

test("when the reading shows something else, state holds what was read", async () => {
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  stage.lose("create", { commit: true });
  const { message, kept } = await partialFailureOf(stage.process().create({ ...inputs, scopes: "a" }));
  expect(message).toContain("Reading it back shows something else than was sent");
  expect(kept).toMatchObject({ externalBusinessId: "shop-1", scopes: "a" });
  expect(Object.keys(kept)).not.toContain("connectedTagId");
  expect(Object.keys(kept)).not.toContain("partnerAccessToken");
});

test("what was kept of it is repaired by the next update, in one write", async () => {
  stage.lose("create", { commit: true });
  stage.blind({ after: 1 });
  const { kept } = await partialFailureOf(stage.process().create(inputs));
  stage.emulator.disarmFaults();
  stage.emulator.clearRequests();
  const outputs = await stage.process().update("shop-1", kept, inputs);
  expect(outputs).toMatchObject(inputs);
  expect(stage.bodies("PATCH")).toEqual([{ connected_tag_id: "33", partner_access_token: "hidden" }]);
});
