import type { AmbientLimits } from "../api";
import { systemClock } from "../api/clock";
import { LogReporter } from "../api/logs/reporter";
import { accountInWords, messageOf, sentence } from "../api/message-text";
import { Clients, type Configuration, type Lookup, readConfiguration, TokenWarnings } from "../config";
import { type CheckResult, checkIntegration } from "../lifecycle/check";
import { type DiffResult, diffIntegration, predictCreate } from "../lifecycle/diff";
import { RunLedger } from "../lifecycle/ledger";
import { configurationHint } from "../lifecycle/messages";
import { type Bag, managedKey, pick } from "../lifecycle/outputs";
import { lastKnown, type ReadResult, readIntegration } from "../lifecycle/read";
import { type Dependencies, openSession, type Session, type UnrequestedReads } from "../lifecycle/session";
import { containsUnknown, unknownValue } from "../lifecycle/values";
import { observationRequest, operationHooks, ProcessInventory, writeObservation } from "./observations";

/** Dependencies of a process. */
export interface ProcessOptions extends Partial<Pick<Dependencies, "sleep" | "currentUrn">> {
  /** The address of the engine that started the process. @default none */
  readonly engine?: string | undefined;
  /** Prints a message or warning for the user. @default console.log */
  readonly notify?: (message: string) => void;
  /** Whether the user requested a refresh; undefined if unknown. @default unknown */
  readonly isRefreshRequested?: () => boolean | undefined;
  /** Time limits and abort signal of the operation in progress. @default the limits of the configuration */
  readonly limits?: () => AmbientLimits | undefined;
}

/** The time limit for the last report to Pinterest's log, in milliseconds. The engine kills the process after five seconds. */
const lastReportMs = 1000;

/**
 * A provider process, for both provider types. All its resources share the configuration, the clients and rate limits of the accounts, and the
 * session of the operations.
 */
export class ProviderProcess {
  readonly notify: (message: string) => void;
  readonly #ledger: RunLedger;
  readonly #inventory = new ProcessInventory(this);
  /** The first declaration of each external business ID that was checked. */
  readonly #firstDeclarations = new Map<unknown, { account: unknown; isNew: boolean }>();
  #lookup: Lookup = () => undefined;
  #started: { configuration: Configuration; clients: Clients; tokenWarnings: TokenWarnings } | undefined;
  #session: Session | undefined;
  /** The reports to Pinterest's log. Undefined if the configuration does not request them. */
  #reporter: LogReporter | undefined;
  #ended: Promise<void> | undefined;
  #hasWarned = false;

  constructor(private readonly options: ProcessOptions = {}) {
    this.#ledger = new RunLedger(options.engine ?? "", observationRequest()?.isPreview);
    this.notify = options.notify ?? ((message) => console.log(message));
  }

  /** Sets the configuration. Operations that need an invalid value report it. */
  configure(lookup: Lookup): void {
    this.#lookup = lookup;
  }

  /** @throws Error that names a configuration key whose value is not allowed. */
  get configuration(): Configuration {
    return this.#start().configuration;
  }

  /** @throws like {@link configuration}. */
  get clients(): Clients {
    return this.#start().clients;
  }

  /**
   * The session that the operations share.
   *
   * @throws like {@link configuration}.
   */
  get session(): Session {
    if (this.#session !== undefined) return this.#session;
    const problem = this.configurationProblem();
    if (problem !== undefined) throw new Error(`${sentence(problem)}${configurationHint()}`);
    const { configuration, options } = this;
    this.#session = openSession(
      {
        client: (account) => this.clients.client(account),
        ...configuration,
        ...systemClock,
        ...operationHooks(this.notify),
        readAheadAccounts: [...configuration.accounts]
          .filter(([, tokens]) => "accessToken" in tokens)
          .map(([account]) => account),
        unrequestedReads: () => this.#unrequestedReads(),
        ...pick(options, ["sleep", "currentUrn"]),
      },
      this.#ledger,
    );
    return this.#session;
  }

