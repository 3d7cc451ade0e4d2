import type { ConfigMap, EngineEvent, Stack, UpOptions } from "@pulumi/pulumi/automation/index.js";
import { defined } from "../provider/base/bag";
import { type ConfigurationKey, environmentVariable, fullKey } from "../provider/config";
import type { Invocation, RunContext } from "../provider/run/run-context";
import { type EngineRun, type EngineRunOptions, orCommandError, runEngine } from "./engine";
import { stoppingWithProcess } from "./signals";
import type { ExportedResource } from "./state";

interface StackOptions extends Partial<Pick<OpenStack, "isSelected" | "listed" | "runtime">> {
  /** The environment of the engine. @default that of the invocation */
  readonly engineEnvironment?: NodeJS.ProcessEnv;
}

/** A command that can refresh first. */
interface DeploymentOptions {
  /** Whether to refresh first. The refresh runs the program. */
  readonly refresh: boolean;
  /** Variables in addition to the engine's environment. @default none */
  readonly environment?: Record<string, string>;
  readonly onEvent: (event: EngineEvent) => void;
}

interface PreviewOptions extends DeploymentOptions {
  /** Stops the preview. @default a signal to this process, which then exits */
  readonly signal?: AbortSignal | undefined;
}

interface UpdateOptions extends DeploymentOptions {
  /** Lets the engine finish the operations in progress, and start no others. @default nothing interrupts the update */
  readonly signal?: AbortSignal;
  /** The URNs of the resources to update. @default all */
  readonly targets?: readonly string[] | undefined;
}

/** What {@link OpenStack.untilInterrupted} applies to a command. */
interface RunConditions {
  readonly environment: Record<string, string>;
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
}

/** The options through which the Automation API applies them. */
type InterruptibleOptions = Required<Pick<UpOptions, "signal" | "onEvent" | "color">>;

/** The options for a command that can refresh first. */
function refreshOptions(refresh: boolean): Pick<UpOptions, "refresh" | "runProgram"> {
  return refresh ? { refresh: true, runProgram: true } : {};
}

/** Time without events after which an update counts as blocked. */
const blockedAfterMs = 20_000;

/** The same limit while operations are in progress, because they can wait for a rate limit. */
const blockedAfterWaitMs = 600_000;

/**
 * Stops an update that would never end: after a failed deletion before a replacement, an engine that continues on errors never completes the
 * registration of the resource (executeChain in its step_executor.go; https://github.com/pulumi/pulumi/issues/16373).
 */
class BlockedReplacementGuard {
  private readonly controller = new AbortController();
  /** Aborted if the update is blocked. */
  readonly signal = this.controller.signal;
  private timer: NodeJS.Timeout | undefined;
  private operationsInProgress = 0;

