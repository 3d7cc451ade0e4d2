import { createHmac } from "node:crypto";
import type { Configuration } from "./configuration";

/** By which two processes tell whether they have the same credentials, and nobody what those are. */
export interface Fingerprint {
  /** Of this run alone. */
  readonly salt: string;
  /** Of the default account's credentials. */
  readonly defaultAccount: string;
  /** Of the named accounts' credentials. */
  readonly accounts: string;
}

/** The fingerprint of a configuration's credentials. Tokens are long random texts, which no hash gives away. */
export function fingerprintOf(
  { accessToken, refresh, accounts }: Pick<Configuration, "accessToken" | "refresh" | "accounts">,
  salt: string,
): Fingerprint {
  const print = (value: unknown) => createHmac("sha256", salt).update(JSON.stringify(value)).digest("base64");
  return {
    salt,
    defaultAccount: print([accessToken ?? null, refresh ?? null]),
    accounts: print([...accounts]),
  };
}
