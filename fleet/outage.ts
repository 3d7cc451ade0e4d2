/** Reports an outage once, and its end. */
export class Outage {
  private reported: string | undefined;

  /**
   * @param consequence the effect until the end, in the message at the beginning.
   * @param ended the message at the end.
   */
  constructor(
    private readonly consequence: string,
    private readonly ended: string,
    private readonly log: (line: string) => void,
  ) {}

  /** Reports a failure, unless it is part of the outage that was reported last. */
  begin(summary: string, reason: string): void {
    if (this.reported !== summary) this.log(`${summary} (${reason}); ${this.consequence}`);
    this.reported = summary;
  }

  end(): void {
    if (this.reported !== undefined) this.log(this.ended);
    this.reported = undefined;
  }
}
