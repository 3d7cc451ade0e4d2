import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { lookupKey } from "../../provider/lifecycle/outputs";
import { isIntegrationType } from "../stacks/integration-types";

/** A resource's properties, where secrets are the engine's marker in place of the value. */
export interface Properties {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a refresh has found of a resource. */
export interface Refreshed {
  /** What was brought up. */
  readonly state: Properties;
  /** What there is now; undefined if it is missing. */
  readonly live: Properties | undefined;
  /** The inputs in which they differ. */
  readonly diff: readonly string[];
}

/** What an update would do to a resource. */
export interface Planned {
  readonly op: "same" | "create" | "update" | "replace" | "delete";
  /** The inputs that the program wants; what is in state for a delete. */
  readonly wanted: Properties;
  /** The inputs in which what there is differs from the program. */
  readonly diff: readonly string[];
}

/** What the engine has said of one integration. */
export interface Steps {
  readonly urn: string;
  refreshed?: Refreshed | undefined;
  planned?: Planned | undefined;
}

/** Takes in what a preview with refresh says, as it says it, and keeps nothing else. */
export class PreviewSteps {
  /** The integrations that programs manage, by URN; lookups are none. */
  readonly integrations = new Map<string, Steps>();
  /** The URNs of other resources that the same update would change. */
  readonly othersChanged = new Set<string>();

  take({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    if (metadata === undefined) return;
    if (isIntegrationType(metadata.type)) {
      if (!isLookup(metadata)) this.takeIntegration(metadata, resOutputsEvent !== undefined);
    } else if (changes(metadata)) {
      this.othersChanged.add(metadata.urn);
    }
  }

  private takeIntegration(metadata: StepEventMetadata, isResult: boolean): void {
    const { urn, old: before, new: after } = metadata;
    const op = metadata.op as string;
    // The remains of a replacement that was cut short are not what the program manages under that URN.
    if (before?.delete === true) return;
    if (op === "refresh") {
      // Only the result tells what there is; the event before it, what the program wants.
      if (isResult && before != null) {
        const diff = namesIn(metadata);
        this.of(urn).refreshed = {
          state: propertiesOf(before),
          live: after ? propertiesOf(after) : undefined,
          diff,
        };
      }
      return;
    }
    const planned = plannedOp(op);
    const wanted = after ?? before;
    if (planned === undefined || isResult || wanted == null) return;
    this.of(urn).planned = { op: planned, wanted: propertiesOf(wanted), diff: namesIn(metadata) };
  }

  private of(urn: string): Steps {
    let steps = this.integrations.get(urn);
    if (steps === undefined) {
      steps = { urn };
      this.integrations.set(urn, steps);
    }
    return steps;
  }
}

/** A replacement is told of in three steps; the deletion among them says nothing of what is wanted. */
function plannedOp(op: string): Planned["op"] | undefined {
  switch (op) {
    case "same":
    case "create":
    case "update":
    case "delete":
      return op;
    case "replace":
    case "create-replacement":
    case "import-replacement":
      return "replace";
    case "import":
      return "create";
    default:
      return undefined;
  }
}

/** Reads and refreshes change nothing, and providers and the stack itself are in none but state. */
function changes({ op, type }: StepEventMetadata): boolean {
  return (
    !["same", "refresh", "read", "read-discard"].includes(op as string) &&
    !type.startsWith("pulumi:providers:") &&
    type !== "pulumi:pulumi:Stack"
  );
}

function isLookup({ old: before, new: after, op }: StepEventMetadata): boolean {
  return (op as string).startsWith("read") || lookupKey in (after?.inputs ?? before?.inputs ?? {});
}

function propertiesOf({ id, inputs, outputs }: Partial<Properties>): Properties {
  return { id: id ?? "", inputs: inputs ?? {}, outputs: outputs ?? {} };
}

/** The engine gives paths; the properties of an integration are flat, but for brackets where a name needs them. */
function namesIn({ detailedDiff }: StepEventMetadata): string[] {
  return Object.keys(detailedDiff ?? {}).map((path) => /^\["(.+)"\]$/.exec(path)?.[1] ?? path);
}
