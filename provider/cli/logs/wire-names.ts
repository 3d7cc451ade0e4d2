import { isJsonObject } from "../../pinterest/json";
import { type LogFieldRule, type LogProblem, logFields } from "../../pinterest/logs";

type Rules = Readonly<Record<string, LogFieldRule>>;

/**
 * An entry by the names of this package (`clientTimestamp`), where it was given by those of Pinterest's API (`client_timestamp`), or by
 * both. Whatever else is wrong with it stays as it is.
 *
 * @returns problems too, where a field is given by both of its names.
 */
export function inOurNames(entry: unknown): { value: unknown; problems: LogProblem[] } {
  const problems: LogProblem[] = [];
  return { value: renamed(entry, logFields, "", problems), problems };
}

function renamed(value: unknown, rules: Rules, prefix: string, problems: LogProblem[]): unknown {
  if (!isJsonObject(value)) return value;
  const ours = ourNames(rules);
  const result = new Map<string, unknown>();
  for (const [given, content] of Object.entries(value)) {
    const name = ours.get(given) ?? given;
    if (result.has(name)) {
      problems.push({ field: prefix + name, problem: `is given twice, also as ${rules[name]?.wire}` });
    }
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    result.set(
      name,
      rule?.kind === "object" ? renamed(content, rule.fields, `${prefix}${name}.`, problems) : content,
    );
  }
  return Object.fromEntries(result);
}

const known = new Map<Rules, ReadonlyMap<string, string>>();

function ourNames(rules: Rules): ReadonlyMap<string, string> {
  let names = known.get(rules);
  if (names === undefined) {
    names = new Map(Object.entries(rules).map(([name, { wire }]) => [wire, name]));
    known.set(rules, names);
  }
  return names;
}
