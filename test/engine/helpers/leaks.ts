import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A secret in plaintext, with the surrounding text. */
export interface Leak {
  secret: string;
  where: string;
  excerpt: string;
}

/** Finds secrets in a string: in plaintext, and encoded for JSON (also nested), URLs, forms and Base64. */
export function leaksIn(where: string, text: string, secrets: readonly string[]): Leak[] {
  return secrets.flatMap((secret) =>
    [...formsOf(secret)]
      .map((form) => text.indexOf(form))
      .filter((at) => at >= 0)
      .map((at) => ({ secret, where, excerpt: text.slice(Math.max(0, at - 80), at + 80) })),
  );
}

/** Finds secrets in a file, or in every file of a directory, recursively. */
export function leaksInFiles(path: string, secrets: readonly string[]): Leak[] {
  return filesOf(path).flatMap((file) => leaksIn(file, readFileSync(file, "utf8"), secrets));
}

function formsOf(secret: string): Set<string> {
  const json = (text: string) => JSON.stringify(text).slice(1, -1);
  // Go's encoding/json also escapes these characters.
  const goJson = (text: string) =>
    json(text).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  let nested = [secret];
  for (let depth = 0; depth < 3; depth++) {
    nested = nested.flatMap((text) => [text, json(text), goJson(text)]);
  }
  return new Set([
    ...nested,
    ...nested.map((text) => text.replaceAll("/", "\\/")),
    ...nested.map(encodeURIComponent),
    encodeURI(secret),
    new URLSearchParams({ "": secret }).toString().slice(1),
    Buffer.from(secret).toString("base64"),
  ]);
}

function filesOf(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") {
      return [path];
    }
    throw error;
  }
}
