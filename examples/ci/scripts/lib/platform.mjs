import { github } from "./github.mjs";
import { gitlab } from "./gitlab.mjs";

/** How to deploy if no job of the repository does. */
const onYourMachine = {
  deploy: "run `pulumi up --refresh --run-program`",
  raiseDeleteLimit: (limit) => `run \`PINTEREST_DELETE_LIMIT=${limit} pulumi up --refresh --run-program\``,
};

/** The platform that runs this job. */
export function platform() {
  const host = process.env.GITLAB_CI === "true" ? gitlab() : github();
  return host.deploys ? host : { ...host, ...onYourMachine };
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
