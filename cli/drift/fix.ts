import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { inParallel } from "../../provider/base/async";
import { firstOf } from "../../provider/base/message-text";
import { commandsOn, stackOptions } from "../../provider/base/shell";
import { visible } from "../../provider/base/visible";
import { environmentVariable } from "../../provider/config/keys";
import { typeOf } from "../../provider/run/constants";
import { EngineErrors } from "../../stack/engine";
import { isRefused } from "../../stack/forecasts";
import { whileObserving } from "../../stack/preview";
import type { MerchantReport } from "../../stack/report";
import { stoppingGracefully, unlockAdvice } from "../../stack/signals";
import type { OpenStack } from "../../stack/stack";
import { isIntegrationType, nameOf } from "../../stack/state";
import { type Confirm, confirmWrite, type Terminal } from "../terminal";
import type { ChangeResult, TargetCheck } from "./targets";

export interface FixOptions {
  readonly includePending?: true;
  readonly yes?: true;
  readonly parallel: number;
}

/** What to fix. */
interface FixScope extends Pick<FixOptions, "includePending"> {
  /** The URNs of the integrations. */
  readonly only: ReadonlySet<string>;
  /** Whether the update is limited to them, even if no other integration has drifted. @default false */
  readonly isLimited?: boolean;
}

/** A stack to fix. */
interface StackFix {
  readonly stack: OpenStack;
  /** A line for each write. */
  readonly writes: readonly string[];
  /** The URNs of the resources to update. Undefined: all. */
  readonly targets: readonly string[] | undefined;
}

/** The stacks to fix, and messages about stacks with drift that are skipped, because their update would fail or deploy more than the drift. */
function fixPlan(checks: readonly TargetCheck[], { only, isLimited = false, includePending }: FixScope) {
  const stacks: StackFix[] = [];
  const skipped: string[] = [];
  for (const { stack, report, failed, othersChanged } of checks) {
    const { merchants } = report;
    const differing = merchants.filter(({ status }) => status === "drifted" || status === "missing");
    const drifted = differing.filter(({ urn }) => only.has(urn));
    if (stack === undefined || drifted.length === 0) continue;
    // Without targets, the update would also write accepted differences.
    const isComplete = !isLimited && drifted.length === differing.length;
    const targets = isComplete ? undefined : drifted.map(({ urn }) => urn);
    const updated = targets === undefined ? merchants : drifted;
    const pending = [
      ...updated.flatMap(({ name, pending }) =>
        pending.length > 0 ? [`${visible(name)}: ${pending.join(", ")}`] : [],
      ),
      ...(targets === undefined ? othersChanged : []).map(
        (urn) => `${visible(nameOf(urn))} of type ${visible(typeOf(urn))}`,
      ),
    ];
    const refused = updated.filter(isRefused).map(({ name }) => visible(name));
    const skip = (reason: string) => skipped.push(`Skipped ${titleOf(stack)}: ${reason}`);
    if (failed) skip("its program or the engine failed. See the report.");
    else if (drifted.some(({ renamedFrom }) => renamedFrom !== undefined))
      skip(
        "the update of a renamed integration fails if it has drifted. First give the resource the alias in the report.",
      );
    else if (pending.length > 0 && !includePending) {
      const canLeavePending = drifted.some((merchant) => merchant.pending.length === 0);
      const only = canLeavePending ? ", or name integrations without pending changes with --only" : "";
      skip(
        `the fix would also deploy pending changes (${firstOf(pending, undefined, "; ")}). ` +
          (drifted.length < differing.length
            ? `Add --include-pending${only}. \`pulumi up\` would also overwrite the drift that this fix leaves, such as accepted drift.`
            : `Run \`pulumi up${stackOptions(stack)}\` or add --include-pending${only}.`),
      );
    } else if (refused.length > 0)
      skip(`its update would fail for ${firstOf(refused)}. See "Refused" in the report.`);
    else {
      const writes = [...drifted.map(writeOf), ...pending.map((change) => `${change} (pending)`)];
      stacks.push({ stack, writes, targets });
    }
  }
  return { stacks, skipped };
}

function writeOf({ name, status, recreated, properties }: MerchantReport): string {
  const names = properties.map((each) => each.name);
  // An integration without managed secrets has nothing to write: the update only records its new ID.
  const changes = recreated && names.length === 0 ? ["only the new integration ID, in state"] : names;
  return `${visible(name)}: ${status === "missing" ? "recreated" : changes.join(", ")}`;
}

