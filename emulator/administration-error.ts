/** An administrative call that cannot be carried out: it names something that is not there, or has a wrong value. */
export class AdministrationError extends Error {
  override readonly name = "AdministrationError";

  constructor(
    /** The status that the same call gets over HTTP. */
    readonly status: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}
