import { PinterestClient } from "../../provider/api";
import type { Clock } from "../../provider/api/clock";
import { RunLedger } from "../../provider/lifecycle/ledger";
import { openSession } from "../../provider/lifecycle/session";
import { Engine, type Process } from "./engine";
import type { Holdings, Pinterest } from "./pinterest";
import type { Program } from "./program";
import { fields } from "./vocabulary";

/** When a provider process is killed: after this number of requests. */
export interface Kill {
  readonly afterRequests: number;
  /** Whether it is killed before the last answer arrives, or after that answer is in state. */
  readonly answer: "lost" | "kept";
}

/** The duration of a request in milliseconds of the model's clock. */
const requestMs = 200;

/** A program, the engine that runs it, and the history that the checks need. */
export class World {
  program: Program = new Map();
  readonly engine = new Engine(() => this.process());
  /** The provider's messages in the current operation. */
  notes: string[] = [];
  /** What drifted since the last refresh: `id/field`, or `id/*` if each field may differ. */
  readonly drifted = new Set<string>();
  /** The fields that any of its programs declared, as `id/field`. */
  readonly everDeclared = new Set<string>();
  kill: Kill | undefined;
  /** The program of each `up`. */
  readonly programs: Program[] = [];
  /** The program of the last `up`, if nothing has failed since. */
  applied: Program | undefined;

  #numbers = 0;
  #ids = 0;

  constructor(
    readonly pinterest: Pinterest,
    private readonly maxAttempts: number,
    /** The prefix of all names and IDs of this world, because several share one Pinterest. */
    readonly prefix = "",
  ) {}

  /** A resource name that no program has used. */
  freshName(): string {
    this.#numbers += 1;
    return `${this.prefix}resource-${this.#numbers}`;
  }

  /** The integrations of this world at Pinterest. */
  holdings(): Holdings {
    return new Map([...this.pinterest.holdings()].filter(([id]) => id.startsWith(this.prefix)));
  }

  /** An external business ID that no program has used. Another user may have. */
  freshId(): string {
    const id = this.upcomingId();
    this.#ids += 1;
    return id;
  }

  /** The next result of {@link freshId}. */
  upcomingId(): string {
    return `${this.prefix}shop-${this.#ids + 1}`;
  }

  /** Removes the drift that a refresh has read. No read shows tokens and email addresses. */
  forgetDrift(unread: ReadonlySet<string> = new Set()): void {
    const hidden = fields.filter(({ secret }) => secret).map(({ name }) => name);
    for (const mark of this.drifted) {
      if (unread.has(mark.slice(0, mark.lastIndexOf("/")))) continue;
      if (!hidden.some((name) => mark.endsWith(`/${name}`))) this.drifted.delete(mark);
    }
  }

  private process(): Process {
    const mortal = new Mortality(this.kill);
    const clock = this.clock();
    const ledger = new RunLedger();
    const clients = new Map<string | undefined, PinterestClient>();
    const client = (account: string | undefined) => {
      const known = clients.get(account) ?? this.client(account, mortal, clock);
      clients.set(account, known);
      return known;
    };
    return {
      session: openSession(
        {
          client,
          notify: (message) => this.notes.push(message),
          consistencyTimeoutMs: 10_000,
          whenUnreachable: "fail",
          compareSecrets: false,
          ...clock,
        },
        ledger,
      ),
      get killed() {
        return mortal.dead;
      },
    };
  }

  private client(account: string | undefined, mortal: Mortality, clock: Clock): PinterestClient {
    const { emulator } = this.pinterest;
    const token = emulator.token(account);
    return new PinterestClient({
      apiUrl: emulator.url,
      credentials: {
        accessToken: async () => {
          mortal.countRequest();
          this.pinterest.pass(requestMs);
          return token;
        },
      },
      maxAttempts: this.maxAttempts,
      onWait: (message) => this.notes.push(message),
      clock,
      ...(account === undefined ? {} : { account }),
    });
  }

  /** A new object for each process, because clients of one process share data by this object. */
  private clock(): Clock {
    return {
      now: () => this.pinterest.now(),
      sleep: async (milliseconds) => this.pinterest.pass(milliseconds),
      random: () => 0.5,
    };
  }
}

/** Lets a process send this number of requests. */
class Mortality {
  #sent = 0;
  #refused = false;

  constructor(private readonly kill: Kill | undefined) {}

  get dead(): boolean {
    if (this.kill === undefined) return false;
    return this.#refused || (this.kill.answer === "lost" && this.#spent());
  }

  /** Counts a request before it is sent. @throws Error if the process was killed */
  countRequest(): void {
    if (this.kill !== undefined && this.#spent()) {
      this.#refused = true;
      throw new Error("the process was killed");
    }
    this.#sent += 1;
  }

  #spent(): boolean {
    return this.kill !== undefined && this.#sent >= this.kill.afterRequests;
  }
}
