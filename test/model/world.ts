import { PinterestClient } from "../../provider/api";
import type { Clock } from "../../provider/api/clock";
import { KeptResources, RunLedger } from "../../provider/lifecycle/ownership";
import { openSession } from "../../provider/lifecycle/session";
import { Engine, type Process } from "./engine";
import type { Holdings, Pinterest } from "./pinterest";
import type { Program } from "./program";
import { fields } from "./vocabulary";

/** When a provider process dies: after so many requests have taken effect. */
export interface Kill {
  readonly afterRequests: number;
  /** Whether it dies before it has the last one's answer, or after that answer has come into state. */
  readonly answer: "lost" | "kept";
}

/** How long a request takes, by the model's clock. */
const requestMs = 200;

/** A program, the engine that runs it, and all that the model remembers of what it did. */
export class World {
  program: Program = new Map();
  readonly engine = new Engine(() => this.process());
  /** What the provider told the person at the terminal, since the operation began. */
  notes: string[] = [];
  /** What was changed at Pinterest since state was last refreshed: `id/field`, and `id/*` where all of it may differ. */
  readonly drifted = new Set<string>();
  /** The fields that any of its programs gave, as `id/field`. */
  readonly everDeclared = new Set<string>();
  kill: Kill | undefined;
  /** The program of each `up` so far. */
  readonly programs: Program[] = [];
  /** The program as the last `up` applied it, where nothing has failed since. */
  applied: Program | undefined;

  #numbers = 0;
  #ids = 0;

  constructor(
    readonly pinterest: Pinterest,
    private readonly maxAttempts: number,
    /** Begins every name and id of this world, where several share one Pinterest. */
    readonly prefix = "",
  ) {}

  /** A resource name that no program has used. */
  freshName(): string {
    this.#numbers += 1;
    return `${this.prefix}resource-${this.#numbers}`;
  }

  /** What Pinterest holds of this world. */
  holdings(): Holdings {
    return new Map([...this.pinterest.holdings()].filter(([id]) => id.startsWith(this.prefix)));
  }

  /** An external business id that no program has used; a stranger may have. */
  freshId(): string {
    const id = this.upcomingId();
    this.#ids += 1;
    return id;
  }

  /** What {@link freshId} will give. */
  upcomingId(): string {
    return `${this.prefix}shop-${this.#ids + 1}`;
  }

  /** What a refresh has seen is no longer unseen; no read shows tokens and e-mail. */
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
      kept: new KeptResources(ledger),
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

  /** An object of its own for each process, as what clients share they share by it. */
  private clock(): Clock {
    return {
      now: () => this.pinterest.now(),
      sleep: async (milliseconds) => this.pinterest.pass(milliseconds),
      random: () => 0.5,
    };
  }
}

/** Lets a process send so many requests. */
class Mortality {
  #sent = 0;
  #refused = false;

  constructor(private readonly kill: Kill | undefined) {}

  get dead(): boolean {
    if (this.kill === undefined) return false;
    return this.#refused || (this.kill.answer === "lost" && this.#spent());
  }

  /** Counts a request that is about to be sent. @throws Error when the process is dead */
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
