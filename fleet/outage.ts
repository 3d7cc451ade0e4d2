/** Reports an outage once, and its end. */
export class Outage {
  private reported: string | undefined;

  /**
   * @param consequence what happens until its end.
   * @param ended the message at its end.
   */
  constructor(
    private readonly consequence: string,
    private readonly ended: string,
    private readonly log: (line: string) => void,
  ) {}

  /** Reports a failure, unless it is part of the outage that was reported last. */
  begin(what: string, reason: string): void {
    if (this.reported !== what) this.log(`${what} (${reason}); ${this.consequence}`);
    this.reported = what;
  }

  end(): void {
    if (this.reported !== undefined) this.log(this.ended);
    this.reported = undefined;
  }
}
