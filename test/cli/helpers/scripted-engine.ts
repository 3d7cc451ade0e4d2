import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach } from "@jest/globals";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { temporaryDirectory } from "../../temporary-directory";

/** What the engine prints for a command. With an error, the command fails. */
interface Response {
  readonly output?: unknown;
  readonly error?: string;
}

const { PATH } = process.env;

/**
 * A shell script in place of the engine, first on PATH. It responds to each command in the same way, and its previews emit the same events. For tests
 * about what a command does with the results. Each test starts with an empty directory.
 */
export class ScriptedEngine {
  directory = "";

  constructor() {
    beforeEach(() => {
      this.directory = temporaryDirectory();
      process.env.PATH = `${this.directory}:${PATH}`;
    });
    afterEach(() => {
      process.env.PATH = PATH;
    });
  }

  /**
   * Writes the script.
   *
   * @param responses by the first words of the commands, such as `stack ls`. Others print `{}`.
   */
  write(responses: Readonly<Record<string, Response>>, events: readonly EngineEvent[] = []): void {
    const eventLog = this.file("events.jsonl", events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    // Later versions send their events to a server of the Automation API.
    const version = events.length > 0 ? "v3.205.0" : "v3.259.0";
    const all: typeof responses = { version: { output: version }, "stack ls": { output: [] }, ...responses };
    const cases = Object.entries(all).map(([words, { output = {}, error }], index) => {
      const text = typeof output === "string" ? output : JSON.stringify(output);
      const print = `cat '${this.file(`${index}.out`, `${text}\n`)}'`;
      const fail = error && `cat '${this.file(`${index}.err`, `${error}\n`)}' >&2; exit 255`;
      return `  "${words} "*) ${fail ?? print} ;;`;
    });
    const script = `#!/bin/sh
command="$* "
while [ $# -gt 0 ]; do
  if [ "$1" = --event-log ]; then cat '${eventLog}' > "$2"; fi
  shift
done
case "$command" in
${cases.join("\n")}
  *) echo '{}' ;;
esac
`;
    writeFileSync(join(this.directory, "pulumi"), script, { mode: 0o755 });
  }

  /** Writes a file to the directory. @returns its path */
  file(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }
}
