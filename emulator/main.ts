import { parseArgs } from "node:util";
import { type Emulator, startEmulator } from "./emulator";
import { parseSwitch, type Switches } from "./switches";

const HELP = `Starts a local Pinterest that pulumi programs can be tried against.

Usage: npm run emulator -- [options]

  --port N             the port on 127.0.0.1 (default: any free one)
  --accounts N         how many accounts there are, shop-1, shop-2, … (default: 2)
  --rate-limits KIND   limit requests as Pinterest does, with standard or trial access (default: off)
  --switch NAME=VALUE  how Pinterest behaves, for instance --switch generation=5.28; may be repeated;
                       emulator/README.md lists them
  --help               this text

The first two lines that it prints are the environment that the provider reads.
`;

interface Arguments {
  readonly port: number;
  readonly accounts: number;
  readonly switches: Partial<Switches>;
}

/** What the command line asks for; undefined for --help. */
function parseCommandLine(args: readonly string[]): Arguments | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "0" },
      accounts: { type: "string", default: "2" },
      "rate-limits": { type: "string", default: "off" },
      switch: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  return {
    port: integer("--port", values.port, 0, 65_535),
    accounts: integer("--accounts", values.accounts, 1, 10_000),
    switches: Object.assign(
      {},
      ...[`rateLimits=${values["rate-limits"]}`, ...values.switch].map(parseSwitch),
    ),
  };
}

function integer(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${option} takes an integer from ${least} to ${most}, not '${text}'`);
  }
  return value;
}

function greet(emulator: Emulator): string {
  const [, ...others] = emulator.accounts();
  const { app_id, app_secret, refresh_token } = emulator.account();
  return [
    `PINTEREST_API_URL=${emulator.url}`,
    `PINTEREST_ACCESS_TOKEN=${emulator.token()}`,
    "",
    "A local Pinterest is running; its data are gone when it ends (Ctrl+C).",
    `To refresh tokens: app ${app_id}, secret ${app_secret}, refresh token ${refresh_token}`,
    ...others
      .slice(0, 3)
      .map(({ name, access_tokens }) => `Token of the account ${name}: ${access_tokens[0]}`),
    ...(others.length > 3
      ? [`Tokens of ${others.length - 3} more accounts: ${emulator.administrationUrl}/accounts`]
      : []),
    `Administration: ${emulator.administrationUrl}`,
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  const given = parseCommandLine(process.argv.slice(2));
  if (!given) {
    process.stdout.write(HELP);
    return;
  }
  const emulator = await startEmulator(given);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void emulator.stop());
  process.stdout.write(greet(emulator));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
