/** Times, counts and sizes that Pinterest or this package promises, and that the tests of several files expect. */

/** Requests of an operation that fails each time, if `pinterest:maxAttempts` is not set. */
export const defaultAttempts = 4;

/** The longest waits before these retries. The waits are random, from 0 to these. */
export const backoffMs = [500, 1_000, 2_000] as const;

/** The longest wait before a retry, if Pinterest asks for none. */
export const longestBackoffMs = 20_000;

/** Retries that the operations of a process share, until others succeed. */
export const retryBudget = 50;

/** Pinterest's limit of the category ads_write. */
export const writesPerMinute = 400;

/** Entries that Pinterest accepts in one request to the integration log. */
export const logEntriesPerRequest = 250;

/** Time before a token expires at which it is renewed. Tokens of a short lifetime: after 90 % of it. */
export const renewalBeforeExpiryMs = 300_000;

/** The limit of an operation's time, if `pinterest:operationTimeout` is not set. */
export const operationTimeoutS = 300;

/** Time after which a wait is reported. */
export const waitReportedAfterS = 2;

/** Heartbeats of a fleet's workers. Without them, first the engine is killed, and then others can use its stack. */
export const heartbeats = { everyS: 5, engineDiesAfterS: 15, deadAfterS: 30 } as const;
