import { ignoreErrors } from "../../provider/base/async";
import { messageOf, withRequestId } from "../../provider/base/message-text";
import { counted } from "../../provider/base/words";
import { checkStack, checkState } from "../../stack/check-stack";
import { effectOf } from "../../stack/forecasts";
import type { MerchantReport } from "../../stack/report";
import { FleetError } from "../fleet-error";
import {
  commandFailed,
  type DriftOperation,
  isDriftOperation,
  type MerchantOutcome,
  type ShardOutcome,
  unreadReason,
} from "../outcome";
import { defaultProject } from "../store/settings";
import { keepState } from "./backend";
import type { RunShardOptions } from "./options";
import { ShardStack } from "./shard-stack";
import { type OperationOptions, update } from "./update";
import { type FleetInvocation, fleetInvocation, withWorkspace } from "./workspace";

/** The default of {@link RunShardOptions.stallTimeoutMs}: 20 minutes. */
const defaultStallTimeoutMs = 1_200_000;

/** Time in which an engine that was stopped must end before it is killed. */
const stopTimeoutMs = 30_000;

/** Options of a run for a caller in a fleet. */
export interface ShardRunOptions extends Omit<RunShardOptions, "directory"> {
  readonly invocation: FleetInvocation;
}

/**
 * Runs an operation for one shard on Pulumi's engine, as a worker of a fleet does, for other schedulers. The state backend, its passphrase
 * and Pinterest's tokens come from the environment, as for `pulumi`.
 *
 * Only the stack's lock prevents two engines for one stack. The second engine fails.
 *
 * @throws the reason of `kill` if it was aborted; FleetError if the engine cannot start: it is missing, the packages are not installed, the
 * stack cannot be opened, or no merchant is declared.
 */
export function runShard({ directory = ".", ...options }: RunShardOptions): Promise<ShardOutcome> {
  return runShardAs({ ...options, invocation: fleetInvocation(directory, process.env) });
}

/** Like {@link runShard}. */
export async function runShardAs(options: ShardRunOptions): Promise<ShardOutcome> {
  const { stack: name, operation, project = defaultProject, invocation } = options;
  const { signal = new AbortController().signal } = options;
  if (operation === "up" && options.merchants.length === 0 && !options.allowEmpty) {
    throw new FleetError(
      `cannot update ${name}: it has no merchants, so the update would delete all of its integrations. If this is intended, set \`allowEmpty: true\` or use the operation \`destroy\``,
    );
  }
  return withWorkspace({ ...options, project }, async (workspace) => {
    const stall = detectStall(options.stallTimeoutMs ?? defaultStallTimeoutMs, workspace.killEngine);
    try {
      const stack = await ShardStack.open(name, project, workspace, options);
      // The reads of a quick check are not the engine's, and each has a time limit.
      if (operation === "drift --from-state") stall.end();
      if (signal.aborted) return { operation, merchants: [], errors: [], interrupted: true };
      const shardOptions = {
        ...options,
        directory: invocation.directory,
        signal: AbortSignal.any([signal, stall.signal]),
        onMerchant: ignoreErrors(options.onMerchant),
        onProgress: stall.restart,
      };
      const outcome = isDriftOperation(operation)
        ? await checkDrift(stack, operation, shardOptions)
        : await update(stack, operation, shardOptions);
      // If an engine was killed, its progress is unknown.
      options.kill?.throwIfAborted();
      if (!stall.signal.aborted) return outcome;
      return { ...outcome, errors: [stall.message, ...outcome.errors], interrupted: false };
    } catch (error) {
      options.kill?.throwIfAborted();
      throw stall.signal.aborted ? new FleetError(`${stall.message}: ${messageOf(error)}`) : error;
    } finally {
      stall.end();
      keepState(workspace.environment, project, name);
    }
  });
}

/** Compares Pinterest with a shard: with its program and state on the engine, or only with its state. */
async function checkDrift(
  stack: ShardStack,
  operation: DriftOperation,
  { directory, signal, onMerchant, onProgress: progress }: OperationOptions,
): Promise<ShardOutcome> {
  const commandFailures = new Set<string>();
  const onCommandFailure = (message: string) => commandFailures.add(commandFailed(message));
  const options = { notify: () => {}, onCommandFailure, signal };
  const { merchants: found, ...report } =
    operation === "drift"
      ? (await checkStack(stack, { ...options, progress })).report
      : await checkState(stack, options);
  const merchants = found.map(outcomeOf);
  merchants.forEach(onMerchant);
  const errors = [...commandFailures, ...report.errors];
  const interrupted = signal.aborted && errors.length > 0;
  return { operation, merchants, errors, interrupted, report: { ...report, directory } };
}

function outcomeOf(report: MerchantReport): MerchantOutcome {
  const { name, status } = report;
  const properties = report.properties.map((each) => each.name);
  const message =
    status === "pending"
      ? createInWords(report.forecast)
      : report.recreated
        ? "recreated at Pinterest"
        : unreadReason(report);
  return { name, status, properties, ...(message === "" ? {} : { message }), report };
}

/** What the next update does with a merchant that has no integration in state. */
function createInWords(forecast: MerchantReport["forecast"] = { verdict: "created" }): string {
  const { verdict, differences = [], reason, requestId } = forecast;
  const subject = verdict === "unknown" || verdict === "not-checked" ? "" : "the next update ";
  const cause = reason === undefined ? "" : `: ${withRequestId(reason, requestId)}`;
  const names = differences.length === 0 ? "" : ` (${differences.map(({ name }) => name).join(", ")})`;
  return subject + effectOf(forecast) + cause + names;
}

/** Stops an engine without progress, and kills it if it does not end within {@link stopTimeoutMs}. */
function detectStall(timeoutMs: number, kill: () => void) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const restart = () => {
    if (controller.signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      controller.abort();
      timer = setTimeout(kill, Math.min(stopTimeoutMs, timeoutMs));
    }, timeoutMs);
  };
  restart();
  return {
    signal: controller.signal,
    message: `the engine made no progress for ${counted(Math.round(timeoutMs / 1_000), "second")}, and was stopped`,
    restart,
    end: () => clearTimeout(timer),
  };
}
