import { expect, test } from "@jest/globals";
import { merchantOf } from "../../../cli/check/merchant";
import type { ReadObservation } from "../../../provider/lifecycle/session";
import { secret, stepsOf, unknown, urnOf } from "../drift/helpers/engine-events";

const id = { externalBusinessId: "shop-1" };

function read(...changed: string[]): ReadObservation {
  return { externalBusinessId: "shop-1", outcome: "read", changed: changed as ReadObservation["changed"] };
}

function merchant(steps: ReturnType<typeof stepsOf>, observation?: ReadObservation, name = "shop") {
  const found = steps.integrations.get(urnOf(name));
  if (found === undefined) throw new Error(`there is no ${name}`);
  return merchantOf(found, observation);
}

/** The engine's steps for an integration with these fields in state, at Pinterest and in the program. */
function steps(state: object, live: object, program: object, diff: string[]) {
  const [before, now, wanted] = [state, live, program].map((bag) => ({ ...id, ...bag }));
  return stepsOf(
    { op: "refresh", old: before, new: now },
    { op: diff.length > 0 ? "update" : "same", old: now, new: wanted, diff },
  );
}

test("reports a change at Pinterest as drift, a change of the program as pending, and neither if both agree", () => {
  const state = { connectedTagId: "1", additionalId1: "1", scopes: "a" };
  const live = { connectedTagId: "7", additionalId1: "1", scopes: "b", at: 1000 };
  const program = { connectedTagId: "1", additionalId1: "2", scopes: "b" };
  const taken = steps({ ...state, at: 0 }, live, program, ["connectedTagId", "additionalId1"]);
  expect(merchant(taken, read("connectedTagId", "scopes"))).toEqual({
    name: "shop",
    urn: urnOf("shop"),
    externalBusinessId: "shop-1",
    status: "drifted",
    since: "1970-01-01T00:00:01.000Z",
    properties: [{ name: "connectedTagId", secret: false, program: "1", pinterest: "7" }],
    pending: ["additionalId1"],
  });
});

test("reports drift without `since` if Pinterest shows no update after the deployment", () => {
  const taken = steps(
    { connectedTagId: "1", at: 1000 },
    { connectedTagId: "7", at: 1000 },
    { connectedTagId: "1" },
    ["connectedTagId"],
  );
  const found = merchant(taken, read("connectedTagId"));
  expect(found.status).toBe("drifted");
  expect(found).not.toHaveProperty("since");
});

test("reports a field that both changed as drift and pending, unless only its spelling differs", () => {
  const taken = steps(
    { connectedTagId: "1", scopes: "a,b" },
    { connectedTagId: "7", scopes: "c" },
    { connectedTagId: "2", scopes: "b a" },
    ["connectedTagId", "scopes"],
  );
  const { properties, pending } = merchant(taken, read("connectedTagId", "scopes"));
  expect(properties.map(({ name }) => name)).toEqual(["connectedTagId", "scopes"]);
  expect(pending).toEqual(["connectedTagId"]);
});

test("does not report whether the program also changed a secret", () => {
  const wanted = { partnerAccessToken: secret };
  const taken = steps(wanted, wanted, wanted, ["partnerAccessToken"]);
  expect(merchant(taken, read("partnerAccessToken")).pending).toEqual([]);
});

test.each([
  ["state", { additionalId1: secret }, { additionalId1: "open" }, { additionalId1: "open" }],
  ["what Pinterest holds", { additionalId1: "open" }, { additionalId1: secret }, { additionalId1: "open" }],
  ["the program", { additionalId1: "open" }, { additionalId1: "open" }, { additionalId1: secret }],
])("omits both values if one is a secret in %s", (_, state, live, program) => {
  const { properties } = merchant(steps(state, live, program, ["additionalId1"]), read("additionalId1"));
  expect(properties).toEqual([{ name: "additionalId1", secret: true }]);
});

test("treats a partner token as a secret even if the engine does not", () => {
  const taken = steps(
    { partnerAccessToken: "one" },
    { partnerAccessToken: "two" },
    { partnerAccessToken: "one" },
    ["partnerAccessToken"],
  );
  expect(merchant(taken, read("partnerAccessToken")).properties).toEqual([
    { name: "partnerAccessToken", secret: true },
  ]);
});

