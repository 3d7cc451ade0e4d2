import { expect, test } from "@jest/globals";
import { writtenRecord } from "../../provider/lifecycle/written";
import type { ReadObservation } from "../../provider/run/observations";
import { merchantOf } from "../../stack/merchant";
import { secret, stepsOf, unknown, urnOf } from "../cli/drift/helpers/engine-events";

const id = { externalBusinessId: "shop-1" };

function read(...changed: string[]): ReadObservation {
  return { externalBusinessId: "shop-1", outcome: "read", changed: changed as ReadObservation["changed"] };
}

function merchant(steps: ReturnType<typeof stepsOf>, observation?: ReadObservation, name = "shop") {
  const integration = steps.integrations.get(urnOf(name));
  if (integration === undefined) throw new Error(`no steps for ${name}`);
  return merchantOf(integration, observation);
}

/** The engine's steps for an integration with these fields in state, at Pinterest and in the program. */
function refreshAndUpdate(state: object, live: object, program: object, diff: string[]) {
  const [deployed, refreshed, declared] = [state, live, program].map((fields) => ({ ...id, ...fields }));
  return stepsOf(
    { op: "refresh", old: deployed, new: refreshed },
    { op: diff.length > 0 ? "update" : "same", old: refreshed, new: declared, diff },
  );
}

test("reports a change at Pinterest as drift, a change of the program as pending, and neither if both agree", () => {
  const state = { connectedTagId: "1", additionalId1: "1", scopes: "a" };
  const live = { connectedTagId: "7", additionalId1: "1", scopes: "b", updatedTimestamp: 1000 };
  const program = { connectedTagId: "1", additionalId1: "2", scopes: "b" };
  const steps = refreshAndUpdate({ ...state, updatedTimestamp: 0 }, live, program, [
    "connectedTagId",
    "additionalId1",
  ]);
  expect(merchant(steps, read("connectedTagId", "scopes"))).toEqual({
    name: "shop",
    urn: urnOf("shop"),
    externalBusinessId: "shop-1",
    status: "drifted",
    since: "1970-01-01T00:00:01.000Z",
    properties: [{ name: "connectedTagId", secret: false, program: "1", pinterest: "7" }],
    pending: ["additionalId1"],
  });
});

test("reports a rename with its alias and the forecast of its create", () => {
  const steps = refreshAndUpdate({ connectedTagId: "1" }, { connectedTagId: "7" }, { connectedTagId: "1" }, [
    "connectedTagId",
  ]);
  const integration = {
    urn: urnOf("shop"),
    ...steps.integrations.get(urnOf("shop")),
    renamedFrom: urnOf("old"),
  };
  const forecast = {
    name: "shop",
    urn: urnOf("shop"),
    verdict: "refused",
    fields: ["connectedTagId"],
  } as const;
  expect(merchantOf(integration, read("connectedTagId"), { forecast, runtime: "yaml" })).toMatchObject({
    status: "drifted",
    pending: ["rename"],
    renamedFrom: urnOf("old"),
    alias: 'aliases: [{ name: "old" }]',
    forecast: { verdict: "refused" },
  });
});

test("reports a field that Pinterest and the program changed as drift and pending, unless the program's values are equivalent", () => {
  const steps = refreshAndUpdate(
    { connectedTagId: "1", scopes: "a,b" },
    { connectedTagId: "7", scopes: "c" },
    { connectedTagId: "2", scopes: "b a" },
    ["connectedTagId", "scopes"],
  );
  const { properties, pending } = merchant(steps, read("connectedTagId", "scopes"));
  expect(properties.map(({ name }) => name)).toEqual(["connectedTagId", "scopes"]);
  expect(pending).toEqual(["connectedTagId"]);
});

test("reports a change of the program as pending, and not as drift, if the program had Pinterest's value before", () => {
  const [one, seven, eight] = [{ connectedTagId: "1" }, { connectedTagId: "7" }, { connectedTagId: "8" }];
  const written = writtenRecord({ ...id, fields: one, managed: ["connectedTagId"] });
  const reported = (program: object) => {
    const state = { ...seven, __managed: "t", __written: written };
    const { properties, pending } = merchant(
      refreshAndUpdate(state, seven, program, ["connectedTagId"]),
      read("connectedTagId"),
    );
    return [properties.map(({ name }) => name), pending];
  };
  // An update wrote 1, somebody set 7 at Pinterest, and state has 7.
  expect(reported(eight)).toEqual([[], ["connectedTagId"]]);
  expect(reported(one)).toEqual([["connectedTagId"], []]);
});

test.each([
  ["in state", { additionalId1: secret }, { additionalId1: "open" }, { additionalId1: "open" }],
  ["at Pinterest", { additionalId1: "open" }, { additionalId1: secret }, { additionalId1: "open" }],
  ["in the program", { additionalId1: "open" }, { additionalId1: "open" }, { additionalId1: secret }],
])("omits both values if one is a secret %s", (_, state, live, program) => {
  const { properties } = merchant(
    refreshAndUpdate(state, live, program, ["additionalId1"]),
    read("additionalId1"),
  );
  expect(properties).toEqual([{ name: "additionalId1", secret: true }]);
});

