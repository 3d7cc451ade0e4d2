import { openStack, stackNames } from "../stack/open";
import type { OpenStack } from "../stack/stack";
import type { DriftOptions } from "./options";

/**
 * Opens the stacks that are asked for, each once: every stack that is named in every directory, or all of them.
 *
 * @throws CommandError where there is no engine, no project or no such stack.
 */
export async function openTargets({ cwd, stack, allStacks }: DriftOptions): Promise<OpenStack[]> {
  const opened: OpenStack[] = [];
  for (const directory of new Set(cwd.length > 0 ? cwd : ["."])) {
    const names = allStacks ? await stackNames(directory) : stack.length > 0 ? stack : [undefined];
    for (const name of new Set(names)) {
      opened.push(await openStack({ cwd: directory, stack: name }));
    }
  }
  return opened;
}
