import { expect, test } from "@jest/globals";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { UpdateSteps } from "../../fleet/shard/update";
import { dynamicType } from "../../provider/run/constants";
import type { Observation } from "../../provider/run/observations";

interface State {
  readonly id: string;
  readonly outputs?: Record<string, unknown>;
}

function done(
  name: string,
  states: { readonly old?: State; readonly new?: State },
  type = dynamicType,
): EngineEvent {
  const metadata = { op: "update", urn: `urn:pulumi:shard-0001::fleet::${type}::${name}`, type, ...states };
  return { resOutputsEvent: { metadata } } as unknown as EngineEvent;
}

const notice = (externalBusinessId: string, message: string, account?: string): Observation => ({
  kind: "notice",
  externalBusinessId,
  message,
  ...(account === undefined ? {} : { account }),
});

/** The notices of each merchant, by name. */
function noticesOf(events: readonly EngineEvent[], observations: readonly Observation[]): [string, string][] {
  const steps = new UpdateSteps("up", [], false);
  for (const event of events) steps.take(event);
  return steps
    .outcomes(false, observations)
    .flatMap(({ name, message }) => (message === undefined ? [] : [[name, message]]));
}

test("assigns a notice to its merchant even if several accounts have the external business ID", () => {
  const events = [
    done("north", { new: { id: "shop", outputs: { account: "n" } } }),
    done("south", { new: { id: "shop", outputs: { account: "s" } } }),
    done("default", { new: { id: "shop", outputs: {} } }),
    done("silent", { new: { id: "other" } }),
  ];
  const observations = [
    notice("shop", "of south", "s"),
    notice("shop", "of default"),
    notice("unknown", "of no merchant"),
  ];
  expect(noticesOf(events, observations)).toEqual([
    ["default", "of default"],
    ["south", "of south"],
  ]);
});

test("reports notices of leaving merchants, and all notices of replaced ones", () => {
  const events = [
    done("leaving", { old: { id: "leaving-id" } }),
    done("replaced", { old: { id: "before" }, new: { id: "after" } }),
  ];
  const observations = [
    notice("leaving-id", "not deleted"),
    notice("before", "stays at Pinterest"),
    notice("after", "adopted"),
  ];
  expect(noticesOf(events, observations)).toEqual([
    ["leaving", "not deleted"],
    ["replaced", "stays at Pinterest; adopted"],
  ]);
});

test("reports a merchant whose integration is retained as deleted, with the notice", () => {
  const steps = new UpdateSteps("up", [], false);
  const metadata = {
    op: "delete",
    urn: `urn:pulumi:shard-0001::fleet::${dynamicType}::north`,
    type: dynamicType,
    old: { id: "shop" },
  };
  steps.take({ resOutputsEvent: { metadata } } as unknown as EngineEvent);
  expect(steps.outcomes(false, [notice("shop", "stays at Pinterest")])).toEqual([
    { name: "north", status: "deleted", properties: [], message: "stays at Pinterest" },
  ]);
});

test("ignores notices of reads and of other resources", () => {
  const read = { kind: "read", externalBusinessId: "shop", outcome: "read", changed: [] } as const;
  expect(noticesOf([done("north", { new: { id: "shop" } })], [read])).toEqual([]);
  const stack = done("stack", { new: { id: "shop" } }, "pulumi:pulumi:Stack");
  expect(noticesOf([stack], [notice("shop", "adopted")])).toEqual([]);
});
