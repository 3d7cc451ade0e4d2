import { describe } from "../describe";
import { isJsonObject } from "../json";
import { holdsSecret } from "../redact";
import { problemWithUnknown } from "../unknown-name";
import { type LogFieldRule, logFields } from "./fields";

/** A problem of a log entry. Never contains the value, which can be a secret. */
export interface LogProblem {
  /** For example `error.message`. Missing if the entry is not an object. */
  readonly field?: string;
  /** A predicate: "is missing". */
  readonly problem: string;
}

type Rules = Readonly<Record<string, LogFieldRule>>;
type Accepts = (value: unknown) => boolean;

/**
 * Returns all problems of a log entry.
 *
 * @param accepts whether to accept a value without a check, for example because it is not known yet.
 */
export function logProblems(entry: unknown, accepts: Accepts = () => false): LogProblem[] {
  return isJsonObject(entry)
    ? objectProblems(entry, logFields, "", accepts)
    : [{ problem: `is ${describe(entry)}; allowed is an object` }];
}

function objectProblems(
  object: Readonly<Record<string, unknown>>,
  rules: Rules,
  prefix: string,
  accepts: Accepts,
): LogProblem[] {
  const names = Object.keys(rules);
  const unknown = Object.keys(object).filter((name) => !Object.hasOwn(rules, name));
  return [
    ...unknown.map((name) => ({
      field: prefix + name,
      problem: problemWithUnknown(name, "field of a log entry", names),
    })),
    ...Object.entries(rules).flatMap(([name, rule]) =>
      fieldProblems(object[name], rule, prefix + name, accepts),
    ),
  ];
}

function fieldProblems(value: unknown, rule: LogFieldRule, field: string, accepts: Accepts): LogProblem[] {
  if (accepts(value)) return [];
  if (value === undefined) return rule.required === true ? [{ field, problem: "is missing" }] : [];
  if (rule.kind === "object" && isJsonObject(value)) {
    return objectProblems(value, rule.fields, `${field}.`, accepts);
  }
  if (rule.kind === "headers" && isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, content]) =>
      secretHeader.test(name)
        ? [{ field: `${field}.${name}`, problem: "is a header for secrets; remove it" }]
        : fieldProblems(content, { wire: name, kind: "text" }, `${field}.${name}`, accepts),
    );
  }
  const problem = valueProblem(value, rule);
  return problem === undefined ? [] : [{ field, problem }];
}

const secretHeader =
  /authori[sz]ation|cookie|token|secret|passw|credential|api[-_]?key|session|(?:^|[-_])auth(?:$|[-_])/i;

function valueProblem(value: unknown, rule: LogFieldRule): string | undefined {
  const not = (allowed: string): string => `is ${describe(value)}; allowed is ${allowed}`;
  switch (rule.kind) {
    case "integer":
      return Number.isSafeInteger(value) ? undefined : not("a whole number");
    case "choice":
      return rule.choices.some((choice) => choice === value) ? undefined : not(rule.choices.join(", "));
    case "object":
      return not("an object");
    case "headers":
      return not("an object of texts");
    default:
      if (rule.kind === "id" && value === null) return undefined;
      if (typeof value !== "string" || isLongerThan(value, rule.max)) {
        return not(rule.max === undefined ? "a text" : `a text of at most ${rule.max} characters`);
      }
      if (!value.isWellFormed()) return "contains half of a surrogate pair, which is not Unicode";
      return holdsSecret(value) ? "contains what looks like a token or another secret; remove it" : undefined;
  }
}

/** Counts code points, like Pinterest's API description: an emoji is one character. */
function isLongerThan(text: string, max = Number.POSITIVE_INFINITY): boolean {
  return text.length > max && (text.length > 2 * max || [...text].length > max);
}
