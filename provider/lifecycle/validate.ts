import { pathSegmentProblem } from "../api/address";
import { type IntegrationFieldName, integrationFields } from "../api/fields";
import { describe } from "../api/message-text";
import { canonicalField, canonicalScopes, type FieldValue } from "./canonical";
import { metadataText } from "./metadata";

/** A problem with one value: what was given (in kind, never the value, which may be a secret) and what is allowed. */
export class InvalidValue extends Error {}

/** The longest external business id that any of Pinterest's descriptions mentions (in the schema of its logs). */
const longestExternalBusinessId = 2048;

/**
 * Checks a value of a field and returns its canonical form.
 *
 * @throws InvalidValue
 */
export function validateField(name: IntegrationFieldName, value: unknown): FieldValue {
  switch (integrationFields[name].kind) {
    case "expiry":
      return expiry(value);
    case "scopes":
      return scopes(value);
    case "metadata":
      return metadata(value);
    case "id":
      return token(value, "the id as text");
    case "secret":
      return name === "partnerPrimaryEmail" ? email(value) : token(value, "the token as text");
    default:
      return canonicalField(name, text(value));
  }
}

/** @throws InvalidValue */
export function validateExternalBusinessId(value: unknown): string {
  const allowed = `a text of 1 to ${longestExternalBusinessId} characters`;
  const id = text(value, allowed);
  if (id.length > longestExternalBusinessId) {
    throw new InvalidValue(`is ${describe(value)}; allowed is ${allowed}`);
  }
  const problem = pathSegmentProblem(id);
  if (problem !== undefined) {
    throw new InvalidValue(`${problem}, and the id stands in the API's path; choose another id`);
  }
  return id;
}

/** @throws InvalidValue */
export function validateAccount(value: unknown): string {
  return text(value, "the name of an account of `pinterest:accounts`");
}

/** @throws InvalidValue */
export function validateChoice<T extends string>(value: unknown, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) {
    throw new InvalidValue(
      `is ${describe(value)}; allowed is ${choices.map((item) => JSON.stringify(item)).join(" or ")}`,
    );
  }
  return choice;
}

/** @throws InvalidValue */
export function validateFlag(value: unknown): boolean {
  if (typeof value !== "boolean") {
    throw new InvalidValue(`is ${describe(value)}; allowed is true or false`);
  }
  return value;
}

function text(value: unknown, allowed = "a text that is not empty"): string {
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

function token(value: unknown, allowed: string): string {
  const checked = text(value, allowed);
  if (/\s/.test(checked)) {
    throw new InvalidValue(`holds white space; allowed is ${allowed} without it`);
  }
  return checked;
}

function email(value: unknown): string {
  const checked = text(value, "an e-mail address");
  if (!/^[^\s@]+@[^\s@]+$/.test(checked)) {
    throw new InvalidValue("is not an e-mail address (name@host)");
  }
  return checked;
}

// Ten digits reach to the year 2286 in seconds, and only to April 1970 in milliseconds.
const smallestPlausibleMilliseconds = 1e10;

function expiry(value: unknown): number {
  const allowed = 'a time as whole milliseconds since 1970, such as Date.parse("2030-01-01T00:00:00Z")';
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value <= 0) {
    throw new InvalidValue(`is ${describe(value)}; allowed is ${allowed}. To leave it unset, leave it out`);
  }
  if (value < smallestPlausibleMilliseconds) {
    throw new InvalidValue(`looks like seconds; allowed is ${allowed}: multiply it by 1000`);
  }
  return value;
}

function scopes(value: unknown): string {
  const given: unknown[] = Array.isArray(value) ? value : [value];
  const allowed = Array.isArray(value) ? "a list of texts" : "scopes as a list or as a text with commas";
  // Of numbers the general message says that long ids lose digits.
  if (given.some((scope) => typeof scope === "number")) {
    throw new InvalidValue(`${Array.isArray(value) ? "holds" : "is"} a number; allowed is ${allowed}`);
  }
  const canonical = canonicalScopes(given.map((scope) => text(scope, allowed)).join(","));
  if (canonical === "") {
    throw new InvalidValue("names no scope; to leave it unset, leave it out");
  }
  return canonical;
}

function metadata(value: unknown): FieldValue {
  if (typeof value === "object" && value !== null) {
    if (holdsInexactInteger(value)) {
      throw new InvalidValue(
        "holds an integer beyond 2^53, which has lost digits already; write the document as a text",
      );
    }
    return metadataText(value);
  }
  return canonicalField("partnerMetadata", text(value, "a text (JSON as a rule) or an object"));
}

function holdsInexactInteger(value: unknown): boolean {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).some(holdsInexactInteger);
  }
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Why no program can declare an integration of this id, as the end of a sentence that begins with the id; undefined if one can. */
export function problemWithId(externalBusinessId: string): string | undefined {
  try {
    validateExternalBusinessId(externalBusinessId);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidValue) {
      return error.message;
    }
    throw error;
  }
}
