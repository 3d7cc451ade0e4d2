/**
 * Why there is no connection to a PostgreSQL server, in a clause for messages: a server that refuses has something to say, one that is
 * not there has not.
 */
export function noConnection(error: unknown): string {
  const { code, severity } = error as { code?: string; severity?: string };
  if (code === "ERR_INVALID_URL") {
    return "the address of PostgreSQL is not a valid URL: in the user and password, write / # ? and % as %2F %23 %3F and %25";
  }
  // A code does not tell them apart: the system's EPIPE and EPERM have the form of the server's own.
  return severity === undefined
    ? `cannot connect to PostgreSQL: ${reason(error)}`
    : `PostgreSQL refused the connection: ${reason(error)}`;
}

/** Of several addresses, the driver's error has an empty message. */
function reason(error: unknown): string {
  const { message, errors, code } = error as AggregateError & { code?: string };
  return message || errors?.[0]?.message || code || String(error);
}
