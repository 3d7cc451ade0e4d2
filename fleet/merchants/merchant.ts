import { fieldNames, integrationFields } from "../../provider/api";
import { type Bag, pick } from "../../provider/base/bag";
import { isJsonObject } from "../../provider/base/json";
import { describe, shownText } from "../../provider/base/message-text";
import { argumentNames, checkIntegration } from "../../provider/lifecycle/check";
import { FleetError } from "../fleet-error";
import type { Entry } from "./entries";

/** A merchant of a list. */
export interface Merchant {
  /** The name of its resource, unique in the fleet. */
  readonly name: string;
  /** The arguments of its resource, in canonical form. */
  readonly arguments: Bag;
}

/** Length limit of a name, so that file systems and the engine's displays can show it. */
const longestName = 100;

/** Letters, digits, and the characters allowed between them. The name is part of a URN, where `::` and `$` have a meaning. */
const allowedName = /^[\p{L}\p{N}](?:[\p{L}\p{N}._ @+-]*[\p{L}\p{N}])?$/u;

/** A checked entry of a list, or a sentence for each problem. Problems show no values, because any of them can be a secret. */
export function merchantOf(entry: unknown): Merchant | readonly string[] {
  if (!isJsonObject(entry)) {
    return [
      `a merchant must be an object with \`name\` and \`externalBusinessId\`, but is ${describe(entry)}`,
    ];
  }
  const { name, ...given } = entry;
  const { inputs, problems } = checkIntegration(withExpiries(given));
  const all = [
    ...problemsWithName(name),
    ...problemsIn(
      given,
      // The provider's own classes set these.
      (_, argument) => argument === "providerName" || argument.startsWith("__"),
      `is not an argument of a merchant. Allowed: ${argumentNames.join(", ")}`,
    ),
    ...problems,
    ...problemsIn(
      pick(entry, idNames),
      isRounded,
      "is in scientific notation (as 1.23E+09): a spreadsheet has rounded it. Format the column as text, and enter the full ID again",
    ),
    ...problemsIn(
      inputs,
      (value) => typeof value === "string" && value.includes("\0"),
      "contains a NUL character (U+0000), which PostgreSQL cannot store; remove it",
    ),
    ...problemsIn(
      given,
      (value) => !isWellFormed(value),
      "contains half of a surrogate pair, which is not Unicode; correct or remove the character",
    ),
  ];
  return all.length > 0 ? all : { name: name as string, arguments: inputs };
}

/** A sentence for each property that has a problem. @param problem the rest of the sentence, after the property's name */
function problemsIn(bag: Bag, hasProblem: (value: unknown, name: string) => boolean, problem: string) {
  return Object.entries(bag)
    .filter(([name, value]) => hasProblem(value, name))
    .map(([name]) => `\`${shownText(name)}\` ${problem}`);
}

type FieldKind = (typeof integrationFields)[(typeof fieldNames)[number]]["kind"];

function namesOfKind(...kinds: readonly FieldKind[]): string[] {
  return fieldNames.filter((name) => kinds.includes(integrationFields[name].kind));
}

/** Converts expiries to numbers, because CSV has only text. */
function withExpiries(given: Bag): Bag {
  const converted = namesOfKind("expiry").flatMap((name) => {
    const value = given[name];
    const isWhole = typeof value === "string" && /^\d+$/.test(value) && Number.isSafeInteger(Number(value));
    return isWhole ? [[name, Number(value)] as const] : [];
  });
  return { ...given, ...Object.fromEntries(converted) };
}

const idNames = ["name", "externalBusinessId", "account", ...namesOfKind("id", "text")];

/** Whether a spreadsheet has rounded an ID, such as 2.61319E+09: the digits are lost, and Pinterest would store the string. */
function isRounded(id: unknown): boolean {
  return /^[+-]?\d+(?:[.,]\d+)?E[+-]\d+$/i.test(String(id).trim());
}

/** Whether a value contains no unpaired surrogates. JSON can escape them (`"\ud83d"`), and Pinterest would receive U+FFFD instead. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every((entry) => entry.every(isWellFormed));
}

function problemsWithName(name: unknown): string[] {
  const allowed = `1 to ${longestName} letters and digits, with spaces and . _ - @ + between them`;
  if (name === undefined || name === null) {
    return [`\`name\` is missing. Give each merchant a name that does not change: ${allowed}`];
  }
  if (typeof name === "string" && name.length <= longestName && allowedName.test(name)) return [];
  return [`\`name\` must consist of ${allowed}, but is ${describe(name)}`];
}

/** Number of merchants in a message. The problems of others usually have the same cause. */
const listedAtMost = 20;

/** The error of a list that was read completely, but has invalid merchants. */
export class InvalidMerchants extends FleetError {}

/** The merchants of a list, each checked as its resource does. @throws InvalidMerchants at the end, with all problems and their places. */
export async function* readMerchants(entries: AsyncIterable<Entry>): AsyncGenerator<Merchant> {
  const problems: string[] = [];
  let wrong = 0;
  for await (const { place, value } of entries) {
    const merchant = merchantOf(value);
    if ("name" in merchant) {
      yield merchant;
      continue;
    }
    wrong += 1;
    if (wrong <= listedAtMost)
      problems.push(...merchant.map((problem) => `  ${place}${named(value)}: ${shownText(problem)}`));
  }
  if (wrong > 0) {
    const more = wrong > listedAtMost ? `\n  and ${wrong - listedAtMost} more` : "";
    throw new InvalidMerchants(
      `${wrong} of the list's merchants are not valid. Nothing was changed:\n${problems.join("\n")}${more}`,
    );
  }
}

/** A name is not secret, but the value of another property in its column can be. */
function named(value: unknown): string {
  const name = (value as { name?: unknown } | null)?.name;
  return typeof name === "string" && /^[\w.-]{1,40}$/.test(name) ? ` ('${name}')` : "";
}
