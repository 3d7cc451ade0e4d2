import type { Command } from "../pinterest/credentials/run-command";
import { called } from "./values";

/**
 * The command that gives named accounts their tokens: a JSON array is run without a shell, any other text by the shell.
 *
 * @throws Error that does not repeat the text, which may hold secrets.
 */
export function parseCommand(text: string | undefined): Command | undefined {
  if (text === undefined || text.trim() === "") {
    return undefined;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // What begins so is no command of any shell, but an array that was cut or mistyped.
    if (/^\s*\[\s*"/.test(text)) {
      throw new Error(`${called("accountCommand")} begins like a JSON array but is none; ${allowed}`);
    }
    return { shell: text };
  }
  if (!Array.isArray(parsed)) {
    return { shell: text };
  }
  const [program, ...rest] = parsed;
  if (parsed.some((part) => typeof part !== "string" || part.includes("\0")) || !program) {
    throw new Error(`${called("accountCommand")} is an array of something else than texts; ${allowed}`);
  }
  return { argv: [program, ...rest] };
}

const allowed =
  'allowed is a JSON array of the program and its arguments, such as ["vault-tokens", "--json"], or a line for the shell';
