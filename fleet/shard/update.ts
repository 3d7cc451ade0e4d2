import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { defined } from "../../provider/base/bag";
import { withRequestId } from "../../provider/base/message-text";
import { environmentVariable } from "../../provider/config/keys";
import { typeOf } from "../../provider/run/constants";
import { keyOf } from "../../provider/run/identity";
import type { Observation } from "../../provider/run/observations";
import { EngineErrors, plainMessage } from "../../stack/engine";
import { whileObserving } from "../../stack/preview";
import { ObservedReads } from "../../stack/reads";
import { isIntegrationType, nameOf } from "../../stack/state";
import { textOf } from "../../stack/values";
import type { DeclaredMerchant } from "../merchants/declared-merchant";
import {
  commandFailed,
  type DriftOperation,
  isFailure,
  type MerchantOutcome,
  type MerchantStatus,
  notReached,
  type Operation,
  type ShardOutcome,
  unreadReason,
} from "../outcome";
import type { RunShardOptions } from "./options";
import type { ShardStack } from "./shard-stack";

type UpdateOperation = Exclude<Operation, DriftOperation>;

/** The options of an operation on an open stack. */
export interface OperationOptions
  extends Pick<RunShardOptions, "merchants" | "refresh">,
    Required<Pick<RunShardOptions, "signal" | "directory" | "onMerchant">> {
  /** Called for each event of the engine. */
  readonly onProgress: () => void;
}

/**
 * Runs an update, its preview, or a destroy. The result of a merchant is that of the engine's last step on it, except in these cases:
 *
 * - Its replaced integration was not deleted, or the step is about an integration that an earlier update had replaced (`withDeletion`).
 * - It could not be read, and nothing else failed (`unreadMerchants`).
 * - Pinterest was not available: the message is then that of the outage (`outagesOf`).
 */
export async function update(
  stack: ShardStack,
  operation: UpdateOperation,
  { merchants, refresh = false, signal, onMerchant, onProgress }: OperationOptions,
): Promise<ShardOutcome> {
  const names = merchants.map(({ name }) => name);
  const steps = new UpdateSteps(operation, names, refresh);
  const reads = refresh && operation !== "destroy";
  const errors = new EngineErrors();
  const onEvent = (event: EngineEvent) => {
    onProgress();
    errors.take(event);
    const outcome = steps.take(event);
    if (outcome !== undefined) onMerchant(outcome);
  };
  const { failures, observations } = await whileObserving(
    stack.context,
    { reads, notices: true },
    async (file) => {
      const environment = { ...file.environment, ...(reads ? keepUnreadable : {}) };
      const options = { onEvent, signal, refresh, environment };
      const failures = await runCommand(stack, operation, options).then(
        () => undefined,
        (error) => errors.of(error, (urn) => steps.reportsErrorsOf(urn)),
      );
      return { failures, observations: file.observations() };
    },
    // The stack's directory is deleted even if this process is killed.
    stack.directory,
  );
  const unread = unreadMerchants(merchants, observations);
  const outages = outagesOf(merchants, observations);
  const interrupted = signal.aborted && failures !== undefined;
  const isBroken = interrupted || (failures ?? []).length > 0;
  const outageOf = ({ name, status }: MerchantOutcome) => (isFailure(status) ? outages.get(name) : undefined);
  const outcomes = steps.outcomes(isBroken, observations).map((found): MerchantOutcome => {
    const outcome = found.status === "failed" ? found : (unread.get(found.name) ?? found);
    const outage = outageOf(outcome);
    return outage === undefined
      ? outcome
      : { ...outcome, message: `${outage}. Run the command again later.` };
  });
  const outage = outcomes.map(outageOf).find((reason) => reason !== undefined);
  const commandFailures = observations.flatMap((each) =>
    each.kind === "command failure" ? [commandFailed(each.message)] : [],
  );
  return {
    operation,
    merchants: outcomes,
    errors: [...new Set([...commandFailures, ...(failures ?? [])])],
    interrupted,
    ...defined({ outage }),
  };
}

function runCommand(
  stack: ShardStack,
  operation: UpdateOperation,
  options: Parameters<ShardStack["destroy"]>[0],
): Promise<void> {
  switch (operation) {
    case "up":
      return stack.update(options);
    case "preview":
      return stack.preview(options);
    case "destroy":
      return stack.destroy(options);
  }
}

