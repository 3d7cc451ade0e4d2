import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { EngineErrors } from "../../cli/stacks/engine-errors";
import { whileObserving } from "../../cli/stacks/observing";
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
  /** The stack's name: one shard has one stack. It is made where there is none. */
  readonly stack: string;
  /** What the shard's program declares: all of its merchants, since who is left out is deleted by `up`, and told as to be deleted by looks. */
  readonly merchants: readonly DeclaredMerchant[];
  readonly operation: Operation;
  /** Of `up` and `preview`: whether to look at Pinterest first, and to put right what differs from the program. @default false */
  readonly refresh?: boolean;
  /** That an `up` without any merchant is meant: it ends all connections of the shard. @default false */
  readonly allowEmpty?: boolean;
  /** The name of the Pulumi project. @default "pinterest-fleet" */
  readonly project?: string;
  /** Where pulumi-pinterest and \@pulumi/pulumi are installed. @default the working directory */
  readonly directory?: string;
  /** Has the engine finish what is under way, and begin nothing more. */
  readonly signal?: AbortSignal;
  /** Has the engine killed, wherever it is: for who has lost the right to run it. What was under way the next run settles. */
  readonly kill?: AbortSignal;
  /** Ends the lock that an engine has left which runs no more. Only for who knows that it does not. @default false */
  readonly unlock?: boolean;
  /** Is told at the end where an engine was killed, or could not end its lock: the next run of the shard has to `unlock` its stack. */
  readonly onLeftLocked?: () => void;
  /** Is told when `unlock` has been done. */
  readonly onUnlocked?: () => void;
  /** Is called every five seconds while the shard is under way: for a queue that wants signs of life. What it throws is lost. */
  readonly onHeartbeat?: () => void;
  /**
   * Is told of each merchant: of an update and a preview as soon as something is known of it, of a look at its end. What is said of one that
   * is no failure the outcome alone has. What it throws is lost.
   */
  readonly onMerchant?: (outcome: MerchantOutcome) => void;
}

/**
 * Does something with one shard, on Pulumi's engine: as a worker of a fleet does, for who has another scheduler. The backend, the
 * passphrase and Pinterest's tokens are those of the environment, as for `pulumi` itself.
 *
 * Nothing here keeps two engines from one stack but the stack's own lock, with which the second one fails.
 *
 * @throws the reason of `kill` where that was aborted, and FleetError where the engine cannot begin: there is none, the packages are not
 * installed, the stack cannot be opened, nobody is declared.
 */
export async function runShard(options: RunShardOptions): Promise<ShardOutcome> {
  const { stack: name, operation, project = defaultProject, directory = ".", unlock = false } = options;
  const { signal = new AbortController().signal } = options;
  if (operation === "up" && options.merchants.length === 0 && !options.allowEmpty) {
    throw new FleetError(
      `an update of ${name} without any merchant would end all its connections: where that is meant, say allowEmpty, or destroy it`,
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
    // Of an engine that was killed nobody knows how far it came.
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
    // Where it goes away with the workspace, should this process be killed.
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
