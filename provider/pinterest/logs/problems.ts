import { problemWithUnknown } from "../../unknown-name";
import { describe } from "../describe";
import { isJsonObject } from "../json";
import { holdsSecret } from "../redact";
import { type LogFieldRule, logFields } from "./fields";

/** What is wrong with one field of a log entry. Never repeats what was given, which may be a secret. */
export interface LogProblem {
  /** The field, such as `error.message`; missing where the entry is none at all. */
  readonly field?: string;
  /** The end of a sentence that begins with the field. */
  readonly problem: string;
}

type Rules = Readonly<Record<string, LogFieldRule>>;

/**
 * Everything that is wrong with a log entry, before it is sent.
 *
 * @param passes whether a value is to be taken as it is, whatever it stands for.
 */
export function logProblems(entry: unknown, passes: (value: unknown) => boolean = () => false): LogProblem[] {
  return isJsonObject(entry)
    ? problemsOfFields(entry, logFields, "", passes)
    : [{ problem: `is ${describe(entry)}; allowed is an object` }];
}

function problemsOfFields(
  object: Readonly<Record<string, unknown>>,
  rules: Rules,
  prefix: string,
  passes: (value: unknown) => boolean,
): LogProblem[] {
  const unknownNames = Object.keys(object).filter((name) => !Object.hasOwn(rules, name));
  const allowed = Object.keys(rules);
  return [
    ...unknownNames.map((name) => ({
      field: prefix + name,
      problem: problemWithUnknown(name, "field of a log entry", allowed),
    })),
    ...Object.entries(rules).flatMap(([name, rule]): LogProblem[] => {
      const value = object[name];
      const field = prefix + name;
      if (passes(value)) return [];
      if (value === undefined) return rule.required === true ? [{ field, problem: "is missing" }] : [];
      if (rule.kind === "object" && isJsonObject(value)) {
        return problemsOfFields(value, rule.fields, `${field}.`, passes);
      }
      if (rule.kind === "headers" && isJsonObject(value)) return problemsOfHeaders(value, field, passes);
      const problem = problemOf(value, rule);
      return problem === undefined ? [] : [{ field, problem }];
    }),
  ];
}

function problemOf(value: unknown, rule: LogFieldRule): string | undefined {
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
    default: {
      if (rule.kind === "id" && value === null) return undefined;
      const limit = rule.max === undefined ? "a text" : `a text of at most ${rule.max} characters`;
      if (typeof value !== "string" || isLongerThan(value, rule.max)) return not(limit);
      return problemOfText(value);
    }
  }
}

function problemOfText(text: string): string | undefined {
  if (!text.isWellFormed()) return "holds half of a surrogate pair, which is no Unicode";
  return holdsSecret(text) ? "holds what looks like a token or another secret; take it out" : undefined;
}

/** Counted as Pinterest's description counts: an emoji outside the basic plane is one character. */
function isLongerThan(text: string, max = Number.POSITIVE_INFINITY): boolean {
  return text.length > max && (text.length > 2 * max || [...text].length > max);
}

const secretHeader =
  /authori[sz]ation|cookie|token|secret|passw|credential|api[-_]?key|session|(?:^|[-_])auth(?:$|[-_])/i;

function problemsOfHeaders(
  headers: Readonly<Record<string, unknown>>,
  field: string,
  passes: (value: unknown) => boolean,
): LogProblem[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (secretHeader.test(name)) {
      return [{ field: `${field}.${name}`, problem: "is a header that carries a secret; take it out" }];
    }
    if (passes(value)) return [];
    const problem = problemOf(value, { wire: name, kind: "text" });
    return problem === undefined ? [] : [{ field: `${field}.${name}`, problem }];
  });
}