const done: Readonly<Record<string, MerchantStatus>> = {
  create: "created",
  update: "updated",
  // If the old integration was not deleted, `withDeletion` corrects this.
  "create-replacement": "replaced",
  delete: "deleted",
};

const planned: Readonly<Record<string, MerchantStatus>> = {
  create: "would create",
  update: "would update",
  replace: "would replace",
  delete: "would delete",
};

/** Collects the result of each merchant from the engine's events. */
export class UpdateSteps {
  private readonly found = new Map<string, MerchantOutcome>();
  /** Messages of errors, by name. */
  private readonly messages = new Map<string, Set<string>>();
  /** IDs of integrations that were deleted because the merchant got another one. */
  private readonly deletedIds = new Map<string, string>();
  /** Names of merchants by their integration, which a notice names instead of a resource. A replacement has two integrations. */
  private readonly namesByIntegration = new Map<string, string>();
  private readonly statuses: Readonly<Record<string, MerchantStatus>>;

  constructor(
    private readonly operation: UpdateOperation,
    /** The merchants that the program declares. */
    private readonly names: readonly string[],
    refresh: boolean,
  ) {
    // Without a refresh, the engine compares a merchant only with state.
    const same = refresh ? "in-sync" : "unchanged";
    this.statuses = { ...(operation === "preview" ? planned : done), same };
  }

