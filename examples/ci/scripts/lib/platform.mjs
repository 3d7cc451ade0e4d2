import { github } from "./github.mjs";
import { gitlab } from "./gitlab.mjs";

/** The platform that runs this job. */
export function platform() {
  return process.env.GITLAB_CI === "true" ? gitlab() : github();
}

/**
 * Runs a script and prints its result. On an error, prints one line and sets the exit code to 1.
 *
 * @param {() => Promise<string>} script returns the result
 */
export function main(script) {
  script().then(console.log, (error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  });
}
