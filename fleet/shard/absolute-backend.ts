import { resolve } from "node:path";

/**
 * The environment by which an engine finds a backend's directory from wherever it runs: a relative one begins where the packages are, and not
 * in the directory that a shard's engine has of its own.
 */
export function absoluteBackend(
  directory: string,
  { PULUMI_BACKEND_URL: address }: NodeJS.ProcessEnv = process.env,
): { PULUMI_BACKEND_URL?: string } {
  const [, path, parameters = ""] = /^file:\/\/((?![/~])[^?]*)(\?.*)?$/.exec(address ?? "") ?? [];
  return path === undefined ? {} : { PULUMI_BACKEND_URL: `file://${resolve(directory, path)}${parameters}` };
}
