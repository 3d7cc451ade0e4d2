import { LogReporter } from "../api";
import { type Bag, pick } from "../base/bag";
import { systemClock } from "../base/clock";
import { messageOf, sentence } from "../base/message-text";
import {
  Clients,
  type Configuration,
  type Host,
  type Lookup,
  readConfiguration,
  TokenWarnings,
} from "../config";
import { unknownValue } from "../run/constants";
import { EngineCalls } from "../run/engine-calls";
import { completeRun, type EngineRun } from "../run/engine-command";
import { isClosing } from "../run/engine-lifetime";
import type { EngineLogger } from "../run/engine-logger";
import { placeOf } from "../run/identity";
import { RunLedger } from "../run/ledger";
import { observeOperation, operationHooks, ProcessInventory, writeObservation } from "../run/observations";
import { limitsOf } from "../run/ownership";
import { hostOf, type Invocation, programContext, type RunContext } from "../run/run-context";
import { type Wording, wordingOf } from "../run/wording";
import { type CheckResult, checkIntegration, Declarations } from "./check";
import { needsUpdate, predictCreate, replacedProperties } from "./diff";
import { isAccountFailure } from "./drift-check";
import { messageForEngine, messageWithHint } from "./messages";
import {
  identityOf,
  inputsFromBag,
  lookupKey,
  managedKey,
  newUid,
  type Outputs,
  outputsFromBag,
  PartialFailure,
  uidKey,
} from "./outputs";
import { ProcessWarnings } from "./process-warnings";
import { lastKnown, type ReadResult, readIntegration } from "./read";
import { type Dependencies, openSession, type ReadMode, type Session } from "./session";
import { containsUnknown } from "./values";

/** Dependencies of a process. The defaults are {@link programContext}, and an environment without variables. */
export interface ProcessOptions extends Partial<Invocation>, Partial<Pick<Dependencies, "sleep">> {
  /** The address of the engine that started the process. @default none */
  readonly engine?: string | undefined;
  /** The name of the explicit provider, if it is known from the start. */
  readonly providerName?: string | undefined;
  /** Prints a message or warning for the user. @default console.log */
  readonly notify?: (message: string) => void;
  /** The known facts about the engine's command. @default {@link completeRun} */
  readonly run?: EngineRun;
  /** The connection to the engine, for errors and its version. @default none */
  readonly logger?: Pick<EngineLogger, "log" | "continuesAfterFailures">;
  /** The engine's calls, if other processes share them. @default calls of this process */
  readonly calls?: EngineCalls;
}

/** Time limit for the last report to Pinterest's log. The engine kills the process after five seconds. */
const lastReportMs = 1000;

/**
 * A provider process, for both provider types. All its resources share the configuration, the clients and rate limits of the accounts, and the
 * session of the operations.
 */
export class ProviderProcess {
  readonly notify: (message: string) => void;
  /** The environment and directory of the process. */
  readonly host: Host;
  /** The name of the explicit provider, for messages. A dynamic provider reads it in the properties of its resources. */
  providerName: string | undefined;
  readonly wording: Wording;
  /** The engine's calls in progress, which run their operations through it. */
  readonly calls: EngineCalls;
  private readonly ledger: RunLedger;
  private readonly context: RunContext;
  private readonly run: EngineRun;
  private readonly inventory: ProcessInventory;
  private readonly warnings: ProcessWarnings;
  /** The integrations that were checked. The engine checks a replaced resource twice. */
  private readonly declarations = new Declarations();
  private lookup: Lookup = () => undefined;
  private started: { configuration: Configuration; clients: Clients } | undefined;
  private tokenWarnings: TokenWarnings | undefined;
  private openedSession: Session | undefined;
  /** The reports to Pinterest's log. Undefined if the configuration does not request them. */
  private reporter: LogReporter | undefined;
  private ended: Promise<void> | undefined;

