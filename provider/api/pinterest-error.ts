import { later } from "./advice";
import {
  attempted,
  type Effort,
  type ErrorContext,
  effortText,
  type MessageParts,
  messageOf,
  sentence,
} from "./error-message";
import type { OperationName } from "./operations";

/**
 * Whether the operation has been done: "never-sent" is surely not, as the request never left; "refused" is surely not, as
 * Pinterest (or what answered for it) said so; "unknown" may be either.
 */
export type Outcome = "never-sent" | "refused" | "unknown";

/** The discriminant of the subclasses of {@link PinterestError}. */
export type PinterestErrorKind =
  | "api"
  | "answer"
  | "connection"
  | "timeout"
  | "aborted"
  | "credentials"
  | "too-late"
  | "input";

/**
 * Anything that kept an operation from success. The message says what was attempted on which integration, what came of
 * it and what to do next. Neither it nor any property contains a secret, and there is no `cause`, which might.
 */
export abstract class PinterestError extends Error {
  abstract readonly kind: PinterestErrorKind;
  readonly operation: OperationName;
  declare readonly externalBusinessId?: string;
  declare readonly integrationId?: string;
  readonly outcome: Outcome;
  /** How many requests the operation took; this is what the last one ended with. */
  readonly attempts: number = 1;
  /** How long it waited between them, or for a rate limit, in milliseconds. */
  readonly waitedMs: number = 0;
  #parts: MessageParts;

  protected constructor(context: ErrorContext, outcome: Outcome, what: string, advice = "") {
    const parts = { doing: attempted(context), what: sentence(what), advice };
    super(messageOf(parts));
    this.#parts = parts;
    this.operation = context.operation;
    if (context.externalBusinessId !== undefined) this.externalBusinessId = context.externalBusinessId;
    if (context.integrationId !== undefined) this.integrationId = context.integrationId;
    this.outcome = outcome;
  }

  /** What was attempted on what, as the beginning of a sentence. */
  get doing(): string {
    return this.#parts.doing;
  }

  /** What came of the request, without the operation and the advice. */
  get inShort(): string {
    return this.#parts.what.replace(/\.$/, "");
  }

  /** What to do about it; "" where the rest says so. */
  get advice(): string {
    return this.#parts.advice;
  }

  /**
   * Makes the error of the last request that of the whole operation, and that of an operation the one of what it was part of.
   *
   * @param note a sentence on why no more was tried. @default the one before
   */
  conclude(effort: Effort, note = this.#parts.note): this {
    const { attempts, waitedMs } = effort;
    const unclear = effort.unclear && this.outcome !== "unknown";
    this.#parts = {
      ...this.#parts,
      after: effortText(effort),
      note: [note, unclear ? "Of an earlier attempt it is not known what became of it." : ""]
        .filter(Boolean)
        .join(" "),
      ...(unclear && this.outcome === "never-sent" ? { advice: later(this.operation) } : {}),
    };
    this.#reword(messageOf(this.#parts));
    return Object.assign(this, { attempts, waitedMs, ...(unclear ? { outcome: "unknown" } : {}) });
  }

  /** Replaces the advice in the message. */
  protected advise(advice: string): void {
    this.#parts = { ...this.#parts, advice };
    this.#reword(messageOf(this.#parts));
  }

  #reword(message: string): void {
    const { message: previous } = this;
    // Reading the stack formats it, which costs more than the rest of an error that is expected, such as the 404 before a create.
    if (message === previous) return;
    const { stack } = this;
    this.message = message;
    // The stack begins with the message that the error was created with.
    if (stack !== undefined) this.stack = stack.replace(previous, () => message);
  }
}
