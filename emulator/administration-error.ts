/** An administrative call that cannot be carried out: it is not allowed, names something that is not there, or has a wrong value. */
export class AdministrationError extends Error {
  override readonly name = "AdministrationError";

  constructor(
    /** The status that the same call gets over HTTP. */
    readonly status: 400 | 403 | 404 | 409 | 415,
    message: string,
  ) {
    super(message);
  }
}