  constructor(private readonly options: ProcessOptions = {}) {
    this.context = options.context ?? programContext;
    this.host = hostOf({ environment: options.environment ?? {}, context: this.context });
    this.run = options.run ?? completeRun;
    this.wording = wordingOf(this.context.declaredIn, this.run);
    this.inventory = new ProcessInventory(this, this.context.observe);
    this.ledger = new RunLedger(options.engine);
    this.calls = options.calls ?? new EngineCalls();
    this.providerName = options.providerName;
    this.notify = options.notify ?? ((message) => console.log(message));
    this.warnings = new ProcessWarnings(this.notify, this.ledger, this.run, this.wording);
  }

  /** Sets the configuration. Operations that need an invalid value report it. */
  configure(lookup: Lookup): void {
    this.lookup = lookup;
  }

  /**
   * Opens the session if the configuration is valid. Its limits on deletions then apply to the run, also if no resource of this provider follows.
   *
   * @returns the problem with the configuration: see {@link configurationProblem}
   */
  open(): string | undefined {
    const problem = this.configurationProblem();
    if (problem === undefined) void this.session;
    return problem;
  }

  /** @throws Error that names a configuration key whose value is not allowed. */
  get configuration(): Configuration {
    return this.start().configuration;
  }

  /** @throws like {@link configuration}. */
  get clients(): Clients {
    return this.start().clients;
  }

  /** The session that the operations share, opened at its first use. @throws like {@link configuration}. */
  get session(): Session {
    this.openedSession ??= this.createSession();
    return this.openedSession;
  }

  private createSession(): Session {
    const problem = this.configurationProblem();
    if (problem !== undefined)
      throw new Error(
        [sentence(problem), this.wording.configurationHint].filter((part) => part !== undefined).join(" "),
      );
    const { configuration } = this;
    writeObservation(
      { kind: "limits", ...pick(configuration, ["onDelete", "deleteLimit"]) },
      this.context.observe,
    );
    return openSession(
      {
        client: (account) => this.clients.client(account),
        declaredIn: this.context.declaredIn,
        run: this.run,
        ...pick(configuration, [
          "onDelete",
          "deleteLimit",
          "consistencyTimeoutMs",
          "whenUnreachable",
          "compareSecrets",
        ]),
        readAheadAccounts: [...configuration.accounts]
          .filter(([, tokens]) => "accessToken" in tokens)
          .map(([account]) => account),
        readMode: () => this.readMode(),
        ...operationHooks(this.notify, this.context.observe),
        now: systemClock.now,
        sleep: this.options.sleep ?? ((milliseconds) => this.calls.sleep(milliseconds)),
      },
      this.ledger,
    );
  }

  /** Sends the last log entries. Call it before the process exits. */
  async end(): Promise<void> {
    this.ended ??= this.reporter?.flush(lastReportMs);
    await this.ended;
  }

  /**
   * Aborts the calls in progress, sends the last log entries, and leaves the run: its ledger is closed, and notes `closed` if the engine has saved
   * state. Call it before the process exits because of a signal.
   */
  async close(signal: NodeJS.Signals): Promise<void> {
    if (isClosing(signal)) this.ledger.note("closed");
    await this.calls.cancel();
    await this.end();
    this.ledger.close();
  }

