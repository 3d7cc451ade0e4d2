import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Where a program is on PATH, as a shell finds it; undefined where it is not. */
export function programOnPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const directories = (environment.PATH ?? environment.Path ?? "").split(delimiter);
  return programIn(
    directories.filter((directory) => directory !== ""),
    name,
    environment,
  );
}

/** Where a program is that another one looks for beside itself before it looks on PATH. */
export function programBeside(
  beside: string,
  name: string,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  return (
    programIn([dirname(beside), dirname(realpathSync(beside))], name, environment) ??
    programOnPath(name, environment)
  );
}

function programIn(
  directories: readonly string[],
  name: string,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const endings = process.platform === "win32" ? (environment.PATHEXT ?? ".EXE;.CMD;.BAT").split(";") : [""];
  return directories
    .flatMap((directory) => endings.map((ending) => join(directory, name + ending)))
    .find(isProgram);
}

/** Whether there is a file that this process may run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
