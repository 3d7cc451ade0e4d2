import { logProblems } from "../api";
import { problemOf, validateAccount } from "../lifecycle/check";
import type { Bag } from "../lifecycle/outputs";
import { containsUnknown, unknownValue } from "../lifecycle/values";
import { logArgumentNames, logFieldNames, problemWithLogName } from "./log-names";

/**
 * Validates a program's arguments, by the limits of Pinterest's log. Does no I/O. A value that is not known yet passes, whole, as
 * unknown; those parts of it that are known are checked.
 */
export function checkLog(news: Bag): { inputs: Bag; problems: string[] } {
  const given = Object.entries(news).filter(([, value]) => value !== null && value !== undefined);
  const names = given.flatMap(([name]) => problemWithLogName(name) ?? []);
  const content = pickFields(Object.fromEntries(given));
  // Where the program gives no time, the entry gets one when it is recorded.
  const problems = logProblems({ clientTimestamp: 0, ...content }, (value) => value === unknownValue).map(
    ({ field, problem }) => `\`${field}\` ${problem}`,
  );
  const inputs = given
    .filter(([name]) => logArgumentNames.includes(name))
    .map(([name, value]) => [name, containsUnknown(value) ? unknownValue : value]);
  return {
    inputs: Object.fromEntries(inputs),
    problems: [...names, ...problems, ...problemsWithAccount(news)],
  };
}

/** Those properties of a bag that are fields of Pinterest's log. */
export function pickFields(bag: Bag): Bag {
  return Object.fromEntries(
    logFieldNames.filter((name) => bag[name] !== undefined).map((name) => [name, bag[name]]),
  );
}

function problemsWithAccount({ account }: Bag): string[] {
  if (account === undefined || account === null || account === unknownValue) return [];
  const problem = problemOf(() => validateAccount(account));
  return problem === undefined ? [] : [`\`account\` ${problem.message}`];
}
