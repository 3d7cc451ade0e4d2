import { counted } from "../text/counted";
import { unverifiedScopes } from "./account";
import type { Check } from "./check";
import { type Line, lineOf, shortAccount } from "./line";

/** Number of accounts that are shown line by line. */
const shownInFull = 3;

/** The lines of the accounts. With more than a few accounts, only problems are shown, and common ones once. */
export function foldAccounts(checks: readonly Check[]): Line[] {
  const general = checks.filter(({ id }) => id === "accounts");
  const own = checks.filter(({ id }) => id !== "accounts");
  const owners = new Set(own.map(({ account }) => account));
  if (owners.size <= shownInFull) return checks.map(lineOf);
  const problems = own.filter(({ status }) => status !== "ok");
  const troubled = new Set(problems.map(({ account }) => account));
  const fine = owners.size - troubled.size;
  return [...general.map(lineOf), ...together(problems), ...(fine === 0 ? [] : [fineLine(fine, own)])];
}

function fineLine(count: number, checks: readonly Check[]): Line {
  const isUnverified = checks.some(({ found }) => found === unverifiedScopes);
  const unverified = isUnverified ? "; doctor cannot verify ads:write" : "";
  const text = `${counted(count, "account")} without problems${unverified} (--verbose shows all)`;
  return { status: "ok", text };
}

/** Combines many checks with the same ID and remedy to one line that names the first ones. */
function together(checks: readonly Check[]): Line[] {
  const alike = new Map<string, Check[]>();
  for (const check of checks) {
    const key = JSON.stringify([check.id, check.status, check.remedy ?? check.found]);
    alike.set(key, [...(alike.get(key) ?? []), check]);
  }
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length <= shownInFull) return same.map(lineOf);
    const names = same.slice(0, shownInFull).map(({ account }) => shortAccount(account ?? "default account"));
    const line = lineOf(first);
    return [{ ...line, text: `${same.length} accounts (${names.join(", ")}, …), the first: ${first.found}` }];
  });
}
