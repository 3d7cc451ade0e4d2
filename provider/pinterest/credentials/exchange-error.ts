/** Why no access token was to be had for a refresh token; the message is the end of a sentence, and holds no secret. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  /** What came of the exchange, without the advice. */
  readonly inShort: string;
  /** Whether the same exchange may succeed a moment later. */
  readonly transient: boolean;
  /** Whether it is the refresh token that was refused. */
  readonly grantRefused: boolean;
  /** How long the endpoint asks to wait, in milliseconds. */
  readonly toldWaitMs: number | undefined;

  constructor(
    inShort: string,
    advice: string,
    {
      transient = false,
      grantRefused = false,
      toldWaitMs,
    }: Partial<Pick<ExchangeError, "transient" | "grantRefused" | "toldWaitMs">> = {},
  ) {
    super(`${inShort}. ${advice}`);
    this.inShort = inShort;
    this.transient = transient;
    this.grantRefused = grantRefused;
    this.toldWaitMs = toldWaitMs;
  }
}
