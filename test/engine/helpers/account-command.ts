import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Sets the account command of `environment` to a JavaScript file in `directory`. `script` can read standard input from `input`.
 *
 * @returns a function that returns the account names of each run so far
 */
export function accountCommand(
  { directory, environment }: { directory: string; environment: NodeJS.ProcessEnv },
  script: string,
): () => string[][] {
  const [file, runs] = [join(directory, "command.cjs"), join(directory, "runs")];
  rmSync(runs, { force: true });
  writeFileSync(
    file,
    `const input = require("node:fs").readFileSync(0, "utf8"); require("node:fs").appendFileSync(${JSON.stringify(runs)}, input);\n${script}`,
  );
  environment.PINTEREST_ACCOUNT_COMMAND = JSON.stringify([process.execPath, file]);
  return () => {
    try {
      const lines = readFileSync(runs, "utf8").trim().split("\n");
      return lines.map((line) => (JSON.parse(line) as { accounts: string[] }).accounts);
    } catch {
      return [];
    }
  };
}
