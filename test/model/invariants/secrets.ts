import { inspect } from "node:util";
import type { Observation } from "../observation";
import { ensure } from "../violation";
import { marker } from "../vocabulary";

const tokens = /pina_emulator/;

/** Nothing that a person sees shows a token, or a value that a program might have as a secret. */
export function checkSecrets({ outcome, notes }: Observation): void {
  for (const { name, error } of outcome.errors) {
    // Of a partial failure the engine takes the outputs into state; a person sees the rest of it.
    const { outputs: _, ...rest } = error as Error & { outputs?: unknown };
    checkText(
      `the error of ${name}`,
      [error.message, error.stack, inspect(error.cause), inspect(rest)].join("\n"),
    );
  }
  for (const note of notes) checkText("a note", note);
}

function checkText(where: string, text: string): void {
  ensure(
    !text.includes(marker) && !tokens.test(text),
    "no message shows a secret",
    () => `${where}: ${text}`,
  );
}
