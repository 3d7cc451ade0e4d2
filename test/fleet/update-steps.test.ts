import { describe, expect, test } from "@jest/globals";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { DriftOperation, Operation } from "../../fleet/outcome";
import { UpdateSteps } from "../../fleet/shard/update";
import { dynamicType } from "../../provider/run/constants";
import type { Observation } from "../../provider/run/observations";

const urn = (name: string, type = dynamicType) => `urn:pulumi:shard-0001::fleet::${type}::${name}`;

interface StepOptions {
  /** The changed properties. */
  readonly changed?: readonly string[];
  /** The resource in state before and after the step. @default only after it, with the name as its ID */
  readonly states?: { readonly old?: object; readonly new?: object };
  /** @default an integration */
  readonly type?: string;
}

const step = (
  name: string,
  op: string,
  { changed = [], states = { new: { id: name } }, type = dynamicType }: StepOptions = {},
) => {
  const detailedDiff = Object.fromEntries(changed.map((property) => [property, {}]));
  return { metadata: { op, urn: urn(name, type), type, detailedDiff, ...states } };
};

const done = (...given: Parameters<typeof step>) =>
  ({ resOutputsEvent: step(...given) }) as unknown as EngineEvent;
const planned = (...given: Parameters<typeof step>) =>
  ({ resourcePreEvent: step(...given) }) as unknown as EngineEvent;
const failed = (...given: Parameters<typeof step>) =>
  ({ resOpFailedEvent: step(...given) }) as unknown as EngineEvent;
const error = (name: string, message: string) =>
  ({ diagnosticEvent: { severity: "error", urn: urn(name), message } }) as unknown as EngineEvent;

const notice = (externalBusinessId: string, message: string, account?: string): Observation => ({
  kind: "notice",
  externalBusinessId,
  message,
  ...(account === undefined ? {} : { account }),
});

function outcomes(
  operation: Exclude<Operation, DriftOperation>,
  events: readonly EngineEvent[],
  names: readonly string[],
  { isBroken = false, refresh = false, notices = [] as readonly Observation[] } = {},
) {
  const steps = new UpdateSteps(operation, names, refresh);
  for (const event of events) steps.take(event);
  return steps
    .outcomes(isBroken, notices)
    .map(({ name, status, properties, message }) => [name, status, properties.join(), message]);
}

describe("an update", () => {
  test("reports what was done to merchants, and ignores other resources", () => {
    const events = [
      planned("a", "create"),
      done("a", "create"),
      done("b", "update", { changed: ["connectedTagId"] }),
      done("c", "same"),
      done("d", "delete"),
      done("e", "create-replacement", { changed: ["externalBusinessId"] }),
      done("e", "delete-replaced"),
      done("stack", "create", { states: {}, type: "pulumi:pulumi:Stack" }),
    ];
    expect(outcomes("up", events, ["a", "b", "c", "e"])).toEqual([
      ["a", "created", "", undefined],
      ["b", "updated", "connectedTagId", undefined],
      ["c", "unchanged", "", undefined],
      ["d", "deleted", "", undefined],
      ["e", "replaced", "externalBusinessId", undefined],
    ]);
  });

  test("reports the reason of a failure, in any order of the engine's events", () => {
    const events = [
      error("a", "<{%fg 1%}>no such tag<{%reset%}>\n"),
      failed("a", "create"),
      failed("b", "update"),
      error("b", "refused"),
    ];
    expect(outcomes("up", events, ["a", "b", "c"], { isBroken: true })).toEqual([
      ["a", "failed", "", "no such tag"],
      ["b", "failed", "", "refused"],
      ["c", "failed", "", "the engine ended before it processed this merchant"],
    ]);
  });

  test("reports a replacement whose old integration was not deleted as failed", () => {
    const events = [
      failed("a", "create"),
      done("b", "create-replacement", { changed: ["externalBusinessId"] }),
    ];
    expect(outcomes("up", events, ["a", "b"], { isBroken: true })[1]).toEqual([
      "b",
      "failed",
      "externalBusinessId",
      expect.stringContaining("The next update deletes it"),
    ]);
  });

  test("reports a leaving merchant as failed if one of its integrations was not deleted", () => {
    const events = [failed("a", "delete-replaced"), error("a", "refused"), done("a", "delete")];
    expect(outcomes("up", events, [], { isBroken: true })).toEqual([["a", "failed", "", "refused"]]);
  });

  test("assigns a notice to its merchant even if several accounts have the external business ID", () => {
    const ofAccount = (name: string, account?: string) =>
      done(name, "update", { states: { new: { id: "shop", outputs: { account } } } });
    const events = [ofAccount("north", "n"), ofAccount("south", "s"), ofAccount("default")];
    const notices = [
      notice("shop", "of south", "s"),
      notice("shop", "of default"),
      notice("unknown", "of no merchant"),
    ];
    expect(outcomes("up", events, [], { notices }).map(([name, , , message]) => [name, message])).toEqual([
      ["default", "of default"],
      ["north", undefined],
      ["south", "of south"],
    ]);
  });

  test("reports notices of leaving merchants, and all notices of replaced ones, but none of failed ones", () => {
    const events = [
      done("failed", "refresh"),
      failed("failed", "update"),
      error("failed", "refused"),
      done("leaving", "delete", { states: { old: { id: "leaving-id" } } }),
      done("replaced", "update", { states: { old: { id: "before" }, new: { id: "after" } } }),
    ];
    const notices = [
      notice("failed", "it was missing"),
      notice("leaving-id", "stays at Pinterest"),
      notice("before", "stays at Pinterest"),
      notice("after", "adopted"),
    ];
    expect(outcomes("up", events, [], { notices })).toEqual([
      ["failed", "failed", "", "refused"],
      ["leaving", "deleted", "", "stays at Pinterest"],
      ["replaced", "updated", "", "stays at Pinterest; adopted"],
    ]);
  });
});

