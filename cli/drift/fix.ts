import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { inParallel } from "../../provider/api/async";
import { ownCommand } from "../../provider/api/own-package";
import { environmentVariable } from "../../provider/config/keys";
import { stoppingGracefully, unlockAdvice } from "../signals";
import { EngineErrors } from "../stack/engine";
import { type ObservationFile, whileObserving } from "../stack/observing";
import type { OpenStack } from "../stack/stack";
import { isIntegrationType, nameOf } from "../stack/state";
import type { Terminal } from "../terminal";
import { commandsOn, stackOptions } from "../text/shell";
import { fixPlan, type StackToFix, stackName } from "./fix-plan";
import type { Aftermath, TargetLook } from "./look";
import type { DriftOptions } from "./options";

/**
 * Writes the program's values back after confirmation. Unreachable merchants are left as they are, and do not stop the others.
 *
 * @param confirmed asks for confirmation.
 */
export async function fix(
  targets: readonly TargetLook[],
  { includePending, yes, parallel }: Pick<DriftOptions, "includePending" | "yes" | "parallel">,
  terminal: Pick<Terminal, "note">,
  confirmed: (question: string) => Promise<boolean>,
): Promise<FixResult> {
  const plan = fixPlan(targets, includePending === true);
  for (const message of plan.skipped) terminal.note(message);
  const fixed = new Map<OpenStack, Aftermath>();
  if (plan.stacks.length === 0) {
    if (plan.skipped.length === 0) terminal.note("Nothing drifted, so there is nothing to fix.");
    return { fixed, interrupted: false };
  }
  terminal.note("Fixing drift writes to Pinterest:");
  for (const { stack, writes } of plan.stacks) {
    terminal.note(`  ${stackName(stack)}`);
    for (const line of writes) terminal.note(`    ${line}`);
  }
  if (!yes && !(await confirmed("Write these values to Pinterest?"))) {
    terminal.note("Nothing was written.");
    return { fixed, interrupted: false };
  }
  const { interrupted } = await stoppingGracefully((abort, isInterrupted) =>
    inParallel(plan.stacks, parallel, async ({ stack, merchants }: StackToFix) => {
      if (isInterrupted()) return;
      const { failures, begun } = await fixStack(stack, terminal, abort);
      fixed.set(stack, { failures, before: merchants });
      if (failures.length > 0) {
        terminal.note(`${stackName(stack)}: ${begun ? partlyWritten(stack) : "nothing was written."}`);
      }
    }),
  );
  if (interrupted) terminal.note(afterInterruption(plan.stacks.map(({ stack }) => stack)));
  return { fixed, interrupted };
}

/** The outcome of a fix. */
export interface FixResult {
  /** The outcome of each stack that was written to. */
  readonly fixed: ReadonlyMap<OpenStack, Aftermath>;
  /** Whether a signal stopped it early. */
  readonly interrupted: boolean;
}

function partlyWritten(stack: OpenStack): string {
  const options = stackOptions(stack);
  return (
    "some values were not written. They are pending from now on, because state already has Pinterest's values: " +
    `\`pulumi up${options}\` deploys them, and \`${ownCommand} drift --strict${options}\` exits with 7 until then.`
  );
}

function afterInterruption(stacks: readonly OpenStack[]): string {
  return `Interrupted. ${unlockAdvice(stacks)} Then run ${commandsOn(stacks, "pulumi up --refresh")} to write the rest. Values that were refreshed already no longer count as drift.`;
}

/** Runs the update, and returns the failures and whether the engine reached the resources. */
async function fixStack(
  stack: OpenStack,
  terminal: Pick<Terminal, "note">,
  signal: AbortSignal,
): Promise<{ failures: readonly string[]; begun: boolean }> {
  const errors = new EngineErrors();
  let begun = false;
  const action = async ({ environment }: ObservationFile) => {
    try {
      await stack.update({
        refresh: true,
        environment: { ...environment, [environmentVariable("whenUnreachable")]: "keep" },
        signal,
        onEvent: (event) => {
          errors.take(event);
          begun ||= event.resourcePreEvent !== undefined;
          const done = doneInWords(event);
          if (done !== undefined) terminal.note(`${stackName(stack)}: ${done}`);
        },
      });
      return { failures: [], begun };
    } catch (error) {
      return { failures: errors.of(error).map((message) => `fixing drift: ${message}`), begun };
    }
  };
  // With observation, an integration that cannot be read keeps its last known state.
  return whileObserving({ reads: true }, action);
}

const operations: Readonly<Record<string, string>> = {
  create: "created",
  "create-replacement": "recreated",
  update: "updated",
  delete: "deleted",
  "delete-replaced": "deleted",
};

/** A write to an integration, or its failure. */
function doneInWords({ resOutputsEvent, resOpFailedEvent }: EngineEvent): string | undefined {
  const metadata = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
  if (metadata === undefined || !isIntegrationType(metadata.type)) return undefined;
  const operation = operations[metadata.op];
  const name = nameOf(metadata.urn);
  if (operation === undefined) return undefined;
  return resOpFailedEvent === undefined ? `${operation} ${name}` : `${name} could not be ${operation}`;
}
