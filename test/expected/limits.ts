/** Times, counts and sizes that Pinterest or this package promises, and that the tests of several files expect. */

/** Requests of an operation that fails each time, if `pinterest:maxAttempts` is not set. */
export const defaultAttempts = 4;

/** The longest waits before the first, second and third retry. Each wait is random, from 0 to this limit. */
export const backoffMs = [500, 1_000, 2_000] as const;

/** The longest wait before a retry, if Pinterest asks for none. */
export const longestBackoffMs = 20_000;

/** Retries that the operations of a process share. Successful operations return retries to this budget. */
export const retryBudget = 50;

/** Pinterest's limit of the category ads_write. */
export const writesPerMinute = 400;

/** Entries that Pinterest accepts in one request to the integration log. */
export const logEntriesPerRequest = 250;

/** The time before its expiry at which a token is renewed. A token with a lifetime below 50 minutes is renewed after 90 % of its lifetime. */
export const renewalBeforeExpiryMs = 300_000;

/** The limit of an operation's time, if `pinterest:operationTimeout` is not set. */
export const operationTimeoutSeconds = 300;

/** Time after which a wait is reported. */
export const waitReportedAfterSeconds = 2;

/** Heartbeats of a fleet's workers. Without heartbeats, the worker first stops its engine, and then other workers can claim the shard. */
export const heartbeats = { everySeconds: 5, engineStopsAfterSeconds: 15, deadAfterSeconds: 30 } as const;
