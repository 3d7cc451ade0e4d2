import type { ZodType, z } from "zod";
import {
  type FieldTable,
  fieldNames,
  type IntegrationFieldName,
  integrationFields,
  pathSegmentProblem,
} from "../api";
import type { Bag } from "../base/bag";
import { describe, nearestNames, problemWithUnknown } from "../base/message-text";
import { lazySchema } from "../base/schema";
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

/**
 * Validates a program's arguments and returns them in canonical form. Does no I/O, because the engine checks resources one after another.
 * An argument with an unknown part is replaced by an unknown value.
 */
export function checkIntegration(news: Bag): CheckResult {
  const inputs: Bag = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(news)) {
    if (value === null || value === undefined) continue;
    if (schemaOf(name) === undefined) {
      const problem = problemWithName(name);
      if (problem !== undefined) problems.push(problem);
    } else if (containsUnknown(value)) {
      inputs[name] = unknownValue;
    } else {
      const { canonical, problem } = checkArgument(name, value);
      if (problem === undefined) inputs[name] = canonical;
      else problems.push(`\`${name}\` ${problem.message}`);
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
  private readonly resources = new Map<string, { readonly name: string; readonly urn: string | undefined }>();

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
    const other = this.resources.get(key);
    if (other === undefined || (urn !== undefined && other.urn === urn)) {
      this.resources.set(key, { name, urn });
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

/** The problem with a value. It does not contain the value, which may be a secret. */
interface ValueProblem {
  /** The end of a sentence that begins with the property, without a period. */
  readonly finding: string;
  /** The finding and, if there is one, a sentence with the next step. */
  readonly message: string;
}

/** The canonical form of an argument's value, or the problem with it. */
export function checkArgument(
  name: string,
  value: unknown,
): { readonly canonical?: unknown; readonly problem?: ValueProblem } {
  const { data: canonical, error } = schemaOf(name)?.safeParse(value) ?? {};
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return { canonical };
  const { message: finding } = issue;
  return { problem: { finding, message: [finding, remedyFor(issue, value)].filter(Boolean).join(". ") } };
}

/** The reason why no program can declare an external business ID: the end of a sentence that begins with the ID. */
export function problemWithId(externalBusinessId: string): string | undefined {
  return checkArgument("externalBusinessId", externalBusinessId).problem?.finding;
}

/** The next step: an imperative. Undefined if the finding says it. */
function remedyFor(issue: z.core.$ZodIssue, value: unknown): string | undefined {
  switch (issue.code) {
    case "custom":
      return issue.params?.remedy;
    case "invalid_type":
      return typeof value === "number" && issue.expected === "string" ? howToQuote : howToUnset;
    case "too_small":
      return howToUnset;
    default:
      return undefined;
  }
}

const howToQuote = "Write it in quotes, because numbers lose digits of long IDs";

const howToUnset = "To leave it unset, omit it";

/** The longest external business ID in Pinterest's API description (5.23.0, IntegrationLog). */
const maxExternalBusinessIdLength = 2048;

/** A smaller number is a time in seconds: ten digits are April 1970 in milliseconds, and the year 2286 in seconds. */
const minPlausibleMilliseconds = 1e10;

type FieldKind = FieldTable[IntegrationFieldName]["kind"];

/** The arguments of an integration. The messages are the findings of problems. */
const integrationArguments = lazySchema((z) => {
  const mustBe = (allowed: string) => ({
    error: ({ input }: { input?: unknown }) => `must be ${allowed}, but is ${describe(input)}`,
  });
  const refused = (error: string, remedy: string) => ({ error, params: { remedy } });
  const text = (allowed = "a non-empty string") =>
    z
      .string(mustBe(allowed))
      .min(1, mustBe(allowed))
      .refine(
        (value) => value === value.trim(),
        refused("begins or ends with whitespace", "Remove it, for example a line break at the end"),
      );
  const token = (allowed: string) =>
    text(allowed).refine((value) => !/\s/.test(value), refused("contains whitespace", "Remove it"));
  const account = text("the name of an account in `pinterest:accounts`");
  const time = 'a time in whole milliseconds since 1970, such as Date.parse("2030-01-01T00:00:00Z")';
  const scopes = "an array of strings, or a string with commas";
  const kinds: Readonly<Record<FieldKind, ZodType<FieldValue>>> = {
    id: token("an ID as a string"),
    secret: token("a token as a string"),
    text: text(),
    email: text("an e-mail address").regex(/^[^\s@]+@[^\s@]+$/, "is not an e-mail address (name@host)"),
    expiry: z
      .int(mustBe(time))
      .positive(mustBe(time))
      .refine(
        (milliseconds) => milliseconds >= minPlausibleMilliseconds,
        refused(`must be ${time}, but seems to be in seconds`, "Multiply it by 1000"),
      ),
    scopes: z
      // The message about other numbers warns of lost digits.
      .custom((value) => ![value].flat().some((scope) => typeof scope === "number"), {
        error: ({ input }) => `must be ${scopes}, but ${Array.isArray(input) ? "contains" : "is"} a number`,
      })
      .transform((value) => [value].flat())
      .pipe(z.array(text(scopes)))
      .transform((list) => canonicalScopes(list.join(",")))
      .refine((list) => list !== "", refused("must contain a scope", howToUnset)),
    metadata: z
      .custom(
        (value) => typeof value !== "object" || !hasInexactInteger(value),
        refused("contains an integer beyond 2^53, which has lost digits", "Use a string of JSON instead"),
      )
      .transform((value) => (typeof value === "object" ? JSON.stringify(value) : value))
      .pipe(text("a string (usually JSON) or an object"))
      .transform(canonicalMetadata),
  };
  return z.object({
    externalBusinessId: text()
      .max(maxExternalBusinessIdLength, `is longer than ${maxExternalBusinessIdLength} characters`)
      .refine((id) => pathSegmentProblem(id) === undefined, {
        error: ({ input }) => pathSegmentProblem(String(input)),
        params: { remedy: "Choose another ID: it is a part of the API's path" },
      }),
    ...Object.fromEntries(fieldNames.map((name) => [name, kinds[integrationFields[name].kind]])),
    account,
    // An input that the provider adds itself.
    providerName: account,
    adopt: z.boolean(mustBe("true or false")),
    whenRemoved: z.enum(["clear", "release"], mustBe('"clear" or "release"')),
  });
});

function schemaOf(argument: string): ZodType | undefined {
  const { shape } = integrationArguments();
  return Object.hasOwn(shape, argument) ? shape[argument as keyof typeof shape] : undefined;
}

function hasInexactInteger(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasInexactInteger);
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
