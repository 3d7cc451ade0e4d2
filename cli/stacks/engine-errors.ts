import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { engineMessage, withoutCredentials } from "./engine-message";

/** Lines that follow from another failure. */
const noise = /^(preview|update|refresh) failed$|^Error: resource .+ failed to register\n/;

/** Collects why an engine command failed. Reads errors only, because other output can contain secrets in plaintext. */
export class EngineErrors {
  private readonly messages = new Set<string>();

  take({ diagnosticEvent }: EngineEvent): void {
    if (diagnosticEvent?.severity !== "error") return;
    const message = plainMessage(diagnosticEvent.message);
    if (message !== "" && !noise.test(message)) {
      this.messages.add(message);
    }
  }

  /** The failures of the engine or, if there are none, the command's own message. */
  of(failure: unknown): string[] {
    return this.messages.size > 0 ? [...this.messages] : [engineMessage(failure).replace(/^error: /, "")];
  }
}

/** The text of an engine's message, without color codes and credentials. */
export function plainMessage(message: string): string {
  return withoutCredentials(withoutColors(message)).trim();
}

/** The engine's color codes, which are in events even without colors. */
export function withoutColors(text: string): string {
  return text.replace(/<\{%[^%<]*%\}>/g, "");
}
