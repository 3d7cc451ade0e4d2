import { createHash } from "node:crypto";
import { isJsonObject } from "../json";
import type { HeldTokens } from "./held-tokens";

/** What a token file holds, by {@link tokenKey}. Entries of other refresh tokens are passed on as they are. */
export type TokenEntries = Readonly<Record<string, unknown>>;

const version = 1;

/** The text is not of this format. */
export class BrokenTokenFile extends Error {
  override readonly name = "BrokenTokenFile";
}

/** By what a file knows a configured refresh token, without holding it. */
export function tokenKey(configured: string): string {
  return createHash("sha256").update(configured).digest("hex");
}

/**
 * The entries of a file's text; none of an empty one.
 *
 * @throws BrokenTokenFile, and another Error for a version that is not known here.
 */
export function parseTokenFile(text: string): TokenEntries {
  if (text.trim() === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BrokenTokenFile("it is not JSON");
  }
  if (!isJsonObject(parsed) || typeof parsed.version !== "number") {
    throw new BrokenTokenFile("it is JSON of something else");
  }
  if (parsed.version !== version) {
    throw new Error(`it is of version ${parsed.version}, which a newer release of this package has written`);
  }
  if (!isJsonObject(parsed.tokens)) throw new BrokenTokenFile("it is JSON of something else");
  return parsed.tokens;
}

/** @throws BrokenTokenFile */
export function tokensIn(entries: TokenEntries, configured: string): HeldTokens | undefined {
  const key = tokenKey(configured);
  const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
  if (entry === undefined) return undefined;
  if (!isJsonObject(entry)) throw new BrokenTokenFile("an entry is no object");
  const { accessToken, obtainedAt, expiresAt, refreshToken, refreshTokenExpiresAt } = entry;
  if (
    typeof accessToken !== "string" ||
    typeof obtainedAt !== "number" ||
    typeof expiresAt !== "number" ||
    typeof refreshToken !== "string" ||
    !["number", "undefined"].includes(typeof refreshTokenExpiresAt)
  ) {
    throw new BrokenTokenFile("an entry lacks what it must have");
  }
  return entry as unknown as HeldTokens;
}

/** A file's entries with these tokens among them, by their configured refresh tokens. Of entries whose refresh token has ended nothing is left. */
export function withTokens(
  entries: TokenEntries,
  tokens: Iterable<readonly [configured: string, tokens: HeldTokens]>,
  now: number,
): TokenEntries {
  const living = Object.entries(entries).filter(
    ([, entry]) => !(isJsonObject(entry) && Number(entry.refreshTokenExpiresAt) < now),
  );
  const latest = Array.from(tokens, ([configured, held]) => [tokenKey(configured), held] as const);
  return Object.fromEntries([...living, ...latest]);
}

/** The text of a file with these entries. */
export function printTokenFile(entries: TokenEntries): string {
  return `${JSON.stringify({ version, tokens: entries }, undefined, 2)}\n`;
}
