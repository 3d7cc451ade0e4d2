/** What ends the calls of something larger that they are part of. */
export interface AmbientLimits {
  /** Gives the calls up. */
  readonly signal?: AbortSignal;
  /** When it has to be over, in milliseconds since 1970; calls may then take as long as that, instead of operationTimeoutMs. */
  readonly endsAt?: number;
  /** What has set `endsAt`, for messages. */
  readonly setBy?: string;
}

/** A signal that is aborted with any of those given; nothing where none is. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}
