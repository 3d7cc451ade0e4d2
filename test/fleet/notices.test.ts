import { expect, test } from "@jest/globals";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { Notices } from "../../fleet/shard/update";
import { dynamicType } from "../../provider/runtime/constants";
import type { Observation } from "../../provider/runtime/observations";

interface State {
  readonly id: string;
  readonly outputs?: Record<string, unknown>;
}

function done(
  name: string,
  states: { readonly old?: State; readonly new?: State },
  type = dynamicType,
): EngineEvent {
  const metadata = { op: "any", urn: `urn:pulumi:shard-0001::fleet::${type}::${name}`, type, ...states };
  return { resOutputsEvent: { metadata } } as unknown as EngineEvent;
}

const notice = (externalBusinessId: string, message: string, account?: string): Observation => ({
  kind: "notice",
  externalBusinessId,
  message,
  ...(account === undefined ? {} : { account }),
});

function told(events: readonly EngineEvent[], observations: readonly Observation[]): [string, string][] {
  const notices = new Notices();
  for (const event of events) notices.take(event);
  return [...notices.of(observations)];
}

test("assigns a notice to its merchant, also if several accounts have the ID", () => {
  const events = [
    done("north", { new: { id: "shop", outputs: { account: "n" } } }),
    done("south", { new: { id: "shop", outputs: { account: "s" } } }),
    done("own", { new: { id: "shop", outputs: {} } }),
    done("quiet", { new: { id: "other" } }),
  ];
  const said = [notice("shop", "of south", "s"), notice("shop", "of own"), notice("elsewhere", "of nobody")];
  expect(told(events, said)).toEqual([
    ["south", "of south"],
    ["own", "of own"],
  ]);
});

test("reports notices of leaving merchants, and all notices of replaced ones", () => {
  const events = [
    done("leaver", { old: { id: "gone" } }),
    done("moved", { old: { id: "before" }, new: { id: "after" } }),
  ];
  const said = [
    notice("gone", "not deleted"),
    notice("before", "stays at Pinterest"),
    notice("after", "adopted"),
  ];
  expect(told(events, said)).toEqual([
    ["leaver", "not deleted"],
    ["moved", "stays at Pinterest; adopted"],
  ]);
});

test("ignores notices of reads and of other resources", () => {
  const read = { kind: "read", externalBusinessId: "shop", outcome: "read", changed: [] } as const;
  expect(told([done("north", { new: { id: "shop" } })], [read])).toEqual([]);
  const stack = done("stack", { new: { id: "shop" } }, "pulumi:pulumi:Stack");
  expect(told([stack], [notice("shop", "said")])).toEqual([]);
});
