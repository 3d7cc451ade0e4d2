import { statSync } from "node:fs";
import { resolve } from "node:path";
import { systemClock } from "../../provider/api/clock";
import { createRedactor } from "../../provider/api/redact";
import { isOlder, oldestNode } from "../../provider/runtime/installation";
import type { AccountOptions } from "../accounts/choice";
import { UsageError } from "../command-error";
import type { ProjectOptions } from "../option-values";
import { stackOptions } from "../text/shell";
import { checkAccounts } from "./accounts";
import { type Check, warning } from "./check";
import { type ConfigurationFindings, checkConfiguration } from "./configuration";
import { checkMachine } from "./machine";
import { checkNetwork, type NetworkFindings } from "./network";
import { programDirectory } from "./project";
import { checkTokenFile } from "./token-file";

export interface ExamineOptions extends ProjectOptions, AccountOptions {
  readonly notify: (message: string) => void;
  readonly onProgress: (text: string) => void;
}

/**
 * Runs all checks, and omits those that depend on a failed one. Changes the working directory to the program's.
 *
 * @throws UsageError if the directory does not exist, or a file of names cannot be read.
 */
export async function examine(options: ExamineOptions): Promise<Check[]> {
  const { accountsFile, notify, onProgress } = options;
  const cwd = checkedDirectory(options.cwd);
  const names = accountsFile === undefined || accountsFile === "-" ? accountsFile : resolve(accountsFile);
  const environment = process.env;
  const now = systemClock.now;

  onProgress("checking Node.js, Pulumi and the project");
  const { checks: machine, stack, ...reader } = await checkMachine(cwd, options.stack, environment);

  const onStack = stackOptions(stack.stack ?? { directory: cwd, name: options.stack });

  // The provider runs there, so relative paths of the token file and the account command start there.
  process.chdir(programDirectory(cwd) ?? cwd);
  const known = checkConfiguration(stack.configuration ?? {}, environment, { ...reader, onStack });
  const { tokenFile } = known.configuration;
  const configuration = [...known.checks, ...(tokenFile === undefined ? [] : [checkTokenFile(tokenFile)])];

  onProgress("checking Pinterest");
  const network = await lookAtNetwork(known, now);
  const accounts = await checkAccounts({
    account: options.account,
    ...(names === undefined ? {} : { accountsFile: names }),
    stack,
    onStack,
    known,
    reached: network.reached,
    now,
    notify,
    onProgress: (done, all) => onProgress(`${done} of ${all} accounts checked`),
  });
  const redact = redactor(known.configuration);
  return [...machine, ...configuration, ...network.checks, ...accounts].map((check) =>
    redacted(check, redact),
  );
}

function checkedDirectory(cwd: string): string {
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--cwd: ${cwd} is not a directory`);
  }
  return resolve(cwd);
}

/** Redacts secrets as a second safeguard, for example a token in place of an account's name. */
function redactor({ accessToken = "", refresh }: ReturnType<typeof checkConfiguration>["configuration"]) {
  return createRedactor([accessToken, refresh?.refreshToken ?? "", refresh?.appSecret ?? ""]);
}

function redacted(check: Check, redact: (text: string) => string): Check {
  const { account, found, remedy } = check;
  return {
    ...check,
    ...(account === undefined ? {} : { account: redact(account) }),
    found: redact(found),
    ...(remedy === undefined ? {} : { remedy: redact(remedy) }),
  };
}

async function lookAtNetwork(known: ConfigurationFindings, now: () => number): Promise<NetworkFindings> {
  if (!known.addressable) return { checks: [], reached: false };
  // The HTTP library would fail with a message that does not mention the network.
  if (isOlder(process.versions.node, oldestNode)) {
    const found = `not checked: this command runs on Node.js ${process.versions.node}, which is too old`;
    return { checks: [warning("api", found, "Run it with a newer Node.js.")], reached: false };
  }
  return checkNetwork(known.configuration, now);
}
