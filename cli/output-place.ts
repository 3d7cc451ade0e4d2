import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Why no file can be written at a path, which is better said before a long work than after it; undefined where nothing is known of that. */
export function problemWithPlace(path: string): string | undefined {
  const directory = dirname(resolve(path));
  if (!isDirectory(directory)) return `there is no directory ${directory}`;
  if (isDirectory(path)) return `${path} is a directory: name a file`;
  return undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
