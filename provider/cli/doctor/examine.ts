import { systemClock } from "../../pinterest/clock";
import { createRedactor } from "../../pinterest/redact";
import type { AccountOptions } from "../accounts/choice";
import type { ProjectOptions } from "../stack/options";
import { checkAccounts } from "./accounts";
import { checkBackend } from "./backend";
import { type Check, warning } from "./check";
import { checkConfiguration } from "./configuration";
import { checkEngine } from "./engine";
import { checkNetwork } from "./network";
import { checkNode } from "./node";
import { checkProject } from "./project";
import { checkStack, type StackFindings } from "./stack";
import { checkStackLock } from "./stack-lock";
import { checkTokenFile } from "./token-file";

export interface ExamineOptions extends ProjectOptions, AccountOptions {
  readonly notify: (message: string) => void;
  readonly onProgress: (text: string) => void;
}

/**
 * Makes all checks. What cannot be checked because of something else is left out; that other thing is told.
 *
 * @throws UsageError for a file of names that cannot be read.
 */
export async function examine(options: ExamineOptions): Promise<Check[]> {
  const { cwd, stack: name, notify, onProgress } = options;
  const environment = process.env;
  const now = systemClock.now;
  onProgress("looking at Node.js, Pulumi and the project");
  const [node, engine] = await Promise.all([checkNode(cwd, environment), checkEngine(cwd, environment)]);
  const backend = engine.path === undefined ? undefined : await checkBackend(cwd);
  const stack: StackFindings =
    backend?.url === undefined
      ? { checks: [], accounts: new Set(), providers: new Set() }
      : await checkStack({ cwd, stack: name });
  const lock =
    stack.stack === undefined || backend?.url === undefined
      ? undefined
      : await checkStackLock(stack.stack, backend.url);
  const machine = [
    node,
    ...engine.checks,
    ...checkProject(cwd),
    ...(backend === undefined ? [] : [backend.check]),
    ...stack.checks,
    ...(lock === undefined ? [] : [lock]),
  ];

  const known = checkConfiguration(stack.configuration ?? {}, environment);
  const { tokenFile } = known.configuration;
  const configuration = [...known.checks, ...(tokenFile === undefined ? [] : [checkTokenFile(tokenFile)])];

  onProgress("asking Pinterest");
  const network = known.addressable
    ? await checkNetwork(known.configuration, now)
    : { checks: [], reached: false };

  const unread = stack.stack !== undefined && stack.configuration === undefined;
  const accounts = unread
    ? [unreadAccounts]
    : await checkAccounts({
        ...options,
        stack,
        known,
        reached: network.reached,
        now,
        notify,
        onProgress: (done, all) => onProgress(`${done} of ${all} accounts looked at`),
      });
  const redact = redactor(known.configuration);
  return [...machine, ...configuration, ...network.checks, ...accounts].map((check) =>
    redacted(check, redact),
  );
}

const unreadAccounts = warning(
  "accounts",
  "not looked at, since the stack's configuration cannot be read",
  "Run again when it can.",
);

/** What is told was made without secrets; this stands behind that. Names of accounts may be tokens that were put in the wrong place. */
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
