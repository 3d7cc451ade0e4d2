import { Command } from "commander";
import type { Emulator, Switches } from "../../emulator";
import { ownCommand } from "../../provider/base/own-package";
import { counted } from "../../provider/base/words";
import { CommandError, UsageError } from "../../stack/command-error";
import { exitCodes } from "../../stack/exit-codes";
import { onTerminationSignal } from "../../stack/signals";
import { fitted } from "../help";
import { integerFrom, repeated } from "../options";
import type { CommandIo, Run } from "../terminal";

interface EmulatorCommandOptions {
  port: number;
  accounts: number;
  seed: number;
  switch?: string[];
  json?: true;
}

/** Limit of seeded integrations of all accounts. */
const mostSeeded = 1_000_000;

const after = `
Paste the first lines of the output into the terminal in which you run pulumi. The emulator listens on 127.0.0.1 only, and keeps its data in
memory.

For the switches and their values, see node_modules/pulumi-pinterest/docs/reference/emulator-switches.md. You can change switches while the
emulator runs, at the administration address.

Examples:
  $ ${ownCommand} emulator --port 4010
  $ ${ownCommand} emulator --accounts 5 --seed 40        200 integrations to import
  $ ${ownCommand} emulator --switch rateLimits=trial --switch generation=5.28
  $ ${ownCommand} emulator --switch 'rateLimits={"ads_write":[{"limit":5,"window":60}]}'

Exit codes: ${exitCodes.ok} ended by Ctrl-C or SIGTERM; ${exitCodes.error} the emulator could not start; ${exitCodes.usage} invalid arguments.`;

export function emulatorCommand(run: Run): Command {
  return new Command("emulator")
    .description("Run a local Pinterest for development and tests, until Ctrl-C.")
    .option("-p, --port <number>", "the port on 127.0.0.1; 0 is any free port", integerFrom(0, 65_535), 0)
    .option("--accounts <number>", "number of accounts: shop-1, shop-2, …", integerFrom(1, 10_000), 2)
    .option(
      "--seed <number>",
      "number of integrations that each account starts with",
      integerFrom(0, 100_000),
      0,
    )
    .option("--switch <name=value>", "set a switch; can be repeated (default: none)", repeated)
    .option("--json", "print one line of JSON instead of text: pid, url, administrationUrl, tokens, accounts")
    .addHelpText("after", fitted(after))
    .action(run(async () => runEmulator));
}

async function runEmulator(options: EmulatorCommandOptions, { terminal }: CommandIo): Promise<void> {
  if (options.seed * options.accounts > mostSeeded) {
    throw new UsageError(
      `--seed ${options.seed} with --accounts ${options.accounts}: the limit is ${mostSeeded} integrations in total`,
    );
  }
  const { parseSwitch } = await import("../../emulator/switches.js");
  const switches = (options.switch ?? []).map((text): Partial<Switches> => {
    try {
      return parseSwitch(text);
    } catch (error) {
      throw new UsageError(`--switch ${text}: ${(error as Error).message}`);
    }
  });
  const { startEmulator } = await import("../../emulator/index.js");
  const { port, accounts } = options;
  // Before the start, so that a signal during the start is not lost. A second signal ends the process at once.
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const removeListener = onTerminationSignal(() => {
    removeListener();
    resolve();
  });
  const emulator = await startEmulator({ port, accounts, switches: Object.assign({}, ...switches) }).catch(
    (error: Error) => {
      throw new CommandError(error.message);
    },
  );
  seedAccounts(emulator, options.seed);
  terminal.out(options.json ? greetingJson(emulator) : greeting(emulator));
  await ended;
  await emulator.stop();
}

/** Adds connected integrations to each account. Their IDs name the account: `shop-1-store-1`, `shop-1-store-2`, … */
function seedAccounts(emulator: Emulator, count: number): void {
  emulator.accounts().forEach(({ name }, index) => {
    const digits = (number: number) => String(index * 1_000_000 + number).padStart(10, "0");
    emulator.seed(count, {
      account: name,
      prefix: `${name}-store-`,
      fields: (number) => ({
        connected_merchant_id: `110${digits(number)}`,
        connected_advertiser_id: `549${digits(number)}`,
        connected_tag_id: `261${digits(number)}`,
        partner_metadata: JSON.stringify({ store: number, account: name }),
      }),
    });
  });
}

/** The first two lines export the provider's environment, and the others are comments, so that all can be pasted into a shell. */
function greeting(emulator: Emulator): string {
  const [, ...others] = emulator.accounts();
  const { app_id, app_secret, refresh_token } = emulator.account();
  const integrations = counted(emulator.integrations().length, "integration");
  const tokens = others.slice(0, 3).map(({ name, access_tokens: [token] }) => [name, token]);
  return [
    `export PINTEREST_API_URL=${emulator.url}`,
    `export PINTEREST_ACCESS_TOKEN=${emulator.token()}`,
    `# process ID ${process.pid}; stop it with Ctrl-C, which deletes its data`,
    `# ${integrations} in ${counted(others.length + 1, "account")}`,
    `# To refresh tokens: app ${app_id}, secret ${app_secret}, refresh token ${refresh_token}`,
    ...tokens.map(([name, token]) => `# Token of the account ${name}: ${token}`),
    ...(others.length > 3 ? [`# All tokens: ${emulator.administrationUrl}/accounts`] : []),
    `# Administration: ${emulator.administrationUrl}`,
  ].join("\n");
}

/** The output with `--json`, in one line. `tokens` has the format of `pinterest:accounts`. */
function greetingJson(emulator: Emulator): string {
  const { url, administrationUrl } = emulator;
  const accounts = emulator.accounts();
  return JSON.stringify({
    pid: process.pid,
    url,
    administrationUrl,
    tokens: Object.fromEntries(accounts.map(({ name }) => [name, emulator.token(name)])),
    accounts: accounts.map(({ name, app_id, app_secret, refresh_token }) => ({
      name,
      integrations: emulator.integrations(name).length,
      appId: app_id,
      appSecret: app_secret,
      refreshToken: refresh_token,
    })),
  });
}
