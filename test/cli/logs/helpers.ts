import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { jest } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import type { EmulatorOptions } from "../../../emulator";
import { emulate } from "../../emulator/helpers/emulate";
import { temporaryDirectory } from "../../temporary-directory";
import { type RecordingTerminal, recordingTerminal } from "../helpers/terminal";

/** A log line with this message. */
export function line(message: string, more: object = {}): string {
  return JSON.stringify({ clientTimestamp: 1, eventType: "APP", logLevel: "INFO", message, ...more });
}

/** Log lines with the messages m1, m2, … */
export function lines(count: number, first = 1): string[] {
  return messages(count, first).map((message) => line(message));
}

/** The messages m1, m2, … */
export function messages(count: number, first = 1): string[] {
  return Array.from({ length: count }, (_, index) => `m${first + index}`);
}

/** A finished run of `logs send`. */
export interface SendRun {
  readonly args: readonly string[];
  readonly code: number;
  readonly terminal: RecordingTerminal;
  /** The output of `--json`, or an empty object. */
  readonly summary: Record<string, unknown>;
}

/** Starts an emulator, and returns functions that run `logs send` with a file, without a Pulumi project. */
export async function openLogLab(options: EmulatorOptions = {}) {
  const { emulator } = await emulate(options);
  const directory = temporaryDirectory();
  const file = join(directory, "app.log");
  const rejected = join(directory, "rejected.log");
  // The Automation API finds the engine on the path of this process.
  process.env.PATH = directory;
  const environment: NodeJS.ProcessEnv = {
    // Hides the Pulumi engine.
    PATH: directory,
    PINTEREST_API_URL: emulator.url,
    PINTEREST_ACCESS_TOKEN: emulator.token(),
    PINTEREST_ACCOUNTS: JSON.stringify({ "shop-2": emulator.token("shop-2") }),
  };
  const run = async (args: readonly string[]): Promise<SendRun> => {
    const terminal = recordingTerminal();
    const code = await runCommandLine(
      ["logs", "send", ...args, "--cwd", directory, "--json"],
      terminal,
      environment,
    );
    return { args, code, terminal, summary: JSON.parse(terminal.output() || "{}") };
  };
  return {
    emulator,
    directory,
    environment,
    file,
    rejected,
    write: (text: string | readonly string[]) =>
      writeFileSync(file, typeof text === "string" ? text : text.map((each) => `${each}\n`).join("")),
    rejectedLines: () =>
      readFileSync(rejected, "utf8")
        .trimEnd()
        .split("\n")
        .map((each) => JSON.parse(each)),
    /** The messages that the emulator has recorded. */
    recorded: (account?: string) => emulator.logs(account).map(({ message }) => message),
    /** Sends the file. */
    send: (...args: string[]) => run([file, ...args]),
    /** Sends standard input. */
    sendInput: async (input: Readable, ...args: string[]) => {
      const stdin = jest.spyOn(process, "stdin", "get").mockReturnValue(input as typeof process.stdin);
      return run(["-", ...args]).finally(() => stdin.mockRestore());
    },
    /** Continues a stopped run with the option that it printed. */
    continueAfter: ({ args, terminal }: SendRun) => {
      const number = /run the same command with --from-line (\d+)\./.exec(terminal.notes())?.[1] ?? "";
      return run([...args, "--from-line", number]);
    },
  };
}