test("treats a partner token as a secret even if the engine does not", () => {
  const steps = refreshAndUpdate(
    { partnerAccessToken: "one" },
    { partnerAccessToken: "two" },
    { partnerAccessToken: "one" },
    ["partnerAccessToken"],
  );
  expect(merchant(steps, read("partnerAccessToken")).properties).toEqual([
    { name: "partnerAccessToken", secret: true },
  ]);
});

test("omits a value that is not known before the update", () => {
  const steps = refreshAndUpdate(
    { connectedTagId: "1" },
    { connectedTagId: "7" },
    { connectedTagId: unknown },
    ["connectedTagId"],
  );
  expect(merchant(steps, read("connectedTagId")).properties).toEqual([
    { name: "connectedTagId", secret: false, pinterest: "7" },
  ]);
});

test("uses the engine's comparison if an old provider reports no observation", () => {
  const steps = stepsOf(
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
  const { properties, pending } = merchant(steps);
  expect(properties.map(({ name }) => name)).toEqual(["connectedTagId"]);
  expect(pending).toEqual(["scopes"]);
});

test("reports a pending create only for an integration that was never created", () => {
  const steps = stepsOf(
    { op: "refresh", old: id },
    { op: "create", new: id },
    { op: "create", name: "fresh", new: { externalBusinessId: unknown } },
  );
  expect(merchant(steps)).toMatchObject({ status: "missing", pending: [] });
  expect(merchant(steps, undefined, "fresh")).toMatchObject({ status: "pending", pending: ["create"] });
});

test("reports the deletion of a missing integration that leaves the program, but not that it is missing", () => {
  const steps = stepsOf({ op: "refresh", old: id }, { op: "delete", old: id });
  expect(merchant(steps)).toMatchObject({ status: "in-sync", pending: ["delete"] });
});

test("reports a replacement as pending, without its deletion", () => {
  const steps = stepsOf(
    { op: "refresh", old: id, new: id },
    { op: "delete-replaced", old: id },
    { op: "replace", old: id, new: { externalBusinessId: "other" }, diff: ["externalBusinessId"] },
    { op: "create-replacement", old: id, new: { externalBusinessId: "other" }, diff: ["externalBusinessId"] },
  );
  expect(merchant(steps, read())).toMatchObject({
    externalBusinessId: "shop-1",
    status: "in-sync",
    pending: ["replace"],
  });
});

test("compares a protected integration with state if the program does not declare it, because the engine does not delete it", () => {
  const [state, live] = [
    { ...id, connectedTagId: "1" },
    { ...id, connectedTagId: "7" },
  ];
  const steps = stepsOf(
    { op: "refresh", old: state, new: live },
    { op: "delete", old: live, isProtected: true },
  );
  expect(merchant(steps, read("connectedTagId"))).toMatchObject({
    status: "drifted",
    properties: [{ name: "connectedTagId", program: "1", pinterest: "7" }],
    pending: [],
  });
});

test("ignores lookups and resources that an interrupted replacement left", () => {
  const steps = stepsOf(
    { op: "read", name: "lookup", new: { ...id, __lookup: true } },
    { op: "refresh", name: "lookup", old: { ...id, __lookup: true }, new: { ...id, __lookup: true } },
    { op: "delete", old: id, remains: true },
  );
  expect([...steps.integrations.keys()]).toEqual([]);
});

test("collects changes of other resources, except providers, the stack and reads", () => {
  const steps = stepsOf(
    { op: "update", type: "aws:s3/bucket:Bucket", name: "bucket", old: {}, new: {} },
    { op: "same", type: "aws:s3/bucket:Bucket", name: "other", old: {}, new: {} },
    { op: "read", type: "aws:s3/bucket:Bucket", name: "looked-up", new: {} },
    { op: "update", type: "pulumi:providers:pulumi-nodejs", name: "default", old: {}, new: {} },
    { op: "create", type: "pulumi:pulumi:Stack", name: "lab-test", new: {} },
  );
  expect([...steps.othersChanged]).toEqual([urnOf("bucket", "aws:s3/bucket:Bucket")]);
});

test("omits an account name that looks like a token", () => {
  const token = `pina_${"a".repeat(40)}`;
  const steps = stepsOf({ op: "refresh", old: { ...id, account: token }, new: { ...id, account: token } });
  expect(JSON.stringify(merchant(steps))).not.toContain(token);
});

test("reports the reason, request ID and advice of a failed read", () => {
  const steps = stepsOf({ op: "refresh", old: id, new: id });
  const failed = {
    outcome: "revoked",
    reason: "HTTP 401",
    requestId: "77",
    advice: "Set a valid token.",
  } as const;
  expect(merchant(steps, { ...read(), ...failed })).toMatchObject({
    status: "revoked",
    reason: failed.reason,
    requestId: "77",
    advice: failed.advice,
  });
});
