/** A failed administrative call: it is not allowed, names something that does not exist, or has an invalid value. */
export class AdministrationError extends Error {
  override readonly name = "AdministrationError";

  constructor(
    /** HTTP status of the same call over HTTP. */
    readonly status: 400 | 403 | 404 | 409 | 415,
    message: string,
  ) {
    super(message);
  }
}
