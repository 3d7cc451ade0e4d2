import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EmulatorOptions } from "../../../emulator";
import { type SendOptions, sendLogs } from "../../../provider/cli/logs/send";
import { visibleTerminal } from "../../../provider/cli/visible-terminal";
import { Clients, readConfiguration } from "../../../provider/configuration";
import { emulate } from "../../emulator/helpers/emulate";
import { temporaryDirectory } from "../../temporary-directory";
import { type KeptTerminal, keptTerminal } from "../helpers/terminal";

/** The line of an entry with this message. */
export function line(message: string, more: object = {}): string {
  return JSON.stringify({ clientTimestamp: 1, eventType: "APP", logLevel: "INFO", message, ...more });
}

/** Lines with the messages m1, m2, … */
export function lines(count: number, first = 1): string[] {
  return Array.from({ length: count }, (_, index) => line(`m${first + index}`));
}

/** How `logs send` ended. */
export interface Sent {
  readonly code: number;
  readonly terminal: KeptTerminal;
  /** What --json printed. */
  readonly summary: Record<string, unknown>;
}

/** An emulator, a file, and `logs send` on it, with the default account's token. */
export async function sending(options: EmulatorOptions = {}) {
  const { emulator } = await emulate(options);
  const directory = temporaryDirectory();
  const file = join(directory, "app.log");
  const rejected = join(directory, "rejected.log");
  return {
    emulator,
    file,
    rejected,
    journal: `${file}.sent`,
    write: (text: string | readonly string[]) =>
      writeFileSync(file, typeof text === "string" ? text : text.map((each) => `${each}\n`).join("")),
    read: (path: string) => readFileSync(path, "utf8"),
    rejectedLines: () =>
      readFileSync(rejected, "utf8")
        .trimEnd()
        .split("\n")
        .map((each) => JSON.parse(each)),
    /** The messages that Pinterest has recorded. */
    recorded: (account?: string) => emulator.logs(account).map(({ message }) => message),
    send: async (given: Partial<SendOptions> = {}, url = emulator.url): Promise<Sent> => {
      const terminal = keptTerminal();
      const configuration = readConfiguration(
        (key) =>
          ({
            apiUrl: url,
            accessToken: emulator.token(),
            accounts: JSON.stringify({ "shop-2": emulator.token("shop-2") }),
          })[key as string],
        {},
      );
      const code = await sendLogs(
        file,
        { cwd: directory, json: true, ...given },
        visibleTerminal(terminal),
        async ({ account }) => ({
          access: { configuration, clients: new Clients(configuration, terminal.note) },
          account,
        }),
      );
      return { code, terminal, summary: JSON.parse(terminal.output()) };
    },
  };
}
