import {
  type FieldTable,
  fieldNames,
  type IntegrationFieldName,
  integrationFields,
  isFieldName,
} from "../api/fields";
import { pathSegmentProblem } from "../api/operations";
import type { Bag } from "../base/bag";
import { describe, nearestNames, problemWithUnknown } from "../base/message-text";
import { unknownValue } from "../run/constants";
import { keyOf } from "../run/identity";
import { computedNames } from "./outputs";
import { canonicalMetadata, canonicalScopes, containsUnknown, type FieldValue } from "./values";

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
  adopt: oneOf("true or false", true, false),
  whenRemoved: oneOf('"clear" or "release"', "clear", "release"),
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
      if (problem !== undefined) problems.push(`\`${name}\` ${problem.message}`);
    }
  }
  if (news.externalBusinessId === undefined || news.externalBusinessId === null) {
    problems.push("`externalBusinessId` is missing. Set it to your ID of the shop");
  }
  return { inputs, problems };
}

/** The problem with the name of an argument. Names with two underscores belong to the engine or the provider, and are allowed. */
export function problemWithName(name: string): string | undefined {
  if (argumentNames.includes(name) || name.startsWith("__")) return undefined;
  if ((computedNames as readonly string[]).includes(name)) {
    return `\`${name}\` is set by Pinterest and cannot be given; remove it`;
  }
  return `\`${name}\` ${problemWithUnknown(name, "argument of a commerce integration", argumentNames, maxEdits(name))}`;
}

/** The resources that declare integrations, as far as they were recorded here. */
export class Declarations {
  readonly #resources = new Map<string, { readonly name: string; readonly urn: string | undefined }>();

  /**
   * Records that a resource declares an integration.
   *
   * @param urn the resource's URN, if it can be recorded again.
   * @returns the problem if another resource of the same provider and account declares it: the two would revert each other's changes in
   * every update.
   */
  record(name: string, { externalBusinessId, account, providerName }: Bag, urn?: string): string | undefined {
    if (containsUnknown(externalBusinessId) || containsUnknown(account)) return undefined;
    const key = keyOf({ externalBusinessId, account, providerName });
    const other = this.#resources.get(key);
    if (other === undefined || (urn !== undefined && other.urn === urn)) {
      this.#resources.set(key, { name, urn });
      return undefined;
    }
    return (
      `'${other.name}' already declares the integration '${externalBusinessId}'. ` +
      "Give each resource its own `externalBusinessId`, or remove one of them."
    );
  }
}

/** The arguments that a misspelled name may mean. */
export function nearestArguments(name: string, allowed: readonly string[]): string[] {
  return nearestNames(name, allowed, maxEdits(name));
}

/** Half of a long name may differ: `external_business_id` means `externalBusinessId`. */
function maxEdits(name: string): number {
  return Math.max(3, name.length / 2);
}

/** A value that is not allowed. The message does not contain it, because it may be a secret. */
export class InvalidValue extends Error {
  /**
   * @param finding the problem: the end of a sentence that begins with the property
   * @param remedy the next step: an imperative without a period
   */
  constructor(
    readonly finding: string,
    remedy?: string,
  ) {
    super(remedy === undefined ? finding : `${finding}. ${remedy}`);
  }
}

const mustBe = (allowed: string, value: unknown) => `must be ${allowed}, but is ${describe(value)}`;

const howToUnset = "To leave it unset, omit it";

/** The longest external business ID in Pinterest's API description (5.23.0, IntegrationLog). */
const maxExternalBusinessIdLength = 2048;

type FieldKind = FieldTable[IntegrationFieldName]["kind"];

/** Validators of the kinds of fields. They return the canonical value. @throws InvalidValue */
const fieldValidators: Readonly<Record<FieldKind, (value: unknown) => FieldValue>> = {
  expiry: validateExpiry,
  scopes: validateScopes,
  metadata: validateMetadata,
  email: validateEmail,
  id: (value) => validateToken(value, "an ID as a string"),
  secret: (value) => validateToken(value, "a token as a string"),
  text: (value) => validateText(value),
};

/** Returns the canonical form of a field's value. @throws InvalidValue */
export function validateField(name: IntegrationFieldName, value: unknown): FieldValue {
  return fieldValidators[integrationFields[name].kind](value);
}

/** @throws InvalidValue */
export function validateExternalBusinessId(value: unknown): string {
  const id = validateText(value);
  if (id.length > maxExternalBusinessIdLength) {
    throw new InvalidValue(`is longer than ${maxExternalBusinessIdLength} characters`);
  }
  const problem = pathSegmentProblem(id);
  if (problem !== undefined) {
    throw new InvalidValue(problem, "Choose another ID: it is a part of the API's path");
  }
  return id;
}

/** Why no program can declare an external business ID: the end of a sentence that begins with the ID. */
export function problemWithId(externalBusinessId: string): string | undefined {
  return problemOf(() => validateExternalBusinessId(externalBusinessId))?.finding;
}

/** Runs a validation. Returns what it throws, or undefined. */
export function problemOf(validate: () => unknown): InvalidValue | undefined {
  try {
    validate();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidValue) return error;
    throw error;
  }
}

/** @throws InvalidValue */
export function validateAccount(value: unknown): string {
  return validateText(value, "the name of an account in `pinterest:accounts`");
}

function oneOf(allowed: string, ...values: readonly unknown[]): (value: unknown) => unknown {
  return (value) => {
    if (values.includes(value)) return value;
    throw new InvalidValue(mustBe(allowed, value));
  };
}

function validateText(value: unknown, allowed = "a non-empty string"): string {
  if (typeof value === "number") {
    throw new InvalidValue(
      `must be ${allowed}, but is a number`,
      "Write it in quotes, because numbers lose digits of long IDs",
    );
  }
  if (typeof value !== "string" || value === "") throw new InvalidValue(mustBe(allowed, value), howToUnset);
  if (value !== value.trim()) {
    throw new InvalidValue(
      "begins or ends with whitespace",
      "Remove it, for example a line break at the end",
    );
  }
  return value;
}

function validateToken(value: unknown, allowed: string): string {
  const token = validateText(value, allowed);
  if (/\s/.test(token)) throw new InvalidValue("contains whitespace", "Remove it");
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
  const allowed = 'a time in whole milliseconds since 1970, such as Date.parse("2030-01-01T00:00:00Z")';
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value <= 0) {
    throw new InvalidValue(mustBe(allowed, value), howToUnset);
  }
  if (value < minPlausibleMilliseconds) {
    throw new InvalidValue(`must be ${allowed}, but seems to be in seconds`, "Multiply it by 1000");
  }
  return value;
}

function validateScopes(value: unknown): string {
  const isList = Array.isArray(value);
  const given: unknown[] = isList ? value : [value];
  const allowed = "an array of strings, or a string with commas";
  // The message about other numbers warns of lost digits.
  if (given.some((scope) => typeof scope === "number")) {
    throw new InvalidValue(`must be ${allowed}, but ${isList ? "contains" : "is"} a number`);
  }
  const scopes = canonicalScopes(given.map((scope) => validateText(scope, allowed)).join(","));
  if (scopes === "") throw new InvalidValue("must contain a scope", howToUnset);
  return scopes;
}

function validateMetadata(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return canonicalMetadata(validateText(value, "a string (usually JSON) or an object"));
  }
  if (hasInexactInteger(value)) {
    throw new InvalidValue(
      "contains an integer beyond 2^53, which has lost digits",
      "Use a string of JSON instead",
    );
  }
  return canonicalMetadata(JSON.stringify(value));
}

function hasInexactInteger(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasInexactInteger);
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
