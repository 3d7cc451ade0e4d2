import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** The path of a program on PATH, as a shell finds it; undefined if it is missing. */
export function programOnPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const directories = (environment.PATH ?? environment.Path ?? "").split(delimiter);
  return programIn(
    directories.filter((directory) => directory !== ""),
    name,
    environment,
  );
}

/** The path of a program that another one finds next to itself or on PATH. */
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

/** Whether the path is a file that this process can run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
