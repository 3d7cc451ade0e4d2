import { randomUUID } from "node:crypto";
import { type LogEntry, logFields, logProblems } from "../api";
import { type Bag, pick } from "../base/bag";
import { accountInWords, problemWithUnknown, sentence } from "../base/message-text";
import { unknownValue } from "../run/constants";
import { type CheckResult, checkArgument } from "./check";
import type { ProviderProcess } from "./provider-process";
import { containsUnknown } from "./values";

const logFieldNames = Object.keys(logFields) as (keyof typeof logFields)[];

export const logArgumentNames: readonly string[] = [...logFieldNames, "account", "triggers"];

/** The reason why a name is not an argument of a log entry, or undefined if it is. Names with two underscores are the engine's and allowed. */
export function problemWithLogName(name: string): string | undefined {
  return logArgumentNames.includes(name) || name.startsWith("__")
    ? undefined
    : `\`${name}\` ${problemWithUnknown(name, "argument of a log entry", logArgumentNames)}`;
}

/** The log entries of a provider process. Pinterest's log is append-only: entries cannot be read, changed or deleted. */
export class IntegrationLogs {
  constructor(private readonly process: ProviderProcess) {}

  /** Validates inputs. Problems name the property but never contain its value, which can be a secret. */
  check(news: Bag): CheckResult {
    const problem = this.process.configurationProblem();
    if (problem !== undefined) return { inputs: news, problems: [problem] };
    const checked = checkArguments(news);
    this.process.announceAccount(checked.inputs.account);
    return checked;
  }

  async create(inputs: Bag): Promise<{ id: string; outputs: Bag }> {
    return { id: `log-${randomUUID()}`, outputs: await this.send(inputs) };
  }

  /**
   * Sends an entry to Pinterest, once, and returns the resource's outputs.
   *
   * @throws Error if Pinterest refused the entry, or may have recorded it. State stays unchanged, so that the next update sends it again.
   */
  async send(inputs: Bag): Promise<Bag> {
    const outputs: Bag = { clientTimestamp: Date.now(), ...inputs };
    const account = inputs.account as string | undefined;
    const client = this.process.clients.client(account);
    const entry = pick(outputs, logFieldNames) as unknown as LogEntry;
    const { rejected, unknown } = await client.reportLogs([entry], { hidden: stringsIn(inputs) });
    const of = account === undefined ? "" : ` (${accountInWords(account)})`;
    if (rejected.length > 0) {
      const reasons = rejected.map(({ field, reason }) =>
        field === undefined ? reason : `${field}: ${reason}`,
      );
      throw new Error(
        `cannot record a log entry${of}: Pinterest rejected it: ${sentence(reasons.join("; "))} Nothing was recorded. Correct the entry and run again.`,
      );
    }
    if (unknown.length > 0) {
      throw new Error(
        `Pinterest may have recorded a log entry${of}: ${sentence(unknown.map(({ reason }) => reason).join("; "))} ` +
          "It was not sent again, because Pinterest would keep both. The next `pulumi up` sends it again.",
      );
    }
    return outputs;
  }
}

/**
 * Validates arguments against the limits of Pinterest's log. Does no I/O. A value that contains an unknown value becomes unknown as a
 * whole; its known parts are validated.
 */
function checkArguments(news: Bag): CheckResult {
  const given = Object.entries(news).filter(([, value]) => value !== null && value !== undefined);
  const names = given.flatMap(([name]) => problemWithLogName(name) ?? []);
  const values = Object.fromEntries(given);
  const content: Bag = pick(values, logFieldNames);
  // An entry without a time is sent with the current time.
  const problems = logProblems({ clientTimestamp: 0, ...content }, (value) => value === unknownValue).map(
    ({ field, problem }) => `\`${field}\` ${problem}`,
  );
  const inputs = given
    .filter(([name]) => logArgumentNames.includes(name))
    .map(([name, value]) => [name, containsUnknown(value) ? unknownValue : value]);
  return {
    inputs: Object.fromEntries(inputs),
    problems: [...names, ...problems, ...problemsWithAccount(values)],
  };
}

function problemsWithAccount({ account }: Bag): string[] {
  if (account === undefined || account === unknownValue) return [];
  const { problem } = checkArgument("account", account);
  return problem === undefined ? [] : [`\`account\` ${problem.message}`];
}

/** All strings of the inputs except those of enumerations: the program may have declared any of them as a secret. */
function stringsIn({ eventType: _event, logLevel: _level, account: _account, ...inputs }: Bag): string[] {
  const strings = (value: unknown): string[] =>
    typeof value === "string" ? [value] : Object.values(value ?? {}).flatMap(strings);
  return strings(inputs);
}
