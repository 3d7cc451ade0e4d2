import { github } from "./github.mjs";
import { gitlab } from "./gitlab.mjs";

/** The platform whose job this is. */
export function platform() {
  return process.env.GITLAB_CI === "true" ? gitlab() : github();
}

/**
 * Runs a script's work; what fails ends it with 1 and one line.
 *
 * @param {() => Promise<string>} work gives what became of it
 */
export function main(work) {
  work().then(console.log, (error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  });
}
