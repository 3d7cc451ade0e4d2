import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { type Emulator, type RequestEntry, startEmulator } from "../../../emulator";
import { PinterestClient, type PinterestClientOptions, staticToken } from "../../../provider/api";
import type { Bag } from "../../../provider/lifecycle/outputs";
import type { Dependencies } from "../../../provider/lifecycle/session";
import { type Operations, openOperations } from "./operations";

/** What differs from the usual dependencies of a lifecycle, and from the usual client in them. */
type Circumstances = Partial<Omit<Dependencies, "client">> & { client?: Partial<PinterestClientOptions> };

/** Lifecycles on an emulator, with a clock that only `sleep` moves. */
export class Stage {
  /** What the lifecycles told the person at the terminal. */
  readonly notes: string[] = [];
  /** How long they slept, in milliseconds, one entry a pause. */
  readonly pauses: number[] = [];
  #now = 1_800_000_000_000;
  #emulator: Emulator | undefined;
  readonly #time = {
    now: () => this.#now,
    sleep: async (milliseconds: number) => {
      this.pauses.push(milliseconds);
      this.#now += milliseconds;
    },
    random: () => 0.5,
  };

  /** Starts its emulator, with two accounts: shop-1, which is the default one, and shop-2. */
  async open(): Promise<void> {
    this.#emulator = await startEmulator({ now: this.#time.now });
  }

  get emulator(): Emulator {
    if (this.#emulator === undefined) throw new Error("the stage is not open");
    return this.#emulator;
  }

  close(): Promise<void> {
    return this.emulator.stop();
  }

  /** Back to an empty Pinterest, with nothing noted. */
  reset(): void {
    this.emulator.reset();
    this.notes.length = 0;
    this.pauses.length = 0;
  }

  /** Lets time pass, in milliseconds. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** A lifecycle of its own, as another run of the engine has, under these circumstances. */
  process(circumstances: Circumstances = {}): Operations {
    return openOperations(this.dependencies(circumstances));
  }

  dependencies({ client = {}, ...others }: Circumstances = {}): Dependencies {
    const clients = new Map<string | undefined, PinterestClient>();
    return {
      client: (account) => {
        const known = clients.get(account) ?? this.client(account, client);
        clients.set(account, known);
        return known;
      },
      notify: (message) => this.notes.push(message),
      consistencyTimeoutMs: 5000,
      whenUnreachable: "fail",
      compareSecrets: false,
      ...this.#time,
      ...others,
    };
  }

  /** A client that sends what fails only once, unless its options say otherwise: it is the lifecycle that tests see. */
  client(account?: string, options: Partial<PinterestClientOptions> = {}): PinterestClient {
    return new PinterestClient({
      apiUrl: this.emulator.url,
      credentials: staticToken(this.emulator.token(account)),
      maxAttempts: 1,
      clock: this.#time,
      ...options,
    });
  }

  /** Creates an integration in a process of its own and returns its outputs; the log is empty afterwards. */
  async created(inputs: Bag): Promise<Bag> {
    const { outputs } = await this.process().create(inputs);
    this.emulator.clearRequests();
    this.notes.length = 0;
    return outputs;
  }

  /** The requests since the log was emptied, as "PATCH", in their order. */
  methods(): string[] {
    return this.emulator.requests().map(({ method }) => method);
  }

  /** The bodies sent with a method. */
  bodies(method: RequestEntry["method"]): unknown[] {
    return this.emulator
      .requests()
      .filter((entry) => entry.method === method)
      .map((entry) => entry.request_body);
  }

  /** Makes an operation fail with its answer lost, until the faults are removed. */
  lose(operation: "create" | "update" | "delete", { commit }: { commit: boolean }): void {
    this.emulator.armFault({ kind: "reset", operation, commit, times: "all" });
  }

  /** Makes every read of an integration fail after so many that pass, until the faults are removed. */
  blind({ after = 0 } = {}): void {
    this.emulator.armFault({ kind: "answer", status: 503, operation: "get", skip: after, times: "all" });
  }
}

/** The stage of a file's tests: open while they run, and reset before each. */
export function stageOfFile(): Stage {
  const stage = new Stage();
  beforeAll(() => stage.open());
  beforeEach(() => stage.reset());
  afterAll(() => stage.close());
  return stage;
}