  /** The error of {@link configuration}, which names a configuration key. Undefined if every value is allowed. */
  configurationProblem(): string | undefined {
    try {
      this.start();
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Checks an integration. Problems name the property but never contain its value, which can be a secret. */
  async check(olds: Bag, news: Bag, urn?: string): Promise<CheckResult> {
    const problem = this.open();
    if (problem !== undefined) return { inputs: news, problems: [problem] };
    this.warnings.interruptedCreates(urn);
    this.warnings.olderTokens("tokens of the program", this.lookup, this.providerName);
    const { inputs, problems } = checkIntegration(news);
    this.announceAccount(inputs.account);
    await this.inventory.take(inputs);
    if (problems.length === 0) {
      // True for a create. For a replacement, the engine checks the resource a second time, without old inputs.
      const isNew = olds.externalBusinessId === undefined;
      if (isNew && inputs.externalBusinessId !== unknownValue)
        this.ledger.record("planned", { ...placeOf(inputsFromBag(inputs)), urn });
      this.warnings.secondAccount(inputs, isNew);
      // The check continues if the observation cannot be written, for example to a full disk. The command reports the create as not checked.
      if (isNew) await this.observeCreate(inputs).catch(() => {});
      const duplicate = urn && this.declarations.record(urn.split("::").at(-1) ?? "", inputs, urn);
      if (duplicate) return { inputs, problems: [duplicate] };
    }
    return { inputs, problems };
  }

  /**
   * Compares an integration with state. @param olds the outputs in state.
   *
   * @returns the properties that force a replacement, and whether an update is needed even if the inputs are equal
   * @throws like {@link replacedProperties}
   */
  diff(id: string, olds: Bag, news: Bag, urn?: string): { replaces: string[]; needsUpdate: boolean } {
    const known = outputsFromBag({ ...olds, externalBusinessId: id });
    this.ledger.record(containsUnknown(news) ? "undetermined" : "held", identityOf(known, urn));
    // A comparison must not fail if the configuration of the last update is invalid: the next update replaces it.
    const isConfigured = this.open() === undefined;
    const { declaredIn } = this.context;
    const limits = () => (isConfigured ? limitsOf(this.ledger.knownRecords()) : {});
    const replaces = replacedProperties(id, news, limits, declaredIn);
    return { replaces, needsUpdate: needsUpdate(known, news, declaredIn) };
  }

  /** Reads an integration that is in state, or that the program only reads. Returns undefined if it is missing. */
  async read(id: string, previous: Bag, urn?: string): Promise<ReadResult | undefined> {
    this.warnings.interruptedCreates(urn);
    this.warnings.olderTokens("tokens in state", this.lookup, this.providerName);
    const known = outputsFromBag({ ...previous, externalBusinessId: id });
    // Recorded before the read, so that a failed read counts.
    if (known.uid !== undefined) this.ledger.record("held", identityOf(known, urn));
    const result = await this.readOrKeep(
      id,
      this.isCopy(known, urn) ? { ...previous, [uidKey]: newUid() } : previous,
    );
    if (result === undefined) {
      this.ledger.record("removed", identityOf(known, urn));
      return undefined;
    }
    const live = () => identityOf(outputsFromBag(result.outputs), urn);
    const uid = result.outputs[uidKey];
    if (lookupKey in previous) this.ledger.record("wanted", live());
    else if (uid !== undefined && uid !== known.uid) this.ledger.record("held", live());
    return result;
  }

  /**
   * Whether state has another resource with the same UID, because its entry was copied (`pulumi stack import`). The engine reads each resource once,
   * so only the first read keeps the UID. By the URNs of the records with this UID, the last of which is from this read:
   *
   *     A            false
   *     A, A         false: it is read again
   *     A, B         true
   *     unknown, B   true: in the first calls of a dynamic provider's process, the URN is unknown
   *     A, unknown   true, for the same reason
   */
  private isCopy({ externalBusinessId, uid }: Outputs, urn: string | undefined): boolean {
    if (uid === undefined) return false;
    const [first, ...others] = this.ledger
      .knownRecords()
      .about(externalBusinessId)
      .filter((one) => one.event === "held" && one.uid === uid);
    return others.length > 0 && (urn === undefined || first?.urn !== urn);
  }

  private async readOrKeep(id: string, previous: Bag): Promise<ReadResult | undefined> {
    const problem = this.configurationProblem();
    const isRequested = this.run.isRefreshRequested === true;
    if (problem !== undefined && managedKey in previous && !isRequested) {
      // The engine reads with the configuration of the last update. The update that corrects it must not fail.
      this.warnings.invalidConfiguration(problem);
      return lastKnown(id, previous);
    }
    const { session } = this;
    await this.inventory.take(previous);
    return readIntegration(id, previous, session);
  }

  /**
   * Prepares the failure of a write for the engine. If it is about the account and the engine can continue with other resources, prints it, because
   * the engine then only prints that the resource is awaiting. If another option would make the engine continue, the message recommends it.
   *
   * @returns the error, and whether to respond with `ErrorResourceAwaitFailed`
   */
  async failureOfWrite(error: unknown, urn = ""): Promise<{ error: unknown; isAwaiting: boolean }> {
    const { logger } = this.options;
    if (logger === undefined || error instanceof PartialFailure || !isAccountFailure(error))
      return { error, isAwaiting: false };
    const message = messageForEngine(error, this.wording);
    if (await logger.continuesAfterFailures()) {
      this.ledger.note("account failed");
      logger.log(urn, message, { isError: true });
      return { error, isAwaiting: true };
    }
    const advice =
      "To deploy the resources of other accounts nevertheless, add `--continue-on-error`, or update the Pulumi CLI.";
    return {
      error: this.run.isPartial
        ? error
        : new Error(`${sentence(messageWithHint(error, this.wording))} ${advice}`, { cause: error }),
      isAwaiting: false,
    };
  }

  /**
   * Announces an account that operations will use, so that its token is requested together with others, and warns if the token is missing
   * or expires soon. Sends no request, and ignores an invalid configuration, which operations report.
   */
  announceAccount(account: unknown): void {
    if (containsUnknown(account) || (account !== undefined && typeof account !== "string")) return;
    try {
      const { clients, configuration, session } = this;
      const warn = (message: string) => this.notify(`warning: ${message}`);
      this.tokenWarnings ??= new TokenWarnings(configuration, warn, session.driftCheck.warned);
      this.tokenWarnings.of(account);
      if (account !== undefined) clients.expect(account);
    } catch {
      // Operations report an invalid configuration.
    }
  }

  /**
   * All accounts that the program has recorded, if these are among them. Otherwise none, because an explicit provider has its own accounts.
   */
  recordedAccounts(names: readonly string[]): readonly string[] {
    const { accounts } = this.ledger.knownRecords();
    return names.some((name) => accounts.has(name)) ? [...accounts] : [];
  }

  /** Reads the configuration and creates the clients, once. @throws like {@link configuration}. */
  private start() {
    if (this.started === undefined) {
      const { observe: request } = this.context;
      const configuration = readConfiguration(this.lookup, this.host);
      if (configuration.reportLogs) {
        this.reporter = new LogReporter({
          send: async (account, entries, signal) =>
            this.clients.client(account).reportLogs(entries, { signal, background: true }),
          warn: this.notify,
          clock: systemClock,
        });
      }
      const clients = new Clients(configuration, {
        notify: this.notify,
        onOperation: (event) => {
          this.reporter?.add(event);
          observeOperation(event, request);
        },
        furtherAccounts: (names) => this.recordedAccounts(names),
        onCommandFailure: (message) => writeObservation({ kind: "command failure", message }, request),
        limits: () => this.calls.current?.limits,
        provider: () => this.providerName,
      });
      this.started = { configuration, clients };
    }
    return this.started;
  }

  private readMode(): ReadMode {
    const isRequested = this.run.isRefreshRequested;
    if (isRequested === true) return "requested";
    return this.configuration.detectDrift === "refresh" && isRequested === false ? "skip" : "check";
  }

  /** Writes the result that a create would have, if a command requests it. */
  private async observeCreate(inputs: Bag): Promise<void> {
    const { observe: request } = this.context;
    if (!request?.creates) return;
    const prediction = await predictCreate(inputs, this.session, this.options.logger);
    writeObservation({ kind: "create", ...prediction }, request);
  }
}
