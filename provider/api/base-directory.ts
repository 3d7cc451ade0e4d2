import { AsyncLocalStorage } from "node:async_hooks";

/** The variable that names the directory in which relative paths begin, where the engine runs in one of its own. */
export const baseDirectoryVariable = "PINTEREST_FLEET_DIRECTORY";

const scope = new AsyncLocalStorage<string>();

/** Where relative paths of the configuration begin, and its commands run: the project's directory, in which the engine runs as a rule. */
export function baseDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return scope.getStore() ?? (environment[baseDirectoryVariable] || process.cwd());
}

/** Has them begin in a directory for what an action does in this process. */
export function withBaseDirectory<T>(directory: string, action: () => T): T {
  return scope.run(directory, action);
}
