import { lookAt } from "../../cli/drift/collect";
import type { MerchantReport } from "../../cli/drift/report";
import { EngineErrors } from "../../cli/stack/engine-errors";
import type { MerchantOutcome, Operation, ShardOutcome } from "./outcome";
import type { DeclaredMerchant } from "./shard-file";
import { ShardStack } from "./shard-stack";
import { UpdateSteps } from "./update-steps";
import { defaultProject, ShardWorkspace } from "./workspace";

export interface RunShardOptions {
  /** The stack's name: one shard has one stack. It is made where there is none. */
  readonly stack: string;
  /** What the shard's program declares: all of its merchants, since who is left out is deleted by `up`. */
  readonly merchants: readonly DeclaredMerchant[];
  readonly operation: Operation;
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
  /** Is told of each merchant as soon as something is known of it. */
  readonly onMerchant?: (outcome: MerchantOutcome) => void;
}

/**
 * Does something with one shard, on Pulumi's engine: as a worker of a fleet does, for who has another scheduler. The backend, the
 * passphrase and Pinterest's tokens are those of the environment, as for `pulumi` itself.
 *
 * Nothing here keeps two engines from one stack but the stack's own lock, with which the second one fails.
 *
 * @throws FleetError where the engine cannot begin: there is none, the packages are not installed, the stack cannot be opened.
 */
export async function runShard(options: RunShardOptions): Promise<ShardOutcome> {
  const {
    stack: name,
    merchants,
    operation,
    project = defaultProject,
    directory = ".",
    unlock = false,
  } = options;
  const workspace = ShardWorkspace.make({ project, directory, merchants });
  options.kill?.addEventListener("abort", () => workspace.takeBackPermit(), { once: true });
  try {
    const stack = await ShardStack.open(name, project, workspace);
    if (unlock) await stack.unlock();
    return operation === "drift" ? await look(stack, options) : await update(stack, operation, options);
  } finally {
    workspace.remove();
  }
}

async function look(
  stack: ShardStack,
  { directory = ".", onMerchant = () => {}, signal = never() }: RunShardOptions,
): Promise<ShardOutcome> {
  const { merchants: found, ...report } = (await lookAt(stack.open, { notify: () => {}, signal })).report;
  const merchants = found.map(outcomeOf);
  merchants.forEach(onMerchant);
  // The workspace is gone before anybody reads of it.
  const about = { ...report, directory };
  return { operation: "drift", merchants, errors: report.errors, interrupted: signal.aborted, report: about };
}

function outcomeOf(report: MerchantReport): MerchantOutcome {
  const { name, status, properties, reason, advice } = report;
  const message = [reason, advice].filter((part) => part !== undefined).join(". ");
  return {
    name,
    status,
    properties: properties.map((each) => each.name),
    ...(message === "" ? {} : { message }),
    report,
  };
}

async function update(
  stack: ShardStack,
  operation: Exclude<Operation, "drift">,
  { merchants, onMerchant = () => {}, signal = never() }: RunShardOptions,
): Promise<ShardOutcome> {
  const steps = new UpdateSteps(operation);
  const errors = new EngineErrors();
  let failures: readonly string[] = [];
  try {
    await stack[operation]((event) => {
      errors.take(event);
      const outcome = steps.take(event);
      if (outcome !== undefined) onMerchant(outcome);
    }, signal);
  } catch (error) {
    failures = errors.of(error);
  }
  const outcomes = steps.outcomes(
    merchants.map(({ name }) => name),
    failures.length > 0,
  );
  const told = new Set(outcomes.map(({ message }) => message));
  return {
    operation,
    merchants: outcomes,
    errors: failures.filter((failure) => !told.has(failure)),
    interrupted: signal.aborted,
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
