import { expect, test } from "@jest/globals";
import { RetryBudget } from "../../provider/api";
import { backoffMs, retryBudget } from "../expected/limits";
import { creating, failedAfter, mayBeExecuted, pattern, responded, retryNotice } from "../expected/messages";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const withRetries = { client: { maxAttempts: 4 } };
const inputs = { externalBusinessId: "shop-1", connectedTagId: "33", partnerAccessToken: "hidden" };

test("repeats a create that a read does not show, with the same ID, after increasing pauses", async () => {
  stage.emulator.armFault({ kind: "reset", operation: "create", times: 3 });
  expect((await stage.process(withRetries).create(inputs)).outputs).toMatchObject(inputs);
  expect(stage.methods()).toEqual(["GET", "POST", "GET", "POST", "GET", "POST", "GET", "POST"]);
  expect(new Set(stage.bodies("POST").map((body) => JSON.stringify(body))).size).toBe(1);
  // `random` returns 0.5.
  expect(stage.pauses).toEqual(backoffMs.slice(0, 3).map((longest) => 0.5 * longest));
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("repeated creates that succeed cost nothing of the retry budget", async () => {
  stage.emulator.armFault({ kind: "reset", operation: "create", times: 3 });
  const budget = new RetryBudget();
  await stage.process({ client: { maxAttempts: 4, retryBudget: budget } }).create(inputs);
  let remaining = 0;
  while (budget.take()) remaining += 1;
  expect(remaining).toBe(retryBudget);
});

test("reports a long wait before a retry, and the number of attempts in the error", async () => {
  const notices: string[] = [];
  const headers = { "retry-after": "30" };
  stage.emulator.armFault({
    kind: "response",
    preset: "unavailable",
    headers,
    operation: "create",
    times: "all",
  });
  const client = { maxAttempts: 3, account: "a", onWait: (message: string) => notices.push(message) };
  const { message } = await failureOf(stage.process({ client }).create(inputs));
  const operation = `${creating("shop-1")} (account 'a')`;
  const notice = (attempt: string) =>
    expect.stringMatching(`^${pattern(retryNotice(`${responded(503, 0)}.*`, operation, "31 s", attempt))}$`);
  expect(notices).toEqual([notice("2 of 3"), notice("3 of 3")]);
  expect(message).toContain(`${operation}${failedAfter(3, "61 s")}${responded(503, 0)}`);
  expect(message).toContain("The response asks to wait until");
});

test.each([
  ["as often as configured", { maxAttempts: 1 }, 1],
  ["as often as configured", { maxAttempts: 6 }, 6],
  ["until the time limit", { maxAttempts: 6, operationTimeoutMs: 700 }, 2],
])("sends a create %s: with %j, %d times", async (_how, client, posts) => {
  stage.emulator.armFault({ kind: "reset", operation: "create", times: "all" });
  await failureOf(stage.process({ client }).create(inputs));
  expect(stage.methods().filter((method) => method === "POST")).toHaveLength(posts);
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
  "a server error after the create was executed": { kind: "response", status: 500, commit: true },
  "a server error": { kind: "response", status: 503, commit: false },
} as const;

// test/model plays more combinations.
test.each(
  Object.entries(faults).flatMap(([what, fault]) => [
    { what, fault, given: "reads are current", readLag: 0, postExisting: "merge" as const },
    { what, fault, given: "reads are stale", readLag: 6, postExisting: "merge" as const },
    { what, fault, given: "a second create is refused", readLag: 1, postExisting: "conflict" as const },
  ]),
)("$what leads to one integration if $given", async ({ fault, readLag, postExisting }) => {
  stage.emulator.setSwitches({ readLag, postExisting });
  stage.emulator.armFault({ ...fault, operation: "create" });
  const { outputs } = await stage.process(withRetries).create(inputs);
  expect(stage.emulator.integrations().map(({ id }) => id)).toEqual([outputs.integrationId]);
  expect(outputs).toMatchObject(inputs);
  expect(stage.emulator.integration("shop-1")).toMatchObject({
    connected_tag_id: "33",
    partner_access_token: "hidden",
  });
});

test("finds a lost create even if the response has no integration ID", async () => {
  stage.loseResponses("create", { commit: true });
  const body = { external_business_id: "shop-1", connected_tag_id: "33" };
  stage.emulator.armFault({ kind: "response", status: 200, body, operation: "get", skip: 1 });
  const { outputs } = await stage.process().create(inputs);
  expect(outputs).toMatchObject(inputs);
  expect(stage.methods()).toEqual(["GET", "POST", "GET"]);
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
  expect(message).toContain(mayBeExecuted);
  expect(message).toContain("canceled");
});
