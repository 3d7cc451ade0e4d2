import { shorten } from "../text/visible";
import type { Check, CheckStatus } from "./check";

/** The line of one check, or of several equal ones. */
export interface Line {
  readonly status: CheckStatus;
  readonly text: string;
  readonly remedy?: string;
}

/** The line of a check. It starts with its account. */
export function lineOf(check: Check): Line {
  const { status, remedy } = check;
  const text = ownerOf(check) + check.found;
  return { status, text, ...(remedy === undefined ? {} : { remedy }) };
}

function ownerOf({ id, account }: Check): string {
  if (account !== undefined) return `${shortAccount(account)}: `;
  return id.startsWith("account-") ? "default account: " : "";
}

/** An account's name, shortened to 80 characters. */
export function shortAccount(account: string): string {
  return shorten(account, 80);
}
