/** Interval of heartbeats while an engine runs, in seconds. */
export const signOfLifeSeconds = 5;

/** Time without an acknowledged heartbeat after which a worker kills its engine, in seconds. */
export const unheardAtMostSeconds = 15;

/** Time without a heartbeat after which a worker and its engine count as dead, in seconds. */
export const deadAfterSeconds = 30;

/** Time between a renewal of a claim that failed and the next one, in milliseconds. */
export const renewalRetryMs = 500;
