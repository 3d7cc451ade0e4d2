import { PinterestClient } from "../../provider/api";
import type { Clock } from "../../provider/base/clock";
import type { EngineRun } from "../../provider/run/engine-command";
import { RunLedger } from "../../provider/run/ledger";
import { nextRun } from "../fake-engine/run-records";
import { Engine, type Process } from "./engine";
import { fields } from "./fields";
import type { LiveIntegrations, Pinterest } from "./pinterest";
import type { Program } from "./program";
import { ModelProvider } from "./provider";

/** The time at which a provider process is killed. */
export interface Kill {
  readonly afterRequests: number;
  /** `lost`: before the last response arrives. `kept`: after the last response is in state. */
  readonly response: "lost" | "kept";
}

/** The duration of a request in milliseconds of the model's clock. */
const requestMs = 200;

/** A program, the engine that runs it, and the history that the checks need. */
export class World {
  program: Program = new Map();
  readonly engine = new Engine((run) => this.process(run));
  /** The provider's messages in the current operation. */
  messages: string[] = [];
  /** The fields that drifted since the last refresh: `id/field`, or `id/*` if each field may differ. */
  readonly drifted = new Set<string>();
  /** The fields that any program declared, as `id/field`. */
  readonly everDeclared = new Set<string>();
  kill: Kill | undefined;
  /** The program of each `up`. */
  readonly programs: Program[] = [];
  /** The program of the last `up`, if nothing has failed since. */
  applied: Program | undefined;

  private nameCount = 0;
  private idCount = 0;

  constructor(
    readonly pinterest: Pinterest,
    private readonly maxAttempts: number,
    /** The prefix of all names and IDs of this world, because several worlds share one Pinterest. */
    readonly prefix = "",
  ) {}

  /** Returns a resource name that no program has used. */
  newName(): string {
    this.nameCount += 1;
    return `${this.prefix}resource-${this.nameCount}`;
  }

  /** Returns the integrations of this world at Pinterest. */
  integrations(): LiveIntegrations {
    return new Map([...this.pinterest.integrations()].filter(([id]) => id.startsWith(this.prefix)));
  }

  /** Returns an external business ID that no program has used. Another user may have used it. */
  newId(): string {
    const id = this.nextId();
    this.idCount += 1;
    return id;
  }

  /** Returns the next result of {@link newId}. */
  nextId(): string {
    return `${this.prefix}shop-${this.idCount + 1}`;
  }

  /** Removes the drift that a refresh has read. Reads do not return tokens and email addresses. */
  clearDrift(unread: ReadonlySet<string> = new Set()): void {
    const secretNames = fields.filter(({ secret }) => secret).map(({ name }) => name);
    for (const change of this.drifted) {
      if (unread.has(change.slice(0, change.lastIndexOf("/")))) continue;
      if (!secretNames.some((name) => change.endsWith(`/${name}`))) this.drifted.delete(change);
    }
  }

  private process(run: EngineRun): Process {
    const killSwitch = new KillSwitch(this.kill);
    const clock = this.clock();
    const engine = nextRun();
    const clients = new Map<string | undefined, PinterestClient>();
    const client = (account: string | undefined) => {
      const known = clients.get(account) ?? this.client(account, killSwitch, clock);
      clients.set(account, known);
      return known;
    };
    return {
      provider: new ModelProvider(engine, {
        client,
        notify: (message) => this.messages.push(message),
        run,
        consistencyTimeoutMs: 10_000,
        whenUnreachable: "fail",
        compareSecrets: false,
        ...clock,
      }),
      ledger: new RunLedger(engine),
      get killed() {
        return killSwitch.isKilled;
      },
    };
  }

  private client(account: string | undefined, killSwitch: KillSwitch, clock: Clock): PinterestClient {
    const { emulator } = this.pinterest;
    const token = emulator.token(account);
    return new PinterestClient({
      apiUrl: emulator.url,
      credentials: {
        accessToken: async () => {
          killSwitch.countRequest();
          this.pinterest.advanceClock(requestMs);
          return token;
        },
      },
      maxAttempts: this.maxAttempts,
      onWait: (message) => this.messages.push(message),
      clock,
      ...(account === undefined ? {} : { account }),
    });
  }

  /** A new object for each process, because clients of one process share data by this object. */
  private clock(): Clock {
    return {
      now: () => this.pinterest.now(),
      sleep: async (milliseconds) => this.pinterest.advanceClock(milliseconds),
      random: () => 0.5,
    };
  }
}

/** Kills a process after a number of requests. */
class KillSwitch {
  private sent = 0;
  private isRejected = false;

  constructor(private readonly kill: Kill | undefined) {}

  get isKilled(): boolean {
    if (this.kill === undefined) return false;
    return this.isRejected || (this.kill.response === "lost" && this.isUsedUp());
  }

  /** Counts a request before it is sent. @throws Error if the process was killed */
  countRequest(): void {
    if (this.kill !== undefined && this.isUsedUp()) {
      this.isRejected = true;
      throw new Error("the process was killed");
    }
    this.sent += 1;
  }

  private isUsedUp(): boolean {
    return this.kill !== undefined && this.sent >= this.kill.afterRequests;
  }
}
