import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { plainMessage } from "../../cli/stack/engine";
import { isIntegrationType, nameOf } from "../../cli/stack/state";
import { sentence } from "../../provider/api/message-text";
import {
  type DriftCheck,
  isFailure,
  type MerchantOutcome,
  type MerchantStatus,
  notReached,
  type Operation,
} from "./outcome";

const done: Readonly<Record<string, MerchantStatus>> = {
  create: "created",
  update: "updated",
  "create-replacement": "replaced",
  delete: "deleted",
};

const planned: Readonly<Record<string, MerchantStatus>> = {
  create: "would create",
  update: "would update",
  replace: "would replace",
  delete: "would delete",
};

/** Collects the result of each merchant from the engine's events of an update or preview. */
export class UpdateSteps {
  private readonly found = new Map<string, MerchantOutcome>();
  private readonly messages = new Map<string, string>();
  /** IDs of integrations that were deleted because the merchant got another one. */
  private readonly deletedIds = new Map<string, string>();

  /** Status of a merchant with nothing to do. Without a refresh, the engine compares it only with state. */
  private readonly same: MerchantStatus;

  constructor(
    private readonly operation: Exclude<Operation, DriftCheck>,
    { refresh }: { readonly refresh: boolean },
  ) {
    this.same = refresh ? "in-sync" : "unchanged";
  }

  /** Returns the merchant if the event has a new result of it. */
  take(event: EngineEvent): MerchantOutcome | undefined {
    const { diagnosticEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    if (diagnosticEvent?.severity === "error" && diagnosticEvent.urn !== undefined) {
      this.messages.set(nameOf(diagnosticEvent.urn), plainMessage(diagnosticEvent.message));
    }
    const step = resOutputsEvent?.metadata;
    if (step?.op === "delete-replaced") this.deletedIds.set(nameOf(step.urn), step.old?.id ?? "");
    const isPreview = this.operation === "preview";
    // The engine announces a step before it runs it. A preview has only these events.
    const metadata = (isPreview ? resourcePreEvent : resOutputsEvent)?.metadata;
    if (metadata !== undefined) {
      const { op } = metadata;
      return this.add(metadata, op === "same" ? this.same : (isPreview ? planned : done)[op as string]);
    }
    if (resOpFailedEvent !== undefined) return this.add(resOpFailedEvent.metadata, "failed");
    return undefined;
  }

  /**
   * The results at the end, including merchants without events.
   *
   * @param failures failures of the run. If they belong to single merchants only, the engine has processed all others.
   * @param notices notices of merchants that did not fail, by name.
   */
  outcomes(
    names: readonly string[],
    failures: readonly string[],
    notices: ReadonlyMap<string, string> = new Map(),
  ): MerchantOutcome[] {
    const missing = names.filter((name) => !this.found.has(name));
    const ofMerchants = new Set(this.messages.values());
    const isBroken = failures.some((failure) => !ofMerchants.has(failure));
    return [
      ...[...this.found.values()].map((outcome) => this.explained(outcome, notices)),
      ...missing.map((name): MerchantOutcome => {
        const message = this.messages.get(name) ?? (isBroken ? notReached : undefined);
        if (message !== undefined) return { name, status: "failed", properties: [], message };
        return { name, status: this.operation === "destroy" ? "missing" : this.same, properties: [] };
      }),
    ].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** After a failed replacement, the merchant has no integration, which the engine's message does not mention. */
  explainDeleted(outcome: MerchantOutcome, notices: ReadonlyMap<string, string>): MerchantOutcome {
    const id = this.deletedIds.get(outcome.name);
    if (outcome.status !== "failed" || id === undefined) return outcome;
    // If the account is unreachable, the integration may only be forgotten. A notice says so.
    const ended =
      notices.get(outcome.name) ??
      `Integration '${id}' was already deleted, so the merchant has no integration. Fix the cause, then run the update again.`;
    const failure = outcome.message === undefined ? "" : `${sentence(outcome.message)} `;
    return { ...outcome, message: `${failure}${ended}` };
  }

  private add(metadata: StepEventMetadata, status: MerchantStatus | undefined): MerchantOutcome | undefined {
    if (status === undefined || !isIntegrationType(metadata.type)) return undefined;
    const name = nameOf(metadata.urn);
    const outcome = this.explained({ name, status, properties: Object.keys(metadata.detailedDiff ?? {}) });
    this.found.set(name, outcome);
    return outcome;
  }

  private explained(outcome: MerchantOutcome, notices?: ReadonlyMap<string, string>): MerchantOutcome {
    const message = (isFailure(outcome.status) ? this.messages : notices)?.get(outcome.name);
    return message === undefined ? outcome : { ...outcome, message };
  }
}
