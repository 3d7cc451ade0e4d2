import { inspect } from "node:util";
import { ensure } from "../ensure";
import { marker } from "../fields";
import type { Observation } from "../observation";

const tokens = /pina_emulator/;

/** Checks that no output contains a token, or a value that a program may declare as a secret. */
export function checkSecrets({ errors, messages }: Observation): void {
  for (const { name, error } of errors) {
    // The engine stores the outputs of a partial failure in state, and prints the rest of the error.
    const { outputs: _, ...rest } = error as Error & { outputs?: unknown };
    checkText(
      `the error of ${name}`,
      [error.message, error.stack, inspect(error.cause), inspect(rest)].join("\n"),
    );
  }
  for (const message of messages) checkText("a message", message);
}

function checkText(where: string, text: string): void {
  ensure(!text.includes(marker) && !tokens.test(text), "no message contains a secret", `${where}: ${text}`);
}
