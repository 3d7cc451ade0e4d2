import type { EngineRun } from "../../provider/run/engine-command";
import { RunLedger } from "../../provider/run/ledger";
import { nextRun } from "../fake-engine/run-records";
import { Engine, type Process } from "./engine";
import { fields } from "./fields";
import { type Kill, KillSwitch } from "./kill-switch";
import type { LiveIntegrations, Pinterest } from "./pinterest";
import type { Program } from "./program";
import { ModelProvider } from "./provider";

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
    const engine = nextRun();
    const { pinterest, maxAttempts } = this;
    const credentials = (account: string | undefined) => {
      const token = pinterest.emulator.token(account);
      const accessToken = async () => {
        killSwitch.ensureRunning();
        killSwitch.countRequest();
        pinterest.advanceClock(requestMs);
        return token;
      };
      return { accessToken };
    };
    const notify = (message: string) => this.messages.push(message);
    return {
      provider: new ModelProvider(engine, {
        ...{ pinterest, credentials, maxAttempts, notify, run },
        consistencyTimeoutMs: 10_000,
      }),
      ledger: new RunLedger(engine),
      killSwitch,
    };
  }
}
