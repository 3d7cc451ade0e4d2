import { Killed } from "../fake-engine/events";

/** The time at which a provider process is killed. */
export interface KillAfterRequests {
  readonly afterRequests: number;
  /** `lost`: before the last response arrives. `kept`: after the last response is in state. */
  readonly response: "lost" | "kept";
}

/** Kills the processes of a command after a number of requests. */
export class KillSwitch {
  private sent = 0;
  private wasKilled = false;

  /** @param onKill is called each time that the processes turn out to be killed */
  constructor(
    private readonly kill: KillAfterRequests | undefined,
    private readonly onKill: () => void,
  ) {}

  /** Whether the processes were killed, so that responses are not stored in state. */
  get isKilled(): boolean {
    return this.wasKilled || (this.kill?.response === "lost" && this.isSpent);
  }

  /** Kills the processes while they wait for a response. */
  readonly killNow = (): void => {
    this.wasKilled = true;
    this.onKill();
  };

  /** Call it before each request. @throws Error if the processes were killed */
  ensureRunning(): void {
    if (!this.isSpent) return;
    this.killNow();
    throw new Error("the process was killed");
  }

  countRequest(): void {
    this.sent += 1;
    if (this.isKilled) this.onKill();
  }

  /** Runs a call of a provider. @throws Killed if the processes were killed, because the response is then lost */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.isKilled) throw new Killed();
    try {
      const result = await call();
      if (this.isKilled) throw new Killed();
      return result;
    } catch (error) {
      throw this.isKilled ? new Killed() : error;
    }
  }

  private get isSpent(): boolean {
    return this.wasKilled || (this.kill !== undefined && this.sent >= this.kill.afterRequests);
  }
}
