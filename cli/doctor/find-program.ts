import { realpathSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { sync as which } from "which";

/**
 * The path of a program on PATH, as a shell finds it; undefined if it is missing.
 *
 * @param first directories to search before those of PATH.
 */
export function programOnPath(
  name: string,
  { PATH, Path, PATHEXT }: NodeJS.ProcessEnv,
  first: readonly string[] = [],
): string | undefined {
  const directories = [...first, ...(PATH ?? Path ?? "").split(delimiter)].filter((path) => path !== "");
  // Without directories, `which` would search the PATH of this process.
  if (directories.length === 0) return undefined;
  const options = {
    path: directories.join(delimiter),
    ...(PATHEXT === undefined ? {} : { pathExt: PATHEXT }),
  };
  return which(name, { ...options, nothrow: true }) ?? undefined;
}

/** The path of a program that another one finds next to itself or on PATH. */
export function programBeside(
  path: string,
  name: string,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  return programOnPath(name, environment, [dirname(path), dirname(realpathSync(path))]);
}

/** Whether an absolute path is a file that this process can run. */
export function isProgram(path: string): boolean {
  return which(path, { nothrow: true }) !== null;
}
