/**
 * The reason why PostgreSQL cannot be reached, as a clause for messages. Distinguishes a server that refuses from one that does not answer.
 */
export function noConnection(error: unknown): string {
  const { code, severity } = error as { code?: string; severity?: string };
  if (code === "ERR_INVALID_URL") {
    return "the address of PostgreSQL is not a valid URL: in the user and password, write / # ? and % as %2F %23 %3F and %25";
  }
  // The code does not distinguish them: EPIPE and EPERM of the system have the form of the server's codes.
  return severity === undefined
    ? `cannot connect to PostgreSQL: ${reason(error)}`
    : `PostgreSQL refused the connection: ${reason(error)}`;
}

/** With several addresses, the driver's error has an empty message. */
function reason(error: unknown): string {
  const { message, errors, code } = error as AggregateError & { code?: string };
  return message || errors?.[0]?.message || code || String(error);
}
