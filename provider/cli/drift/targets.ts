import { openStack, stackNames, UnusableStack } from "../stack/open";
import type { OpenStack } from "../stack/stack";
import type { DriftOptions } from "./options";
import type { StackReport } from "./report";

/** A stack to look at, or the report of one that cannot be worked with. */
export type Target =
  | { readonly stack: OpenStack; readonly unusable?: undefined }
  | { readonly stack?: undefined; readonly unusable: StackReport };

/**
 * Opens the stacks that are asked for, each once: every stack that is named in every directory, or all of them.
 *
 * @throws CommandError where there is no engine, no project or no such stack.
 */
export async function openTargets({ cwd, stack, allStacks }: DriftOptions): Promise<Target[]> {
  const targets: Target[] = [];
  for (const directory of new Set(cwd.length > 0 ? cwd : ["."])) {
    const names = allStacks ? await stackNames(directory) : stack.length > 0 ? stack : [undefined];
    for (const name of new Set(names)) {
      targets.push(await open(directory, name));
    }
  }
  return targets;
}

async function open(directory: string, name: string | undefined): Promise<Target> {
  try {
    return { stack: await openStack({ cwd: directory, stack: name }) };
  } catch (error) {
    if (!(error instanceof UnusableStack)) throw error;
    const { project, stackName: stack, message } = error;
    return { unusable: { project, stack, directory, merchants: [], errors: [message.trim()] } };
  }
}
