import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { EngineErrors } from "../../cli/stack/engine";
import { whileObserving } from "../../cli/stack/observing";
import { ignoreErrors } from "../../provider/api/async";
import { FleetError } from "../fleet-error";
import { leavingOutUnread, unreadAmong } from "./leaving-out-unread";
import { look } from "./look";
import { Notices } from "./notices";
import {
  type DriftCheck,
  isDriftCheck,
  type MerchantOutcome,
  type Operation,
  type ShardOutcome,
} from "./outcome";
import type { DeclaredMerchant } from "./shard-file";
import { ShardStack } from "./shard-stack";
import { UpdateSteps } from "./update-steps";
import { withWorkspace } from "./with-workspace";
import { defaultProject } from "./workspace";

export interface RunShardOptions {
  /** Name of the stack. Each shard has its own stack, which is created if it is missing. */
  readonly stack: string;
  /**
   * All merchants of the shard. `up` deletes the integrations of merchants that you omit, and the other operations report them as
   * deletions.
   */
  readonly merchants: readonly DeclaredMerchant[];
  readonly operation: Operation;
  /** For `up` and `preview`: whether to read Pinterest first, and fix drift. @default false */
  readonly refresh?: boolean;
  /** Allow an `up` without merchants, which deletes all integrations of the shard. @default false */
  readonly allowEmpty?: boolean;
  /** Name of the Pulumi project. @default "pinterest-fleet" */
  readonly project?: string;
  /** Directory in which pulumi-pinterest and \@pulumi/pulumi are installed. @default the working directory */
  readonly directory?: string;
  /** Stops the engine gracefully: it finishes its current requests and starts no others. */
  readonly signal?: AbortSignal;
  /** Kills the engine at once, for a caller that lost the right to run it. The next run completes the requests in progress. */
  readonly kill?: AbortSignal;
  /** Remove the lock that a killed engine has left. Set it only if no engine runs for the shard. @default false */
  readonly unlock?: boolean;
  /** Called at the end if an engine was killed or could not unlock its stack. The next run of the shard needs `unlock`. */
  readonly onLeftLocked?: () => void;
  /** Called after `unlock` has removed the lock. */
  readonly onUnlocked?: () => void;
  /** Called every five seconds while the shard is in progress, for a queue that needs heartbeats. Its errors are ignored. */
  readonly onHeartbeat?: () => void;
  /**
   * Called for each merchant: during an update or preview as soon as its result is known, and at the end of a drift check. Notices of
   * merchants that did not fail are only in the outcome. Its errors are ignored.
   */
  readonly onMerchant?: (outcome: MerchantOutcome) => void;
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
export async function runShard(options: RunShardOptions): Promise<ShardOutcome> {
  const { stack: name, operation, project = defaultProject, directory = ".", unlock = false } = options;
  const { signal = new AbortController().signal } = options;
  if (operation === "up" && options.merchants.length === 0 && !options.allowEmpty) {
    throw new FleetError(
      `cannot update ${name}: it has no merchants, so the update would delete all of its integrations. If this is intended, set \`allowEmpty: true\` or use the operation \`destroy\``,
    );
  }
  return withWorkspace({ ...options, project, directory }, async (workspace) => {
    const stack = await ShardStack.open(name, project, workspace, unlock);
    if (unlock) options.onUnlocked?.();
    if (signal.aborted) return { operation, merchants: [], errors: [], interrupted: true };
    const shardOptions = {
      ...options,
      directory,
      signal,
      onMerchant: ignoreErrors(options.onMerchant ?? (() => {})),
    };
    const outcome = isDriftCheck(operation)
      ? await look(stack.open, operation, shardOptions)
      : await update(stack, operation, { ...shardOptions, workspace: workspace.directory });
    // If an engine was killed, its progress is unknown.
    options.kill?.throwIfAborted();
    return outcome;
  });
}

async function update(
  stack: ShardStack,
  operation: Exclude<Operation, DriftCheck>,
  {
    merchants,
    refresh = false,
    onMerchant,
    signal,
    workspace,
  }: RunShardOptions &
    Required<Pick<RunShardOptions, "onMerchant" | "signal">> & { readonly workspace: string },
): Promise<ShardOutcome> {
  const steps = new UpdateSteps(operation, { refresh });
  const notices = new Notices();
  const looks = refresh && operation !== "destroy";
  const errors = new EngineErrors();
  const onEvent = (event: EngineEvent) => {
    errors.take(event);
    notices.take(event);
    const outcome = steps.take(event);
    if (outcome !== undefined) onMerchant(outcome);
  };
  const failuresOf = async (environment: Record<string, string>): Promise<readonly string[]> => {
    try {
      await stack[operation]({ onEvent, signal, refresh, environment });
      return [];
    } catch (error) {
      return errors.of(error);
    }
  };
  const { failures, observations } = await whileObserving(
    { reads: looks, notices: true },
    async (file) => ({
      failures: await failuresOf({ ...file.environment, ...(looks ? leavingOutUnread : {}) }),
      observations: file.observations(),
    }),
    // In the workspace, so that it is deleted too if this process is killed.
    workspace,
  );
  const unread = unreadAmong(merchants, observations);
  const said = notices.of(observations);
  const outcomes = steps.outcomes(
    merchants.map(({ name }) => name),
    failures,
    said,
  );
  const reported = new Set(outcomes.map(({ message }) => message));
  return {
    operation,
    merchants: outcomes.map((outcome) =>
      outcome.status === "failed" ? steps.explainEnded(outcome, said) : (unread.get(outcome.name) ?? outcome),
    ),
    errors: failures.filter((failure) => !reported.has(failure)),
    interrupted: signal.aborted && failures.length > 0,
  };
}
