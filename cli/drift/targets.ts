import { basename, resolve } from "node:path";
import { inParallel } from "../../provider/base/async";
import { type CheckOptions, checkStack, type StackCheck } from "../../stack/check-stack";
import { ExplainedError } from "../../stack/command-error";
import { openStack, stackNames, UnusableStack } from "../../stack/open";
import type { StackReport } from "../../stack/report";
import type { OpenStack } from "../../stack/stack";

export interface TargetOptions {
  readonly cwd?: readonly string[];
  readonly stack?: readonly string[];
  readonly allStacks?: true;
}

/** A stack to check, or the report of one that cannot be opened. */
export type Target =
  | { readonly stack: OpenStack; readonly unusable?: undefined }
  | { readonly stack?: undefined; readonly unusable: StackReport };

/**
 * Opens the requested stacks, each once: every named stack in every directory, or all stacks. Of several stacks, one that cannot be opened
 * does not stop the others.
 *
 * @throws CommandError if the only stack cannot be opened: there is no engine, no project or no such stack.
 */
export async function openTargets(
  { cwd = ["."], stack = [], allStacks }: TargetOptions,
  environment: NodeJS.ProcessEnv,
): Promise<Target[]> {
  const directories = [...new Set(cwd)];
  const named = stack.length > 0 ? [...new Set(stack)] : [undefined];
  const isOnlyDirectory = directories.length === 1;
  const isOnlyStack = isOnlyDirectory && named.length === 1 && !allStacks;
  const targets: Target[] = [];
  for (const directory of directories) {
    let names: readonly (string | undefined)[] = [];
    try {
      names = allStacks ? await stackNames(directory, environment) : named;
    } catch (error) {
      targets.push(unusable(error, directory, undefined, isOnlyDirectory));
    }
    for (const name of names) {
      try {
        targets.push({ stack: await openStack({ cwd: directory, stack: name, environment }) });
      } catch (error) {
        targets.push(unusable(error, directory, name, isOnlyStack && !(error instanceof UnusableStack)));
      }
    }
  }
  return targets;
}

/** @throws errors that are not an ExplainedError, and those of the only stack. */
function unusable(error: unknown, directory: string, name: string | undefined, isOnly: boolean): Target {
  if (!(error instanceof ExplainedError) || isOnly) throw error;
  const known = error instanceof UnusableStack ? error : undefined;
  return {
    unusable: {
      project: known?.project ?? basename(resolve(directory)),
      stack: known?.stackName ?? name ?? "(none)",
      directory,
      merchants: [],
      errors: [error.message.trim()],
    },
  };
}

export interface TargetCheck extends StackCheck {
  /** Omitted if the stack cannot be opened. */
  readonly stack?: OpenStack;
}

/** The result of a fix, or of an edit of programs. */
export interface ChangeResult {
  /** The failures of each stack that was changed. */
  readonly failuresByStack: ReadonlyMap<OpenStack, readonly string[]>;
  /** Whether a signal stopped the change early. */
  readonly interrupted: boolean;
}

/**
 * Checks stacks, several at a time.
 *
 * @param failuresByStack those of stacks that were changed after an earlier check.
 */
export async function checkTargets(
  targets: readonly Target[],
  options: CheckOptions & { readonly parallel: number },
  failuresByStack: ChangeResult["failuresByStack"] = new Map(),
): Promise<readonly TargetCheck[]> {
  return inParallel(targets, options.parallel, async ({ stack, unusable }): Promise<TargetCheck> => {
    if (stack === undefined) {
      return { report: unusable, integrations: [], inventory: [], failed: true, othersChanged: [] };
    }
    const check = await checkStack(stack, options);
    const errors = [...new Set([...(failuresByStack.get(stack) ?? []), ...check.report.errors])];
    return { ...check, report: { ...check.report, errors }, stack };
  });
}