  observe(event: EngineEvent): void {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    if (resourcePreEvent !== undefined) this.operationsInProgress += 1;
    if (resOutputsEvent !== undefined || resOpFailedEvent !== undefined) this.operationsInProgress -= 1;
    const isFailedDeletion = resOpFailedEvent?.metadata.op === "delete-replaced";
    // Each event after the failed deletion restarts the timer.
    if (!isFailedDeletion && this.timer === undefined) return;
    clearTimeout(this.timer);
    const timeoutMs = this.operationsInProgress > 0 ? blockedAfterWaitMs : blockedAfterMs;
    this.timer = setTimeout(() => this.controller.abort(), timeoutMs);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

/** An existing stack, on which this process can run the engine. */
export class OpenStack implements Invocation {
  readonly environment: NodeJS.ProcessEnv;
  readonly context: RunContext;
  /** Whether it is the selected stack of its project. */
  readonly isSelected: boolean;
  /** The names of all stacks of its project. Empty if they are not known. */
  readonly listed: readonly string[];
  /** The runtime of its programs, as in Pulumi.yaml. Undefined if it is not known. */
  readonly runtime: string | undefined;
  private readonly engineEnvironment: NodeJS.ProcessEnv;

  constructor(
    protected readonly stack: Stack,
    readonly project: string,
    readonly directory: string,
    { environment, context }: Invocation,
    { isSelected = false, listed = [], runtime, engineEnvironment = environment }: StackOptions = {},
  ) {
    this.environment = environment;
    this.context = context;
    this.isSelected = isSelected;
    this.listed = listed;
    this.runtime = runtime;
    this.engineEnvironment = engineEnvironment;
  }

  get name(): string {
    return this.stack.name;
  }

  /**
   * The stack's configuration by the keys of this package, with secrets in plaintext.
   *
   * @throws CommandError with the engine's message, for example about a wrong passphrase.
   */
  async configuration(): Promise<(key: ConfigurationKey) => string | undefined> {
    const values = await this.allConfiguration();
    return (key) => values[fullKey(key)]?.value;
  }

  /** The whole configuration of all packages by full keys, with secrets in plaintext. Throws like {@link configuration}. */
  allConfiguration(): Promise<ConfigMap> {
    return orCommandError(
      this.stack.getAllConfig(),
      `the configuration of stack '${this.name}' cannot be read`,
    );
  }

  /** The whole state, with secrets in plaintext. Throws like {@link configuration}. */
  async resources(): Promise<ExportedResource[]> {
    const { deployment } = await orCommandError(
      this.stack.exportStack(),
      `the state of stack '${this.name}' cannot be read`,
    );
    return (deployment as { resources?: ExportedResource[] } | null)?.resources ?? [];
  }

  /** Runs a preview with the program. Rejects if it fails. Debug messages among its events contain secrets in plaintext: do not print them. */
  async preview(options: PreviewOptions): Promise<void> {
    const { signal } = options;
    if (signal === undefined) {
      await stoppingWithProcess((processSignal) => this.previewUntil(processSignal, options));
    } else {
      await this.previewUntil(signal, options);
    }
  }

  private async previewUntil(signal: AbortSignal, options: PreviewOptions): Promise<void> {
    const { refresh, environment: added = {}, onEvent } = options;
    // Without a refresh, the drift check would only cost requests.
    const withoutDriftCheck = { [environmentVariable("detectDrift")]: "refresh" };
    const environment = refresh ? added : { ...withoutDriftCheck, ...added };
    await this.untilInterrupted({ environment, signal, onEvent }, (interruptible) =>
      this.stack.preview({ ...refreshOptions(refresh), ...interruptible }),
    );
  }

  /** Updates resources, also after failures. Rejects if any has failed. */
  async update({ refresh, targets, environment = {}, signal, onEvent }: UpdateOptions): Promise<void> {
    // The update stops at the caller's signal, or if it is blocked.
    const guard = new BlockedReplacementGuard();
    const signals = [guard.signal];
    if (signal !== undefined) signals.push(signal);
    const receive = (event: EngineEvent) => {
      onEvent(event);
      guard.observe(event);
    };
    const conditions = { environment, signal: AbortSignal.any(signals), onEvent: receive };
    try {
      await this.untilInterrupted(conditions, (interruptible) =>
        this.stack.up({
          ...refreshOptions(refresh),
          ...(targets !== undefined && { target: [...targets] }),
          continueOnError: true,
          ...interruptible,
        }),
      );
    } finally {
      guard.end();
    }
  }

  /**
   * Runs a command of the Automation API with added variables. The signal interrupts it: the API listens for aborts only after it has started
   * the engine, and would miss an earlier one, which therefore waits for the engine's first event.
   *
   * @throws the signal's reason if it was aborted before.
   */
  protected async untilInterrupted(
    { environment, signal, onEvent }: RunConditions,
    command: (options: InterruptibleOptions) => Promise<unknown>,
  ): Promise<void> {
    signal.throwIfAborted();
    const engine = new AbortController();
    let hasStarted = false;
    const interruptStarted = () => {
      if (hasStarted && signal.aborted) engine.abort();
    };
    const receive = (event: EngineEvent) => {
      hasStarted = true;
      interruptStarted();
      onEvent(event);
    };
    const { workspace } = this.stack;
    workspace.envVars = definedVariables({ ...this.engineEnvironment, ...environment });
    signal.addEventListener("abort", interruptStarted);
    try {
      await command({ signal: engine.signal, onEvent: receive, color: "never" });
    } finally {
      signal.removeEventListener("abort", interruptStarted);
      workspace.envVars = definedVariables(this.engineEnvironment);
    }
  }

  /**
   * Runs any other engine command for this stack.
   *
   * @param options.input standard input, for example a secret, which other processes must not see among the arguments.
   */
  run(
    args: readonly string[],
    options: Pick<EngineRunOptions, "input" | "interrupt"> = {},
  ): Promise<EngineRun> {
    return runEngine([...args, "--stack", this.name], {
      cwd: this.directory,
      environment: this.engineEnvironment,
      ...options,
    });
  }
}

/** An environment as the Automation API expects it. */
export function definedVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return defined(environment) as Record<string, string>;
}

/**
 * Prevents the Automation API from reading a stack's outputs and history after each update (`up` and `destroy` in the SDK's
 * automation/stack.ts). These reads start the engine up to three more times, and nothing here uses their results.
 */
export function withoutSummaries(stack: Stack): Stack {
  stack.outputs = async () => ({});
  stack.info = async () => undefined;
  return stack;
}