/**
 * Writes the program's values back after confirmation. Unreachable merchants are left as they are, and do not stop the others.
 *
 * @returns the failures of each stack that was fixed, and whether a signal stopped it early.
 */
export async function fix(
  checks: readonly TargetCheck[],
  { yes, parallel, ...scope }: FixOptions & FixScope,
  terminal: Pick<Terminal, "note">,
  confirmed?: Confirm,
): Promise<ChangeResult> {
  const { stacks, skipped } = fixPlan(checks, scope);
  for (const message of skipped) terminal.note(message);
  const failuresByStack = new Map<OpenStack, readonly string[]>();
  if (stacks.length === 0) {
    if (skipped.length === 0) terminal.note("There is no drift to fix.");
    return { failuresByStack, interrupted: false };
  }
  terminal.note("Fixing drift writes to Pinterest:");
  for (const { stack, writes } of stacks) {
    terminal.note(`  ${titleOf(stack)}`);
    for (const line of writes) terminal.note(`    ${line}`);
  }
  if (!yes && !(await confirmWrite("Write these values to Pinterest?", terminal, confirmed)))
    return { failuresByStack, interrupted: false };
  const { interrupted } = await stoppingGracefully((abort, isInterrupted) =>
    inParallel(stacks, parallel, async ({ stack, targets }) => {
      if (isInterrupted()) return;
      const { failures, hasStarted } = await fixStack(stack, targets, terminal, abort);
      failuresByStack.set(stack, failures);
      if (failures.length === 0) return;
      // An update of everything would also overwrite accepted drift, and deploy pending changes.
      const update = targets === undefined ? `, or run \`pulumi up${stackOptions(stack)}\`` : "";
      const rest = `some values were not written. To write them, repeat the command${update}.`;
      terminal.note(`${titleOf(stack)}: ${hasStarted ? rest : "nothing was written."}`);
    }),
  );
  if (interrupted) {
    const interruptedStacks = stacks.map(({ stack }) => stack);
    const isLimited = stacks.some(({ targets }) => targets !== undefined);
    const rest = isLimited
      ? "repeat the command"
      : `run ${commandsOn(interruptedStacks, "pulumi up --refresh")}`;
    terminal.note(`Interrupted. ${unlockAdvice(interruptedStacks)} Then ${rest} to write the rest.`);
  }
  return { failuresByStack, interrupted };
}

function titleOf({ project, name }: OpenStack): string {
  return `${project}/${name}`;
}

/** Runs the update, and returns the failures and whether the engine reached the resources. */
async function fixStack(
  stack: OpenStack,
  targets: StackFix["targets"],
  terminal: Pick<Terminal, "note">,
  signal: AbortSignal,
): Promise<{ failures: readonly string[]; hasStarted: boolean }> {
  const errors = new EngineErrors();
  let hasStarted = false;
  // With observation, an integration that cannot be read keeps its last known state.
  return whileObserving(stack.context, { reads: true }, async ({ environment }) => {
    try {
      await stack.update({
        refresh: true,
        targets,
        environment: { ...environment, [environmentVariable("whenUnreachable")]: "keep" },
        signal,
        onEvent: (event) => {
          errors.take(event);
          hasStarted ||= event.resourcePreEvent !== undefined;
          const progress = progressOf(event);
          if (progress !== undefined) terminal.note(`${titleOf(stack)}: ${progress}`);
        },
      });
      return { failures: [], hasStarted };
    } catch (error) {
      return { failures: errors.of(error).map((message) => `fixing drift: ${message}`), hasStarted };
    }
  });
}

const operations: Readonly<Record<string, string>> = {
  create: "created",
  "create-replacement": "recreated",
  update: "updated",
  delete: "deleted",
  "delete-replaced": "deleted",
};

/** A write to an integration, or its failure. */
function progressOf({ resOutputsEvent, resOpFailedEvent }: EngineEvent): string | undefined {
  const metadata = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
  const operation = metadata && isIntegrationType(metadata.type) ? operations[metadata.op] : undefined;
  if (metadata === undefined || operation === undefined) return undefined;
  const name = nameOf(metadata.urn);
  return resOpFailedEvent === undefined ? `${operation} ${name}` : `${name} could not be ${operation}`;
}
