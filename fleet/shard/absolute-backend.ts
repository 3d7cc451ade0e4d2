import { resolve } from "node:path";

/**
 * The environment with an absolute path of a directory backend. A relative path starts at the directory of the packages, not at the working
 * directory of the shard's engine.
 */
export function absoluteBackend(
  directory: string,
  { PULUMI_BACKEND_URL: address }: NodeJS.ProcessEnv = process.env,
): { PULUMI_BACKEND_URL?: string } {
  const [, path, parameters = ""] = /^file:\/\/((?![/~])[^?]*)(\?.*)?$/.exec(address ?? "") ?? [];
  return path === undefined ? {} : { PULUMI_BACKEND_URL: `file://${resolve(directory, path)}${parameters}` };
}
