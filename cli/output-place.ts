import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Why a file cannot be written at a path, to fail before a long operation instead of after it. Undefined if no problem is known. */
export function problemWithPlace(path: string): string | undefined {
  const directory = dirname(resolve(path));
  if (!isDirectory(directory)) return `there is no directory ${directory}`;
  if (isDirectory(path)) return `${path} is a directory: name a file`;
  return undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
