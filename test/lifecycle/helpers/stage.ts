import { type Emulator, type RequestEntry, startEmulator } from "../../../emulator";
import { type Bag, CommerceIntegrationLifecycle, type Surroundings } from "../../../provider/lifecycle";
import { PinterestClient, staticToken } from "../../../provider/pinterest";

/** Lifecycles on an emulator, with a clock that only `sleep` moves. */
export class Stage {
  /** What the lifecycles told the person at the terminal. */
  readonly notes: string[] = [];
  /** How long they slept, in milliseconds, one entry a pause. */
  readonly pauses: number[] = [];
  readonly #clock: Clock;

  private constructor(
    readonly emulator: Emulator,
    clock: Clock,
  ) {
    this.#clock = clock;
  }

  /** A stage with two accounts: shop-1, which is the default one, and shop-2. */
  static async open(): Promise<Stage> {
    const clock = { now: 1_800_000_000_000 };
    return new Stage(await startEmulator({ now: () => clock.now }), clock);
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
    this.#clock.now += milliseconds;
  }

  /** A lifecycle of its own, as another run of the engine has, with other surroundings where they are given. */
  process(options: Partial<Surroundings> = {}): CommerceIntegrationLifecycle {
    return new CommerceIntegrationLifecycle(this.surroundings(options));
  }

  surroundings(options: Partial<Surroundings> = {}): Surroundings {
    return {
      client: (account) => this.client(account),
      notify: (message) => this.notes.push(message),
      importCommand: (externalBusinessId) => `import ${externalBusinessId}`,
      settleTimeoutMs: 5000,
      maxAttempts: 4,
      operationTimeoutMs: 300_000,
      sleep: async (milliseconds) => {
        this.pauses.push(milliseconds);
        this.#clock.now += milliseconds;
      },
      now: () => this.#clock.now,
      random: () => 0.5,
      ...options,
    };
  }

  client(account?: string): PinterestClient {
    const credentials = staticToken(this.emulator.token(account));
    return new PinterestClient({ apiUrl: this.emulator.url, credentials });
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

interface Clock {
  now: number;
}
