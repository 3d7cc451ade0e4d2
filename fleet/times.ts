/** How often whoever runs an engine gives a sign of life, in seconds. */
export const signOfLifeSeconds = 5;

/** As long as one goes on without having been heard, in seconds: then it kills its engine. */
export const unheardAtMostSeconds = 15;

/** After so many seconds without a sign of life one counts as dead, engine included. */
export const deadAfterSeconds = 30;

/** Time between a renewal of a claim that failed and the next one, in milliseconds. */
export const renewalRetryMs = 500;
