import { shorten } from "../text/visible";
import type { Check, CheckStatus } from "./check";

/** What a line shows of a check, or of several alike. */
export interface Line {
  readonly status: CheckStatus;
  readonly text: string;
  readonly remedy?: string;
}

/** A check as a line, which begins with its account. */
export function lineOf(check: Check): Line {
  const { status, remedy } = check;
  const text = ownerOf(check) + check.found;
  return { status, text, ...(remedy === undefined ? {} : { remedy }) };
}

function ownerOf({ id, account }: Check): string {
  if (account !== undefined) return `${shortAccount(account)}: `;
  return id.startsWith("account-") ? "default account: " : "";
}

/** An account's name of at most 80 characters. */
export function shortAccount(account: string): string {
  return shorten(account, 80);
}