test("reports the errors of failed merchants in their results", () => {
  const steps = new UpdateSteps("up", ["b", "c"], false);
  const events = [
    failed("a", "delete"),
    error("a", "no access"),
    error("b", "no access"),
    done("c", "update"),
    error("c", "logged"),
    error("unlisted", "no access"),
  ];
  for (const event of events) steps.take(event);
  const urns = [...["a", "b", "c", "unlisted"].map((name) => urn(name)), urn("a", "pulumi:pulumi:Stack")];
  expect(urns.filter((each) => steps.reportsErrorsOf(each))).toEqual([urn("a"), urn("b")]);
});

test("reports the reason of a failure together with the failure", () => {
  const steps = new UpdateSteps("up", ["a"], false);
  steps.take(error("a", "refused"));
  expect(steps.take(failed("a", "create"))).toMatchObject({ status: "failed", message: "refused" });
});

test("reports all errors of a failed merchant", () => {
  const events = [error("a", "refused"), error("a", "refused"), error("a", "not deleted")];
  expect(outcomes("up", events, ["a"])).toEqual([["a", "failed", "", "refused\nnot deleted"]]);
});

test.each(["up", "preview"] as const)(
  "%s reports merchants with nothing to do as in sync only if it has read them from Pinterest",
  (operation) => {
    const events = [planned("a", "same"), done("a", "same")];
    const statuses = (refresh: boolean) =>
      outcomes(operation, events, ["a", "b"], { refresh }).map(([, status]) => status);
    expect(statuses(true)).toEqual(["in-sync", "in-sync"]);
    expect(statuses(false)).toEqual(["unchanged", "unchanged"]);
  },
);

test("reports what a preview would do", () => {
  const events = [
    planned("a", "create"),
    planned("b", "update", { changed: ["connectedTagId"] }),
    planned("c", "same"),
    planned("d", "delete"),
    planned("e", "replace"),
    done("a", "create"),
  ];
  expect(outcomes("preview", events, []).map(([name, status]) => `${name} ${status}`)).toEqual([
    "a would create",
    "b would update",
    "c unchanged",
    "d would delete",
    "e would replace",
  ]);
});

test("destroy reports a merchant that was never created as missing", () => {
  expect(
    outcomes("destroy", [done("a", "delete")], ["a", "b"]).map(([name, status]) => `${name} ${status}`),
  ).toEqual(["a deleted", "b missing"]);
  // After a failure of one merchant, the engine continues with the others.
  const events = [failed("c", "delete"), error("c", "refused")];
  const found = outcomes("destroy", events, ["b", "c"]);
  expect(found.map(([name, status]) => `${name} ${status}`)).toEqual(["b missing", "c failed"]);
});
