import { describe, expect, test } from "@jest/globals";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const withRetries = { client: { maxAttempts: 4 } };
const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", partnerAccessToken: "hidden" };

test("succeeds if the response is lost and a read shows the integration", async () => {
  stage.loseResponses("create", { commit: true });
  const { outputs } = await stage.process().create(inputs);
  expect(outputs).toMatchObject({ ...inputs, integrationId: stage.emulator.integration("shop-1")?.id });
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test.each([
  ["a truncated response", () => stage.emulator.armFault({ kind: "truncate", operation: "create" })],
  [
    "a server error after the create was executed",
    () => stage.emulator.armFault({ kind: "answer", status: 500, commit: true, operation: "create" }),
  ],
])("reads the integration after %s", async (_what, arm) => {
  arm();
  expect((await stage.process().create(inputs)).outputs).toMatchObject(inputs);
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("repeats a create that a read does not show, with the same ID, after increasing pauses", async () => {
  stage.emulator.armFault({ kind: "reset", operation: "create", times: 3 });
  expect((await stage.process(withRetries).create(inputs)).outputs).toMatchObject(inputs);
  expect(stage.methods()).toEqual(["GET", "POST", "GET", "POST", "GET", "POST", "GET", "POST"]);
  expect(new Set(stage.bodies("POST").map((body) => JSON.stringify(body))).size).toBe(1);
  // Half of 0.5 s, 1 s and 2 s, because `random` returns 0.5.
  expect(stage.pauses).toEqual([250, 500, 1000]);
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("reports a long wait before a retry, and the number of attempts in the error", async () => {
  const notices: string[] = [];
  const headers = { "retry-after": "30" };
  stage.emulator.armFault({
    kind: "answer",
    preset: "unavailable",
    headers,
    operation: "create",
    times: "all",
  });
  const client = { maxAttempts: 3, account: "a", onWait: (message: string) => notices.push(message) };
  const { message } = await failureOf(stage.process({ client }).create(inputs));
  const doing = `creating commerce integration "shop-1" (account 'a')`;
  const notice = (attempt: number) =>
    expect.stringMatching(
      new RegExp(
        `^Request failed \\(Pinterest answered HTTP 503.*\\): creating commerce integration "shop-1" \\(account 'a'\\) continues in 31 s \\(attempt ${attempt} of 3\\)$`,
      ),
    );
  expect(notices).toEqual([notice(2), notice(3)]);
  expect(message).toContain(`${doing} failed after 3 attempts in 61 s: Pinterest answered HTTP 503`);
  expect(message).toContain("The answer asks to wait until");
});

test("does not send more often than configured, or after the time limit", async () => {
  stage.emulator.armFault({ kind: "reset", operation: "create", times: "all" });
  const posts = () => stage.methods().filter((method) => method === "POST").length;
  await failureOf(stage.process().create(inputs));
  expect(posts()).toBe(1);
  stage.emulator.clearRequests();
  await failureOf(stage.process({ client: { maxAttempts: 6 } }).create(inputs));
  expect(posts()).toBe(6);
  stage.emulator.clearRequests();
  await failureOf(stage.process({ client: { maxAttempts: 6, operationTimeoutMs: 700 } }).create(inputs));
  expect(posts()).toBe(2);
});

test("retries stale reads after the last attempt", async () => {
  stage.emulator.setSwitches({ readLag: 3 });
  stage.loseResponses("create", { commit: true });
  expect((await stage.process().create(inputs)).outputs).toMatchObject(inputs);
  expect(stage.pauses).toEqual([100, 200, 400]);
});

const faults = {
  "a response lost after the create was executed": { kind: "reset", commit: true },
  "a lost request": { kind: "reset", commit: false },
  "a truncated response": { kind: "truncate" },
  "a server error after the create was executed": { kind: "answer", status: 500, commit: true },
  "a server error": { kind: "answer", status: 503, commit: false },
} as const;

describe.each(Object.entries(faults))("%s", (_what, fault) => {
  const readLags = [0, 1, 2, 3, 6];
  const times = [1, 2, 3];
  const existing = ["merge", "replace", "conflict"] as const;
  const cases = readLags.flatMap((readLag) =>
    times.flatMap((count) => existing.map((postExisting) => ({ readLag, count, postExisting }))),
  );

  test.each(cases)("leads to one integration: %j", async ({ readLag, count, postExisting }) => {
    stage.emulator.setSwitches({ readLag, postExisting });
    stage.emulator.armFault({ ...fault, operation: "create", times: count });
    const { outputs } = await stage.process(withRetries).create(inputs);
    expect(stage.emulator.integrations().map(({ id }) => id)).toEqual([outputs.integrationId]);
    expect(outputs).toMatchObject(inputs);
    expect(stage.emulator.integration("shop-1")).toMatchObject({
      connected_tag_id: "33",
      partner_access_token: "hidden",
    });
  });
});

test("succeeds if a repeated create is refused because it exists, and a read shows it", async () => {
  stage.emulator.setSwitches({ readLag: 1, postExisting: "conflict" });
  stage.loseResponses("create", { commit: true });
  const { outputs } = await stage.process(withRetries).create(inputs);
  expect(outputs.integrationId).toBe(stage.emulator.integration("shop-1")?.id);
  expect(stage.methods()).toEqual(["GET", "POST", "GET", "POST", "GET"]);
});

test.each([
  ["5.23", 409],
  ["5.28", 400],
] as const)(
  "keeps the ID in state if a repeated create is refused because it exists, and no read shows it, in generation %s",
  async (generation, status) => {
    stage.emulator.setSwitches({ generation, readLag: 1000, postExisting: "conflict" });
    stage.emulator.armFault({ kind: "reset", operation: "create", commit: true });
    const { message, kept } = await partialFailureOf(stage.process(withRetries).create(inputs));
    expect(message).toContain(`HTTP ${status}`);
    expect(message).toContain("\nAn earlier attempt may have created the integration");
    expect(kept).toStrictEqual({
      externalBusinessId: "shop-1",
      __managed: "tA",
      __uid: expect.any(String),
      __written: "",
    });
  },
);

test("finds the integration of the first attempt if the repeated create is refused for another reason", async () => {
  stage.emulator.setSwitches({ readLag: 2 });
  stage.emulator.armFault({ kind: "reset", operation: "create", commit: true });
  stage.emulator.armFault({ kind: "answer", status: 400, operation: "create" });
  expect((await stage.process(withRetries).create(inputs)).outputs.integrationId).toBe(
    stage.emulator.integration("shop-1")?.id,
  );
});

test("does not mistake a deleted integration in a stale read for the one that it creates", async () => {
  const deleted = await stage.created(inputs);
  stage.emulator.setSwitches({ readLag: 2 });
  await stage.process().delete("shop-1", deleted);
  stage.emulator.armFault({ kind: "reset", operation: "create", commit: false });
  const { outputs } = await stage.process(withRetries).create(inputs);
  expect(stage.methods()).toEqual(["DELETE", "GET", "PATCH", "POST", "GET", "POST"]);
  expect(stage.emulator.integrations()).toMatchObject([{ id: outputs.integrationId }]);
  expect(outputs.integrationId).not.toBe(deleted.integrationId);
});

test("finds a lost create even if the response has no integration ID", async () => {
  stage.loseResponses("create", { commit: true });
  const body = { external_business_id: "shop-1", connected_tag_id: "33" };
  stage.emulator.armFault({ kind: "answer", status: 200, body, operation: "get", skip: 1 });
  const { outputs } = await stage.process().create(inputs);
  expect(outputs).toMatchObject(inputs);
  expect(stage.methods()).toEqual(["GET", "POST", "GET"]);
});

test("fails with the response to the create if nothing was created", async () => {
  stage.emulator.armFault({ kind: "answer", status: 503, operation: "create", times: "all" });
  expect(await failureOf(stage.process().create(inputs))).toMatchObject({
    operation: "createCommerceIntegration",
    status: 503,
  });
});

test("keeps the ID and no field in state if the read fails, too", async () => {
  stage.loseResponses("create", { commit: true });
  // The first read succeeds. The reads after the create fail.
  stage.failReads({ after: 1 });
  const { message, kept } = await partialFailureOf(stage.process().create(inputs));
  expect(message).toMatch(/creating commerce integration "shop-1" failed/);
  expect(message).toMatch(
    /Pinterest may have carried out the request. Reading the integration failed, too: .*HTTP 503/,
  );
  expect(kept).toStrictEqual({
    externalBusinessId: "shop-1",
    __managed: "tA",
    __uid: expect.any(String),
    __written: "",
  });
});

test("keeps Pinterest's values in state if the read shows other ones", async () => {
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  stage.loseResponses("create", { commit: true });
  const { message, kept } = await partialFailureOf(stage.process().create({ ...inputs, scopes: "a" }));
  expect(message).toContain("The integration has other values than were sent");
  expect(kept).toMatchObject({ externalBusinessId: "shop-1", scopes: "a" });
  expect(Object.keys(kept)).not.toContain("connectedTagId");
  expect(Object.keys(kept)).not.toContain("partnerAccessToken");
});

test("the next update completes the create in one write", async () => {
  stage.loseResponses("create", { commit: true });
  stage.failReads({ after: 1 });
  const { kept } = await partialFailureOf(stage.process().create(inputs));
  stage.emulator.disarmFaults();
  stage.emulator.clearRequests();
  const outputs = await stage.process().update("shop-1", kept, inputs);
  expect(outputs).toMatchObject(inputs);
  expect(stage.bodies("PATCH")).toEqual([{ connected_tag_id: "33", partner_access_token: "hidden" }]);
});

test("keeps the ID of a create that is canceled while it waits, because it may have succeeded", async () => {
  const canceled = new AbortController();
  stage.loseResponses("create", { commit: true });
  stage.emulator.setSwitches({ readLag: 10 });
  const client = {
    maxAttempts: 4,
    limits: () => ({ signal: canceled.signal }),
    clock: {
      now: () => 0,
      random: () => 0.5,
      sleep: async (milliseconds: number) => {
        if (milliseconds < 250) return;
        canceled.abort();
        throw canceled.signal.reason;
      },
    },
  };
  const { message, kept } = await partialFailureOf(stage.process({ client }).create(inputs));
  expect(kept).toMatchObject({ externalBusinessId: "shop-1" });
  expect(message).toContain("Pinterest may have carried out the request");
  expect(message).toContain("canceled");
});