  /**
   * Whether the engine must read integrations before every update. False before the first operation. With `detectDrift: refresh`, these
   * reads are skipped, so that the environment variable can enable them. If they cannot be recognized, the engine must not start them.
   */
  get refreshBeforeUpdate(): boolean {
    if (this.#started === undefined) return false;
    return (
      this.#started.configuration.detectDrift === "always" ||
      this.options.isRefreshRequested?.() !== undefined
    );
  }

  /** Sends the last log entries. Call it before the process exits. */
  async end(): Promise<void> {
    this.#ended ??= this.#reporter?.flush(lastReportMs);
    await this.#ended;
  }

  /** The error of {@link configuration}, which names a configuration key. Undefined if every value is allowed. */
  configurationProblem(): string | undefined {
    try {
      this.#start();
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Checks an integration. Problems name the property but never contain its value, which can be a secret. */
  async check(olds: Bag, news: Bag): Promise<CheckResult> {
    const problem = this.configurationProblem();
    if (problem !== undefined) return { inputs: news, problems: [problem] };
    const { inputs, problems } = checkIntegration(news);
    this.#ledger.checked(olds, inputs);
    this.announceAccount(inputs.account);
    await this.#inventory.take(inputs);
    if (problems.length === 0) {
      // True for a create. For a replacement, the engine checks the resource a second time, without old inputs.
      const isNew = olds.externalBusinessId === undefined;
      this.#warnOfSecondAccount(inputs, isNew);
      // A failed observation does not fail the check.
      if (isNew) await this.#observeCreate(inputs).catch(() => {});
    }
    return { inputs, problems };
  }

  /** Compares an integration with state. @param olds the outputs in state. */
  diff(id: string, olds: Bag, news: Bag): DiffResult {
    this.#ledger.compared(olds, news);
    return diffIntegration(id, news);
  }

  /** Reads an integration that is in state. Returns undefined if it is missing. */
  async read(id: string, previous: Bag): Promise<ReadResult | undefined> {
    const problem = this.configurationProblem();
    if (problem !== undefined && managedKey in previous && this.options.isRefreshRequested?.() !== true) {
      // The engine reads with the configuration of the last update. The update that corrects it must not fail.
      this.#warnOfConfiguration(problem);
      return lastKnown(id, previous);
    }
    const { session } = this;
    await this.#inventory.take(previous);
    return readIntegration(id, previous, session);
  }

  /**
   * Announces an account that operations will use, so that its token is requested together with others, and warns if the token is missing
   * or expires soon. Sends no request, and ignores an invalid configuration, which operations report.
   */
  announceAccount(account: unknown): void {
    if (containsUnknown(account) || (account !== undefined && typeof account !== "string")) return;
    try {
      const { clients, tokenWarnings } = this.#start();
      tokenWarnings.of(account);
      if (account !== undefined) clients.expect(account);
    } catch {
      // The operations report it.
    }
  }

  /**
   * All accounts that the program has recorded, if these are among them. Otherwise none, because an explicit provider has its own accounts.
   */
  recordedAccounts(names: readonly string[]): readonly string[] {
    const { accounts } = this.#ledger;
    return names.some((name) => accounts.has(name)) ? [...accounts] : [];
  }

  #start() {
    if (this.#started === undefined) {
      const configuration = readConfiguration(this.#lookup);
      if (configuration.reportLogs) {
        this.#reporter = new LogReporter({
          send: async (account, entries, signal) =>
            this.clients.client(account).reportLogs(entries, { signal, background: true }),
          warn: this.notify,
          clock: systemClock,
        });
      }
      const clients = new Clients(configuration, {
        notify: this.notify,
        onOperation: (event) => this.#reporter?.observe(event),
        furtherAccounts: (names) => this.recordedAccounts(names),
        limits: this.options.limits,
      });
      const tokenWarnings = new TokenWarnings(configuration, (message) => this.notify(`warning: ${message}`));
      this.#started = { configuration, clients, tokenWarnings };
    }
    return this.#started;
  }

  #unrequestedReads(): UnrequestedReads {
    const isRequested = this.options.isRefreshRequested?.();
    if (isRequested === true) return undefined;
    if (this.configuration.detectDrift === "always") return "check";
    return isRequested === false ? "skip" : undefined;
  }

  /**
   * Warns if two accounts declare an external business ID and one of the resources is new. Whether each account can have its own is
   * unknown, so this is not an error.
   */
  #warnOfSecondAccount({ externalBusinessId: id, account }: Bag, isNew: boolean): void {
    if (id === unknownValue || account === unknownValue) return;
    const first = this.#firstDeclarations.get(id);
    if (first === undefined) this.#firstDeclarations.set(id, { account, isNew });
    else if (first.account !== account && (isNew || first.isNew)) {
      const [one, other] = [first.account, account].map((each) => accountInWords(each as string | undefined));
      this.notify(
        `warning: integration '${id}' is declared for ${one} and for ${other}. Pinterest may refuse the second one: ` +
          "give each resource its own `externalBusinessId`, or remove one of them.",
      );
    }
  }

  #warnOfConfiguration(problem: string): void {
    if (!this.#hasWarned)
      this.notify(
        `warning: cannot check for drift, because the configuration of the last update is invalid: ${sentence(problem)} Run \`pulumi up\` to replace it with the current configuration.`,
      );
    this.#hasWarned = true;
  }

  /** Writes the result that a create would have, if a command requests it. */
  async #observeCreate(inputs: Bag): Promise<void> {
    const request = observationRequest();
    if (request?.creates !== true) return;
    writeObservation(request.file, { kind: "create", ...(await predictCreate(inputs, this.session)) });
  }
}
