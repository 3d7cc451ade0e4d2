import { PinterestApiError, PinterestConnectionError, PinterestTimeoutError } from "../pinterest";
import { systemClock } from "../pinterest/clock";
import { accountInWords } from "../pinterest/credentials/notices";
import { PinterestCredentialsError, PinterestTooLateError } from "../pinterest/errors";
import type { Outputs } from "./bags";
import { messageOf } from "./messages";
import type { Surroundings } from "./session";
import { isUnreachable, sentence } from "./unreachable";

/** The longest wait for a read, in milliseconds. */
const longestReadMs = 4_000;

/** How long a check may take, in milliseconds. An account command, for example, can take long for many accounts. */
const longestCheckMs = 30_000;

/** The number of accounts in a row that Pinterest does not answer for, after which the check ends. */
const mostOutages = 3;

/**
 * Reads that check for drift although the user did not ask for a refresh. They must not fail a command or delay it for long: after a failure
 * that concerns an account, its other integrations are not read. After an outage, or if the check takes too long, it reads nothing more.
 */
export class DriftCheck {
  readonly #failed = new Map<string | undefined, Error>();
  readonly #warned = new Set<string | undefined>();
  /** Whether there was a warning for all accounts. */
  #warnedOfAll = false;
  #startedAt: number | undefined;
  #outages = 0;
  /** Why this check reads nothing more. */
  #end: Error | undefined;

  constructor(private readonly surroundings: Pick<Surroundings, "notify">) {}

  /** @throws the error of the read, or of an earlier one of the account. */
  async read<T>({ account }: Outputs, action: () => Promise<T>): Promise<T> {
    this.#startedAt ??= systemClock.now();
    if (systemClock.now() - this.#startedAt > longestCheckMs)
      this.#end ??= new Error(
        `The check took longer than ${longestCheckMs / 1000} s. To wait for it, use \`--refresh\`.`,
      );
    const known = this.#failed.get(account) ?? this.#end;
    if (known !== undefined) throw known;
    try {
      const result = await withinTime(action());
      this.#outages = 0;
      this.#warnedOfAll &&= this.#end !== undefined;
      return result;
    } catch (error) {
      if (error instanceof Error) this.#record(account, error);
      throw error;
    }
  }

  #record(account: string | undefined, error: Error): void {
    const isOutage = isOutageOf(error) || isRateLimit(error);
    if (!isOutage && !isUnreachable(error) && !(error instanceof PinterestCredentialsError)) return;
    if (isOutage && !this.#failed.has(account)) this.#outages += 1;
    this.#failed.set(account, error);
    if (this.#outages >= mostOutages) this.#end ??= error;
  }

  /** Warns that an integration was not checked: once for each account, or once for all while Pinterest does not answer. */
  warn({ externalBusinessId, account }: Outputs, error: unknown): void {
    const isOfAll = isOutageOf(error) || error === this.#end;
    if (this.#warned.has(account) || (isOfAll && this.#warnedOfAll)) return;
    this.#warned.add(account);
    this.#warnedOfAll ||= isOfAll;
    const others = isOfAll ? ", or about other accounts until Pinterest answers" : "";
    this.surroundings.notify(
      `warning: cannot check integration '${externalBusinessId}' for drift, so its last known values are used: ${sentence(messageOf(error))} ` +
        `There are no further warnings about ${accountInWords(account)}${others}. To fail instead, use \`--refresh\`.`,
    );
  }
}

class TooSlow extends Error {
  constructor() {
    super(`Pinterest did not answer within ${longestReadMs / 1000} s.`);
  }
}

function isRateLimit(error: unknown): boolean {
  return error instanceof PinterestApiError && error.status === 429;
}

/** Whether Pinterest cannot be reached, or fails. */
function isOutageOf(error: unknown): boolean {
  if (error instanceof PinterestApiError) return error.status >= 500;
  return [TooSlow, PinterestConnectionError, PinterestTimeoutError, PinterestTooLateError].some(
    (kind) => error instanceof kind,
  );
}

async function withinTime<T>(action: Promise<T>): Promise<T> {
  const finished = new AbortController();
  const late = systemClock.sleep(longestReadMs, finished.signal).then(() => {
    throw new TooSlow();
  });
  try {
    return await Promise.race([action, late]);
  } finally {
    finished.abort();
  }
}