test("omits a value that only the update knows", () => {
  const taken = steps({ connectedTagId: "1" }, { connectedTagId: "7" }, { connectedTagId: unknown }, [
    "connectedTagId",
  ]);
  expect(merchant(taken, read("connectedTagId")).properties).toEqual([
    { name: "connectedTagId", secret: false, pinterest: "7" },
  ]);
});

test("uses the engine's comparison if an old provider reports no observation", () => {
  const taken = stepsOf(
    {
      op: "refresh",
      old: { ...id, connectedTagId: "1" },
      new: { ...id, connectedTagId: "7" },
      diff: ["connectedTagId"],
    },
    {
      op: "update",
      old: { ...id, connectedTagId: "7" },
      new: { ...id, connectedTagId: "1", scopes: "a" },
      diff: ["connectedTagId", "scopes"],
    },
  );
  const { properties, pending } = merchant(taken);
  expect(properties.map(({ name }) => name)).toEqual(["connectedTagId"]);
  expect(pending).toEqual(["scopes"]);
});

test("reports a pending create only for an integration that was never created", () => {
  const taken = stepsOf(
    { op: "refresh", old: id },
    { op: "create", new: id },
    { op: "create", name: "fresh", new: { externalBusinessId: unknown } },
  );
  expect(merchant(taken)).toMatchObject({ status: "missing", pending: [] });
  expect(merchant(taken, undefined, "fresh")).toMatchObject({ status: "in-sync", pending: ["create"] });
});

test("reports a replacement as pending, and its deletion not as one of the program", () => {
  const taken = stepsOf(
    { op: "refresh", old: id, new: id },
    { op: "delete-replaced", old: id },
    { op: "replace", old: id, new: { externalBusinessId: "other" }, diff: ["externalBusinessId"] },
    { op: "create-replacement", old: id, new: { externalBusinessId: "other" }, diff: ["externalBusinessId"] },
  );
  expect(merchant(taken, read())).toMatchObject({
    externalBusinessId: "shop-1",
    status: "in-sync",
    pending: ["replace"],
  });
});

test("compares a protected integration that the program does not declare with state, because the engine does not delete it", () => {
  const [state, live] = [
    { ...id, connectedTagId: "1" },
    { ...id, connectedTagId: "7" },
  ];
  const taken = stepsOf(
    { op: "refresh", old: state, new: live },
    { op: "delete", old: live, isProtected: true },
  );
  expect(merchant(taken, read("connectedTagId"))).toMatchObject({
    status: "drifted",
    properties: [{ name: "connectedTagId", program: "1", pinterest: "7" }],
    pending: [],
  });
});

test("ignores lookups and what an interrupted replacement left", () => {
  const taken = stepsOf(
    { op: "read", name: "lookup", new: { ...id, __lookup: true } },
    { op: "refresh", name: "lookup", old: { ...id, __lookup: true }, new: { ...id, __lookup: true } },
    { op: "delete", old: id, remains: true },
  );
  expect([...taken.integrations.keys()]).toEqual([]);
});

test("collects other changes of an update, except providers, the stack and reads", () => {
  const taken = stepsOf(
    { op: "update", type: "aws:s3/bucket:Bucket", name: "bucket", old: {}, new: {} },
    { op: "same", type: "aws:s3/bucket:Bucket", name: "other", old: {}, new: {} },
    { op: "read", type: "aws:s3/bucket:Bucket", name: "looked-up", new: {} },
    { op: "update", type: "pulumi:providers:pulumi-nodejs", name: "default", old: {}, new: {} },
    { op: "create", type: "pulumi:pulumi:Stack", name: "lab-test", new: {} },
  );
  expect([...taken.othersChanged]).toEqual([urnOf("bucket", "aws:s3/bucket:Bucket")]);
});

test("does not show a token in place of an account's name", () => {
  const token = `pina_${"a".repeat(40)}`;
  const taken = stepsOf({ op: "refresh", old: { ...id, account: token }, new: { ...id, account: token } });
  expect(JSON.stringify(merchant(taken))).not.toContain(token);
});

test("reports the reason, request ID and advice of a failed read", () => {
  const taken = stepsOf({ op: "refresh", old: id, new: id });
  const failed = {
    outcome: "revoked",
    reason: "HTTP 401",
    requestId: "77",
    advice: "Set a valid token.",
  } as const;
  expect(merchant(taken, { ...read(), ...failed })).toMatchObject({
    status: "revoked",
    reason: failed.reason,
    requestId: "77",
    advice: failed.advice,
  });
});