  /** Returns the merchant if the event has a new result of it. */
  take(event: EngineEvent): MerchantOutcome | undefined {
    const { diagnosticEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    const { severity, urn = "", message = "" } = diagnosticEvent ?? {};
    if (severity === "error" && isIntegrationType(typeOf(urn))) {
      const messages = this.messages.get(nameOf(urn)) ?? new Set();
      this.messages.set(nameOf(urn), messages.add(plainMessage(message)));
    }
    if (resOutputsEvent !== undefined) this.addIntegrations(resOutputsEvent.metadata);
    // The engine announces a step before it runs it. A preview has only these events.
    const metadata = (this.operation === "preview" ? resourcePreEvent : resOutputsEvent)?.metadata;
    if (metadata !== undefined) return this.add(metadata, this.statuses[metadata.op as string]);
    return resOpFailedEvent && this.add(resOpFailedEvent.metadata, "failed");
  }

  /** Whether the errors of a resource are in the result of a failed merchant. */
  reportsErrorsOf(urn: string): boolean {
    const name = nameOf(urn);
    const status = this.found.get(name)?.status ?? (this.names.includes(name) ? "failed" : undefined);
    return status === "failed" && isIntegrationType(typeOf(urn));
  }

  private addIntegrations({ type, op, urn, old: before, new: after }: StepEventMetadata): void {
    if (!isIntegrationType(type)) return;
    for (const state of [before, after]) {
      if (!state) continue;
      const place = { externalBusinessId: state.id, account: textOf(state.outputs?.account) };
      this.namesByIntegration.set(keyOf(place), nameOf(urn));
    }
    if (op === "delete-replaced") this.deletedIds.set(nameOf(urn), before?.id ?? "");
  }

  private add(metadata: StepEventMetadata, status: MerchantStatus | undefined): MerchantOutcome | undefined {
    if (status === undefined || !isIntegrationType(metadata.type)) return undefined;
    const name = nameOf(metadata.urn);
    // Of a merchant, the engine can delete one integration and fail to delete another one that was replaced earlier.
    if (this.found.get(name)?.status === "failed") return undefined;
    const message = status === "failed" ? this.errorsOf(name) : undefined;
    const properties = Object.keys(metadata.detailedDiff ?? {});
    const outcome = { name, status, properties, ...defined({ message }) };
    this.found.set(name, outcome);
    return outcome;
  }

  /** The messages of a merchant's errors so far. */
  private errorsOf(name: string): string | undefined {
    return [...(this.messages.get(name) ?? [])].join("\n") || undefined;
  }

  /** The results at the end, including merchants without events. If the run `isBroken`, the engine may not have processed these. */
  outcomes(isBroken: boolean, observations: readonly Observation[]): MerchantOutcome[] {
    const notices = this.noticesIn(observations);
    const missing = this.names.filter((name) => !this.found.has(name));
    const found = [...this.found.values(), ...missing.map((name) => this.withoutEvent(name, isBroken))];
    const isComplete = !isBroken && found.every(({ status }) => status !== "failed");
    return found
      .map((each): MerchantOutcome => {
        const outcome = this.withDeletion(each, isComplete);
        const { name, status } = outcome;
        // Errors can follow the event of a failure.
        const message = status === "failed" ? this.errorsOf(name) : notices.get(name);
        return { ...outcome, ...defined({ message }) };
      })
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** The notices of each merchant, by name. */
  private noticesIn(observations: readonly Observation[]): ReadonlyMap<string, string> {
    const notices = new Map<string, string>();
    for (const each of observations) {
      if (each.kind !== "notice") continue;
      const { externalBusinessId, account } = each;
      const name = this.namesByIntegration.get(keyOf({ externalBusinessId, account }));
      if (name !== undefined) notices.set(name, [notices.get(name) ?? [], each.message].flat().join("; "));
    }
    return notices;
  }

  /** The result of a declared merchant for which the engine had no step. */
  private withoutEvent(name: string, isBroken: boolean): MerchantOutcome {
    if (isBroken || this.messages.has(name))
      return { name, status: "failed", properties: [], message: notReached };
    const status = this.operation === "destroy" ? "missing" : (this.statuses.same as MerchantStatus);
    return { name, status, properties: [] };
  }

  /** The result of a merchant after the deletion of its replaced integration, which the engine skips unless the run is complete. */
  private withDeletion(outcome: MerchantOutcome, isComplete: boolean): MerchantOutcome {
    const isDeleted = this.deletedIds.has(outcome.name);
    if (outcome.status === "replaced" && !isDeleted && !isComplete)
      return { ...outcome, status: "failed", message: replacedNotDeleted };
    // An earlier update has created the replacement.
    const isUnchanged = outcome.status === this.statuses.same && this.operation !== "preview";
    if (isUnchanged && isDeleted) return { ...outcome, status: "replaced" };
    return outcome;
  }
}

const replacedNotDeleted =
  "the new integration exists, but the update ended before it deleted the replaced one. The next update deletes it";

/**
 * The reason why Pinterest was not available for merchants, by name. Merchants with the same reason have the same text, with the ID of one request, so
 * that results show an outage once.
 */
function outagesOf(
  merchants: readonly DeclaredMerchant[],
  observations: readonly Observation[],
): ReadonlyMap<string, string> {
  const failures = observations.filter((each) => each.kind === "operation failure");
  const last = new Map(failures.map((failure) => [keyOf(failure), failure]));
  const reasons = new Map<string, string>();
  return new Map(
    merchants.flatMap(({ name, arguments: args }) => {
      const place = { externalBusinessId: textOf(args.externalBusinessId), account: textOf(args.account) };
      const failure = last.get(keyOf(place));
      if (failure === undefined || !failure.isTransient || failure.status === tooManyRequests) return [];
      const { summary, requestId } = failure;
      const id = requestId === undefined ? undefined : `${requestId}, for instance`;
      const reason = reasons.get(summary) ?? withRequestId(summary, id);
      reasons.set(summary, reason);
      return [[name, reason] as const];
    }),
  );
}

/** The HTTP status of a used-up rate limit, which is not an outage. */
const tooManyRequests = 429;

/** Excludes merchants that cannot be read from an update with refresh. Otherwise, one revoked token would stop the engine for all. */
const keepUnreadable: Readonly<Record<string, string>> = {
  [environmentVariable("whenUnreachable")]: "keep",
};

/** The merchants that could not be read, by name. */
function unreadMerchants(
  merchants: readonly DeclaredMerchant[],
  observations: readonly Observation[],
): ReadonlyMap<string, MerchantOutcome> {
  const reads = new ObservedReads(observations.filter((observation) => observation.kind === "read"));
  const unread = new Map<string, MerchantOutcome>();
  for (const { name, arguments: args } of merchants) {
    const read = reads.at(textOf(args.externalBusinessId) ?? "", textOf(args.account));
    if (read?.outcome !== "revoked" && read?.outcome !== "unreachable") continue;
    unread.set(name, { name, status: read.outcome, properties: [], message: unreadReason(read) });
  }
  return unread;
}
