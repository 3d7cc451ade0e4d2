import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { lookupKey } from "../provider/lifecycle/outputs";
import { isIntegrationType } from "./state";

/** The properties of a resource. Secrets are the engine's marker instead of the value. */
export interface Properties {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface Refreshed {
  /** The deployed values. */
  readonly state: Properties;
  /** The live values; undefined if it is missing. */
  readonly live: Properties | undefined;
  /** The inputs that differ. */
  readonly diff: readonly string[];
}

/** The planned operation of an update on a resource. */
export interface Planned {
  readonly op: "same" | "create" | "update" | "replace" | "delete";
  /** The program's values. For a delete, those in state, like `old`. */
  readonly wanted: Properties;
  /** The inputs whose live values differ from the program. */
  readonly diff: readonly string[];
  /** The properties in state that the update changes, replaces or deletes. */
  readonly old?: Properties | undefined;
  /** Whether the resource in state is protected, so that the engine refuses to delete it. */
  readonly isProtected?: boolean;
  /** Whether a deletion only removes the resource from state. */
  readonly isRetained?: boolean;
  /** Whether a create imports an existing integration (the resource option `import`). */
  readonly isImport?: boolean;
}

/** The results of the engine, and of reads that do not run it, for one integration. */
export interface IntegrationSteps {
  readonly urn: string;
  /** The URN of the resource in state that has the integration, if the program declares it under another name or parent without an alias. */
  readonly renamedFrom?: string;
  refreshed?: Refreshed | undefined;
  planned?: Planned | undefined;
}

/**
 * Whether the program does not declare a protected integration, so that every update fails: usually one that was imported, and whose
 * declaration is not in the program yet.
 */
export function isUndeclared({ planned }: IntegrationSteps): boolean {
  return planned?.op === "delete" && planned.isProtected === true;
}

/** Collects the results of a preview from its events, and stores nothing else. */
export class PreviewSteps {
  /** The managed integrations by URN, without lookups. */
  readonly integrations = new Map<string, IntegrationSteps>();
  /** URNs of other resources that the same update would change. */
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
    // An interrupted replacement left this resource. The program manages another one with the same URN.
    if (before?.delete === true) return;
    const steps = this.integrations.get(urn) ?? { urn };
    const diff = namesIn(metadata);
    const planned = plannedOps[metadata.op];
    const wanted = after ?? before;
    // Only the result of a refresh has the live values. The event before it has the program's.
    if ((metadata.op as string) === "refresh" && isResult && before) {
      steps.refreshed = { state: propertiesOf(before), live: after ? propertiesOf(after) : undefined, diff };
    } else if (planned !== undefined && !isResult && wanted) {
      steps.planned = {
        op: planned,
        wanted: propertiesOf(wanted),
        diff,
        old: before ? propertiesOf(before) : undefined,
        isProtected: before?.protect === true,
        isRetained: before?.retainOnDelete === true,
        isImport: metadata.op === "import",
      };
    } else return;
    this.integrations.set(urn, steps);
  }
}

/** A replacement has three steps. The deletion among them does not contain the program's values. */
const plannedOps: Readonly<Record<string, Planned["op"]>> = {
  same: "same",
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "import-replacement": "replace",
};

/** Reads and refreshes change nothing. Providers and the stack itself exist only in state. */
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

/** The engine reports paths. The properties of an integration are not nested, but a name can be in brackets. */
function namesIn({ detailedDiff }: StepEventMetadata): string[] {
  return Object.keys(detailedDiff ?? {}).map((path) => /^\["(.+)"\]$/.exec(path)?.[1] ?? path);
}
