import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { dynamicType } from "../../../../provider/run/constants";
import { PreviewSteps } from "../../../../stack/steps";

/** The engine's marker for a secret in its events. */
export const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

/** The engine's marker for a value that is not known before the update. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Bag = Record<string, unknown>;

interface Step {
  op: string;
  name?: string;
  type?: string;
  old?: Bag | undefined;
  new?: Bag | undefined;
  /** Whether an interrupted replacement has left the resource. */
  remains?: boolean;
  isProtected?: boolean;
  diff?: string[];
}

export function urnOf(name: string, type = dynamicType): string {
  return `urn:pulumi:test::lab::${type}::${name}`;
}

/** Collects the results of a preview with these steps. */
export function stepsOf(...steps: Step[]): PreviewSteps {
  const collected = new PreviewSteps();
  for (const event of eventsOf(...steps)) collected.take(event);
  return collected;
}

/** The engine's events for these steps, two for each. */
export function eventsOf(...steps: Step[]): EngineEvent[] {
  return steps.flatMap(
    ({ op, name = "shop", type = dynamicType, old: before, new: after, remains, isProtected, diff }) => {
      const state = (bag: Bag | undefined) =>
        bag && {
          id: "shop-1",
          delete: remains,
          protect: isProtected,
          inputs: bag,
          outputs: { ...bag },
        };
      const metadata = {
        op,
        urn: urnOf(name, type),
        type,
        old: state(before),
        new: state(after),
        detailedDiff: diff && Object.fromEntries(diff.map((path) => [path, { diffKind: "update" }])),
      };
      return [
        { resourcePreEvent: { metadata } },
        { resOutputsEvent: { metadata } },
      ] as unknown as EngineEvent[];
    },
  );
}
