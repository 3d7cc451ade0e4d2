/** Why no access token was to be had for a refresh token; the message is the end of a sentence, and holds no secret. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  /** Whether the same exchange may succeed a moment later. */
  readonly transient: boolean;
  /** Whether it is the refresh token that was refused. */
  readonly grantRefused: boolean;
  /** How long the endpoint asks to wait, in milliseconds. */
  readonly toldWaitMs: number | undefined;

  constructor(
    message: string,
    { transient = false, grantRefused = false, toldWaitMs }: Partial<Omit<ExchangeError, keyof Error>> = {},
  ) {
    super(message);
    this.transient = transient;
    this.grantRefused = grantRefused;
    this.toldWaitMs = toldWaitMs;
  }
}
