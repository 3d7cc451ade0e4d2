import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "./lab";

/**
 * Makes this JavaScript a lab's account command; it has the text of its standard input as `input`. Gives what tells the names that each
 * run so far was asked for.
 */
export function accountCommand(lab: Lab, script: string): () => string[][] {
  const [file, runs] = [join(lab.directory, "command.cjs"), join(lab.directory, "runs")];
  rmSync(runs, { force: true });
  writeFileSync(
    file,
    `const input = require("node:fs").readFileSync(0, "utf8"); require("node:fs").appendFileSync("runs", input);\n${script}`,
  );
  lab.environment.PINTEREST_ACCOUNT_COMMAND = JSON.stringify([process.execPath, file]);
  return () => {
    try {
      const lines = readFileSync(runs, "utf8").trim().split("\n");
      return lines.map((line) => (JSON.parse(line) as { accounts: string[] }).accounts);
    } catch {
      return [];
    }
  };
}
