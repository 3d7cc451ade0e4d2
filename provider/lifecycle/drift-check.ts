import {
  CredentialsError,
  isOfKind,
  isRefusedAccount,
  lastTokenRequestAt,
  PinterestApiError,
  PinterestError,
  UnconfiguredAccount,
} from "../api";
import { waitFor } from "../base/async";
import { accountInWords, messageOf, sentence } from "../base/message-text";
import { ownCommand, whereCommandRuns } from "../base/own-package";
import type { EngineRun } from "../run/engine-command";
import { isTokenInState, summaryOf } from "./messages";
import type { Outputs } from "./outputs";

/**
 * Whether the account has no token, or Pinterest refuses its token, scopes or standing. A later request has the same result. The setting
 * `whenUnreachable` is about these failures.
 */
export function isRefusedOrUnconfigured(error: unknown): boolean {
  return error instanceof UnconfiguredAccount || isRefusedAccount(error);
}

/**
 * Whether a failure is about the whole account. Failures and their predicates:
 *
 *     failure                                               predicate                 is about
 *     no token; refused token, scopes or standing           isRefusedOrUnconfigured   the account
 *     the same, or no usable token for any other reason     isCredentialsFailure      the account
 *     a rate limit, or spam (429)                           hasUsedUpRateLimit        the account
 *     no connection, timeout, or server error (5xx)         isOutage                  Pinterest or the network
 *     any other, such as 404 or 409                         none                      one integration
 */
export function isAccountFailure(error: unknown): boolean {
  return isCredentialsFailure(error) || hasUsedUpRateLimit(error);
}

function isCredentialsFailure(error: unknown): boolean {
  return isRefusedOrUnconfigured(error) || isOfKind(error, "credentials");
}

/** Whether an account has used up a rate limit, or Pinterest treats its requests as spam. Other accounts have their own limits. */
function hasUsedUpRateLimit(error: unknown): boolean {
  return isOfKind(error, "rate-limit") || (error instanceof PinterestApiError && error.status === 429);
}

/** Whether Pinterest cannot be reached, or responds with a server error. */
export function isOutage(error: unknown): boolean {
  if (error instanceof PinterestApiError) return error.status >= 500;
  return error instanceof ReadTimeout || isOfKind(error, "connection", "timeout");
}

/** The reason, without the advice about the token of the last update, because the warning contains it. */
function credentialsReason(error: unknown): string {
  const remedy = error instanceof PinterestError && error.kind === "credentials" ? error.remedy : undefined;
  return remedy === undefined ? summaryOf(error) : `${sentence(summaryOf(error))} ${remedy}`;
}

/** Limit for one read, without the time that its token takes. */
const readTimeoutMs = 4_000;

/** Limit for retrying stale reads. Less than {@link readTimeoutMs}. */
export const staleRetryLimitMs = 3_000;

/** Limit for the whole check. For example, an account command can take long for many accounts. */
const checkTimeoutMs = 30_000;

/** Number of accounts in a row that fail because of an outage or a rate limit, after which the check stops. */
const maxFailuresInRow = 3;

/**
 * Reads that check for drift without a request of the user. They never fail a command, and delay it for a limited time. After a failure of
 * an account, its other integrations are not read. The check stops after {@link maxFailuresInRow} accounts or {@link checkTimeoutMs}.
 */
export class DriftCheck {
  private readonly failed = new Map<string | undefined, unknown>();
  /** The accounts with a warning. A missing token is reported once: here, or when a resource of the program is checked. */
  readonly warned = new Set<string | undefined>();
  private startedAt: number | undefined;
  private failuresInRow = 0;
  private stopReason: unknown;
  private hasWarnedOfStop = false;

  constructor(
    private readonly dependencies: {
      now(): number;
      notify(message: string): void;
      readonly run: Pick<EngineRun, "isProgramRunRequested">;
    },
  ) {}

  /** @throws the error of the read, or of an earlier one of the account. */
  async read<T>({ account }: Outputs, action: () => Promise<T>): Promise<T> {
    const now = this.dependencies.now();
    this.startedAt ??= now;
    if (now - this.startedAt > checkTimeoutMs)
      this.stopReason ??= new Error(`The check took longer than ${checkTimeoutMs / 1000} s.`);
    const known = this.failed.get(account) ?? this.stopReason;
    if (known !== undefined) throw known;
    try {
      const result = await withTimeout(action());
      this.failuresInRow = 0;
      return result;
    } catch (error) {
      this.record(account, error);
      throw error;
    }
  }

  private record(account: string | undefined, error: unknown): void {
    const isTransient = isOutage(error) || hasUsedUpRateLimit(error);
    if (!isTransient && !isCredentialsFailure(error)) return;
    if (isTransient && !this.failed.has(account)) this.failuresInRow += 1;
    this.failed.set(account, error);
    if (this.failuresInRow >= maxFailuresInRow) this.stopReason ??= error;
  }

  /** Warns that an integration was not checked: once for each account, and once when the check has stopped. */
  warn({ externalBusinessId, account, providerName }: Outputs, error: unknown): void {
    const hasStopped = this.stopReason !== undefined;
    if (this.hasWarnedOfStop || (!hasStopped && this.warned.has(account))) return;
    this.warned.add(account);
    this.hasWarnedOfStop = hasStopped;
    const [reason, ...advice] = explanationOf(error, this.dependencies.run);
    const scope = hasStopped ? "" : ` about ${accountInWords(account, providerName)}`;
    this.dependencies.notify(
      `warning: cannot check integration '${externalBusinessId}' for drift, so its last known values are used: ` +
        [sentence(reason), `There are no further warnings${scope}.`, ...advice].join(" "),
    );
  }
}

/** The reason why the check failed, and the remedy, if the reason does not contain it: sentences. */
function explanationOf(
  error: unknown,
  { isProgramRunRequested }: Pick<EngineRun, "isProgramRunRequested">,
): readonly [reason: string, advice?: string] {
  const reason = messageOf(error);
  if (isProgramRunRequested) return [reason, "To fail instead, add `--refresh`."];
  if (error instanceof CredentialsError)
    return [
      reason,
      "If you have set it in the stack's configuration since the last update, run `pulumi up --refresh --run-program` once.",
    ];
  if (!isCredentialsFailure(error))
    return [
      reason,
      "The check uses the configuration of the last update. To fail instead, and to use the current configuration, add `--refresh --run-program`.",
    ];
  if (!isTokenInState(error)) return [reason];
  return [
    credentialsReason(error),
    "If you have set another token since the last update, run `pulumi up --refresh --run-program` once: the check uses the token of the last update. Otherwise, set a valid one.",
  ];
}

class ReadTimeout extends Error {}

/**
 * The limit does not apply while tokens are requested, which have their own time limits. If the command ended during an exchange, the new
 * refresh token could be lost.
 *
 * @throws ReadTimeout if the read takes too long. It continues.
 */
async function withTimeout<T>(read: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const endsAt = Math.max(startedAt, lastTokenRequestAt()) + readTimeoutMs;
    const remainingMs = endsAt - performance.now();
    if (remainingMs <= 0) {
      throw new ReadTimeout(
        `The read took longer than ${readTimeoutMs / 1000} s. To find the cause, run \`${ownCommand} doctor\`${whereCommandRuns}.`,
      );
    }
    const late = AbortSignal.timeout(Math.ceil(remainingMs));
    try {
      return await waitFor(read, late);
    } catch (error) {
      if (error !== late.reason) throw error;
    }
  }
}
