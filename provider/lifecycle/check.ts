import { pathSegmentProblem } from "../api/address";
import { describe } from "../api/describe";
import { fieldNames, type IntegrationFieldName, integrationFields, isFieldName } from "../api/fields";
import { nearestNames, problemWithUnknown } from "../api/unknown-name";
import { type Bag, computedNames } from "./outputs";
import { canonicalField, canonicalScopes, containsUnknown, type FieldValue, unknownValue } from "./values";

export interface CheckResult {
  /** The inputs in canonical form, which the engine compares from one update to the next. */
  inputs: Bag;
  /** Sentences that name a property. They never contain a value, which may be a secret. */
  problems: string[];
}

/** The arguments of a commerce integration in a program. */
export const argumentNames: readonly string[] = [
  "externalBusinessId",
  ...fieldNames,
  "account",
  "adopt",
  "whenRemoved",
];

/** Validators of the inputs that are not fields. They return the canonical value. @throws InvalidValue */
const validators: Readonly<Record<string, (value: unknown) => unknown>> = {
  externalBusinessId: validateExternalBusinessId,
  account: validateAccount,
  // An input that the provider adds itself.
  providerName: validateAccount,
  adopt: validateFlag,
  whenRemoved: (value) => validateChoice(value, ["clear", "release"]),
};

/**
 * Validates a program's arguments and returns them in canonical form. Does no I/O, because the engine checks resources one after another.
 * An argument with an unknown part is replaced by an unknown value.
 */
export function checkIntegration(news: Bag): CheckResult {
  const inputs: Bag = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(news)) {
    if (value === null || value === undefined) continue;
    if (!isFieldName(name) && !Object.hasOwn(validators, name)) {
      const problem = problemWithName(name);
      if (problem !== undefined) problems.push(problem);
    } else if (containsUnknown(value)) {
      inputs[name] = unknownValue;
    } else {
      const problem = problemOf(() => {
        inputs[name] = isFieldName(name) ? validateField(name, value) : validators[name]?.(value);
      });
      if (problem !== undefined) problems.push(`\`${name}\` ${problem}`);
    }
  }
  if (news.externalBusinessId === undefined || news.externalBusinessId === null) {
    problems.push(
      "`externalBusinessId` is missing; give the id by which the integration is known at Pinterest",
    );
  }
  return { inputs, problems };
}

/** What is wrong with the name of an argument. Names with two underscores belong to the engine or the provider, and are allowed. */
export function problemWithName(name: string): string | undefined {
  if (argumentNames.includes(name) || name.startsWith("__")) return undefined;
  if ((computedNames as readonly string[]).includes(name)) {
    return `\`${name}\` is set by Pinterest and cannot be given; remove it`;
  }
  return `\`${name}\` ${problemWithUnknown(name, "argument of a commerce integration", argumentNames, maxEdits(name))}`;
}

/** The arguments that a misspelled name may mean. */
export function nearestArguments(name: string, allowed: readonly string[]): string[] {
  return nearestNames(name, allowed, maxEdits(name));
}

/** Half of a long name may differ: `external_business_id` means `externalBusinessId`. */
function maxEdits(name: string): number {
  return Math.max(3, name.length / 2);
}

/** The end of a sentence about a value: what it is, in general terms because it may be a secret, and what is allowed. */
export class InvalidValue extends Error {}

/** The longest external business ID in Pinterest's API description (5.23.0, IntegrationLog). */
const maxExternalBusinessIdLength = 2048;

/** Returns the canonical form of a field's value. @throws InvalidValue */
export function validateField(name: IntegrationFieldName, value: unknown): FieldValue {
  switch (integrationFields[name].kind) {
    case "expiry":
      return validateExpiry(value);
    case "scopes":
      return validateScopes(value);
    case "metadata":
      return validateMetadata(name, value);
    case "email":
      return validateEmail(value);
    case "id":
      return validateToken(value, "the id as text");
    case "secret":
      return validateToken(value, "the token as text");
    case "text":
      return validateText(value);
  }
}

