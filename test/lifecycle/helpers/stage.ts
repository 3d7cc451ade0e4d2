import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { type Emulator, type RequestEntry, startEmulator } from "../../../emulator";
import { PinterestClient, staticToken } from "../../../provider/api";
import type { PinterestClientOptions } from "../../../provider/api/client-options";
import type { Bag } from "../../../provider/base/bag";
import type { Dependencies } from "../../../provider/lifecycle/session";
import { completeRun } from "../../../provider/run/engine-command";
import { type Operations, openOperations } from "./operations";

/** Dependencies that differ from the default ones, and options of their client. */
type Overrides = Partial<Omit<Dependencies, "client">> & { client?: Partial<PinterestClientOptions> };

/** Provider processes with an emulator, and a clock that only `sleep` and `pass` advance. */
export class Stage {
  /** Messages to the user. */
  readonly notes: string[] = [];
  /** Durations of the pauses, in milliseconds. */
  readonly pauses: number[] = [];
  private now = 1_800_000_000_000;
  private startedEmulator: Emulator | undefined;
  private readonly time = {
    now: () => this.now,
    sleep: async (milliseconds: number) => {
      this.pauses.push(milliseconds);
      this.now += milliseconds;
    },
    random: () => 0.5,
  };

  /** Start the emulator with two accounts: shop-1, which is the default one, and shop-2. */
  async open(): Promise<void> {
    this.startedEmulator = await startEmulator({ now: this.time.now });
  }

  get emulator(): Emulator {
    if (this.startedEmulator === undefined) throw new Error("the stage is not open");
    return this.startedEmulator;
  }

  close(): Promise<void> {
    return this.emulator.stop();
  }

  /** Reset the emulator, the messages and the pauses. */
  reset(): void {
    this.emulator.reset();
    this.notes.length = 0;
    this.pauses.length = 0;
  }

  /** Add an account "alias" of the owner of shop-1. */
  addAlias(): void {
    const owner = this.emulator.account("shop-1").connected_user_id;
    this.emulator.addAccount({ name: "alias", connected_user_id: owner });
  }

  /** Advance the clock. */
  pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** Advance the clock so far that the last write is not recent: a read that does not show it is not stale. */
  passConsistencyTimeout(): void {
    this.pass(60_000);
  }

  /** The operations of a new provider process. Each command has its own, which knows nothing of the writes of others. */
  process(overrides: Overrides = {}): Operations {
    return openOperations(this.dependencies(overrides));
  }

  dependencies({ client = {}, ...others }: Overrides = {}): Dependencies {
    const clients = new Map<string | undefined, PinterestClient>();
    return {
      client: (account) => {
        const known = clients.get(account) ?? this.client(account, client);
        clients.set(account, known);
        return known;
      },
      notify: (message) => this.notes.push(message),
      declaredIn: "program",
      run: completeRun,
      readMode: () => "requested",
      consistencyTimeoutMs: 5000,
      whenUnreachable: "fail",
      compareSecrets: false,
      ...this.time,
      ...others,
    };
  }

  /** A client that does not retry by default, so that tests see the requests of the operations. */
  client(account?: string, options: Partial<PinterestClientOptions> = {}): PinterestClient {
    return new PinterestClient({
      apiUrl: this.emulator.url,
      credentials: staticToken(this.emulator.token(account)),
      maxAttempts: 1,
      clock: this.time,
      ...options,
    });
  }

  /** Create an integration in a separate process, and clear the request log and the messages. @returns the outputs. */
  async created(inputs: Bag): Promise<Bag> {
    const { outputs } = await this.process().create(inputs);
    this.emulator.clearRequests();
    this.notes.length = 0;
    return outputs;
  }

  /** The methods of the requests in the log, in order. */
  methods(): string[] {
    return this.emulator.requests().map(({ method }) => method);
  }

  /** The bodies of the requests with a method. */
  bodies(method: RequestEntry["method"]): unknown[] {
    return this.emulator
      .requests()
      .filter((entry) => entry.method === method)
      .map((entry) => entry.request_body);
  }

  /** Break the connection of each request of an operation until the faults are removed. @param options.commit whether Pinterest executes it */
  loseResponses(operation: "create" | "update" | "delete", { commit }: { commit: boolean }): void {
    this.emulator.armFault({ kind: "reset", operation, commit, times: "all" });
  }

  /** Make reads fail until the faults are removed. @param options.after number of reads that succeed first */
  failReads({ after = 0 } = {}): void {
    this.emulator.armFault({ kind: "response", status: 503, operation: "get", skip: after, times: "all" });
  }
}

/** A stage for the tests of a file, which is reset before each test. */
export function stageOfFile(): Stage {
  const stage = new Stage();
  beforeAll(() => stage.open());
  beforeEach(() => stage.reset());
  afterAll(() => stage.close());
  return stage;
}
