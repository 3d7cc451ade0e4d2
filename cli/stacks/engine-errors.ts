import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { engineMessage, withoutCredentials } from "./engine-message";

/** What the engine, and a program that was let go on, say beside what failed. */
const noise = /^(preview|update|refresh) failed$|^Error: resource .+ failed to register\n/;

/** Collects why a command of the engine failed. Takes errors alone: what else the engine says may hold secrets in clear. */
export class EngineErrors {
  private readonly messages = new Set<string>();

  take({ diagnosticEvent }: EngineEvent): void {
    if (diagnosticEvent?.severity !== "error") return;
    const message = plainMessage(diagnosticEvent.message);
    if (message !== "" && !noise.test(message)) {
      this.messages.add(message);
    }
  }

  /** What failed; with nothing of the engine's own, what the command itself said. */
  of(failure: unknown): string[] {
    return this.messages.size > 0 ? [...this.messages] : [engineMessage(failure).replace(/^error: /, "")];
  }
}

/** What the engine says in a message, without what it is not to show. */
export function plainMessage(message: string): string {
  return withoutCredentials(withoutColors(message)).trim();
}

/** The engine marks colours so, whether or not they are shown. */
export function withoutColors(text: string): string {
  return text.replace(/<\{%[^%<]*%\}>/g, "");
}
