import { inspect } from "node:util";
import type { Observation } from "../observation";
import { ensure } from "../violation";
import { marker } from "../vocabulary";

const tokens = /pina_emulator/;

/** No output contains a token, or a value that a program may declare as a secret. */
export function checkSecrets({ outcome, notes }: Observation): void {
  for (const { name, error } of outcome.errors) {
    // The engine stores the outputs of a partial failure in state, and shows the rest.
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
