import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { sync as which } from "which";

/** The path of a program on PATH, as a shell finds it; undefined if it is missing. */
export function programOnPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  return programIn(directoriesOf(environment), name, environment);
}

/** The path of a program that another one finds next to itself or on PATH. */
export function programBeside(
  beside: string,
  name: string,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const own = [dirname(beside), dirname(realpathSync(beside))];
  return programIn([...own, ...directoriesOf(environment)], name, environment);
}

function directoriesOf(environment: NodeJS.ProcessEnv): string[] {
  const directories = (environment.PATH ?? environment.Path ?? "").split(delimiter);
  return directories.filter((directory) => directory !== "");
}

function programIn(
  directories: readonly string[],
  name: string,
  { PATHEXT }: NodeJS.ProcessEnv,
): string | undefined {
  if (directories.length === 0) return undefined;
  const path = directories.join(delimiter);
  return (
    which(name, { path, nothrow: true, ...(PATHEXT === undefined ? {} : { pathExt: PATHEXT }) }) ?? undefined
  );
}

/** Whether the path is a file that this process can run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