/** @throws InvalidValue */
export function validateExternalBusinessId(value: unknown): string {
  const allowed = `a text of 1 to ${maxExternalBusinessIdLength} characters`;
  const id = validateText(value, allowed);
  if (id.length > maxExternalBusinessIdLength) {
    throw new InvalidValue(`is ${describe(value)}; allowed is ${allowed}`);
  }
  const problem = pathSegmentProblem(id);
  if (problem !== undefined) {
    throw new InvalidValue(`${problem}, and the id stands in the API's path; choose another id`);
  }
  return id;
}

/** The end of a sentence about an external business ID that no program can give. */
export function problemWithId(externalBusinessId: string): string | undefined {
  return problemOf(() => validateExternalBusinessId(externalBusinessId));
}

/** Runs a validation. Returns the message of an {@link InvalidValue}, or undefined. */
export function problemOf(validate: () => unknown): string | undefined {
  try {
    validate();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidValue) return error.message;
    throw error;
  }
}

/** @throws InvalidValue */
export function validateAccount(value: unknown): string {
  return validateText(value, "the name of an account of `pinterest:accounts`");
}

function validateChoice(value: unknown, choices: readonly string[]): string {
  if (typeof value === "string" && choices.includes(value)) return value;
  const allowed = choices.map((choice) => JSON.stringify(choice)).join(" or ");
  throw new InvalidValue(`is ${describe(value)}; allowed is ${allowed}`);
}

function validateFlag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new InvalidValue(`is ${describe(value)}; allowed is true or false`);
}

function validateText(value: unknown, allowed = "a text that is not empty"): string {
  if (typeof value === "number") {
    throw new InvalidValue(
      `is a number; allowed is ${allowed}: write it in quotes, long ids lose digits as numbers`,
    );
  }
  if (typeof value !== "string" || value === "") {
    throw new InvalidValue(`is ${describe(value)}; allowed is ${allowed}. To leave it unset, leave it out`);
  }
  if (value !== value.trim()) {
    throw new InvalidValue(
      `begins or ends with white space; allowed is ${allowed} without it (a line end at its end?)`,
    );
  }
  return value;
}

function validateToken(value: unknown, allowed: string): string {
  const token = validateText(value, allowed);
  if (/\s/.test(token)) throw new InvalidValue(`holds white space; allowed is ${allowed} without it`);
  return token;
}

function validateEmail(value: unknown): string {
  const email = validateText(value, "an e-mail address");
  if (/^[^\s@]+@[^\s@]+$/.test(email)) return email;
  throw new InvalidValue("is not an e-mail address (name@host)");
}

/** A smaller number is a time in seconds: ten digits are April 1970 in milliseconds, and the year 2286 in seconds. */
const minPlausibleMilliseconds = 1e10;

function validateExpiry(value: unknown): number {
  const allowed = 'a time as whole milliseconds since 1970, such as Date.parse("2030-01-01T00:00:00Z")';
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value <= 0) {
    throw new InvalidValue(`is ${describe(value)}; allowed is ${allowed}. To leave it unset, leave it out`);
  }
  if (value < minPlausibleMilliseconds) {
    throw new InvalidValue(`looks like seconds; allowed is ${allowed}: multiply it by 1000`);
  }
  return value;
}

function validateScopes(value: unknown): string {
  const isList = Array.isArray(value);
  const given: unknown[] = isList ? value : [value];
  const allowed = isList ? "a list of texts" : "scopes as a list or as a text with commas";
  if (given.some((scope) => typeof scope === "number")) {
    throw new InvalidValue(`${isList ? "holds" : "is"} a number; allowed is ${allowed}`);
  }
  const scopes = canonicalScopes(given.map((scope) => validateText(scope, allowed)).join(","));
  if (scopes === "") throw new InvalidValue("names no scope; to leave it unset, leave it out");
  return scopes;
}

function validateMetadata(name: IntegrationFieldName, value: unknown): FieldValue {
  if (typeof value !== "object" || value === null) {
    return canonicalField(name, validateText(value, "a text (JSON as a rule) or an object"));
  }
  if (hasInexactInteger(value)) {
    throw new InvalidValue(
      "holds an integer beyond 2^53, which has lost digits already; write the document as a text",
    );
  }
  return canonicalField(name, JSON.stringify(value));
}

function hasInexactInteger(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasInexactInteger);
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
