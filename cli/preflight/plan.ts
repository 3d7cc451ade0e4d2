import type { EngineEvent, StepEventStateMetadata } from "@pulumi/pulumi/automation/index.js";
import { isIntegrationType, nameOf } from "../stack/state";
import type { OtherSteps } from "./report";

type Bag = Readonly<Record<string, unknown>>;

/** A create in a preview. Secrets are the engine's marker instead of the value. */
export interface PlannedCreate {
  readonly name: string;
  readonly urn: string;
  readonly inputs: Bag;
  /** The inputs of the resource that it replaces. */
  readonly replaced?: Bag;
}

/** An integration in state that the update deletes. */
export interface Leaving {
  readonly name: string;
  readonly urn: string;
  readonly inputs: Bag;
  readonly integrationId: unknown;
  /** Whether a replacement deletes it, and creates another one. */
  readonly isReplaced: boolean;
}

/** Collects the steps of integrations from a preview's events. */
export class Plan {
  readonly creates: PlannedCreate[] = [];
  readonly leavings: Leaving[] = [];
  readonly others: { -readonly [K in keyof OtherSteps]: OtherSteps[K] } = { update: 0, delete: 0, same: 0 };

  take({ resourcePreEvent }: EngineEvent): void {
    const metadata = resourcePreEvent?.metadata;
    if (metadata === undefined || !isIntegrationType(metadata.type)) {
      return;
    }
    const { urn, old: before, new: after } = metadata;
    const op: string = metadata.op;
    const name = nameOf(urn);
    if (op === "create" || op === "create-replacement") {
      const replaced = op === "create-replacement" ? before?.inputs : undefined;
      this.creates.push({ name, urn, inputs: after?.inputs ?? {}, ...(replaced ? { replaced } : {}) });
    } else if ((op === "delete" || op === "delete-replaced") && before) {
      this.takeDeletion(name, urn, before, op);
    } else if (op === "update" || op === "same") {
      this.others[op] += 1;
    }
  }

  private takeDeletion(name: string, urn: string, before: StepEventStateMetadata, op: string): void {
    const isReplaced = op === "delete-replaced";
    if (!isReplaced) {
      this.others.delete += 1;
    }
    // A retained resource only leaves state. One that an earlier update replaced no longer belongs to this program.
    if (before.retainOnDelete !== true) {
      const { inputs, outputs } = before;
      this.leavings.push({ name, urn, inputs, integrationId: outputs?.integrationId, isReplaced });
    }
  }
}
