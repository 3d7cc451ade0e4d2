/** The variable that names the directory in which relative paths begin, where the engine runs in one of its own. */
export const baseDirectoryVariable = "PINTEREST_FLEET_DIRECTORY";

/** Where relative paths of the configuration begin, and its commands run: the project's directory, in which the engine runs as a rule. */
export function baseDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return environment[baseDirectoryVariable] || process.cwd();
}
