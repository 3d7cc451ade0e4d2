import type { ConfigMap, EngineEvent, Stack, UpOptions } from "@pulumi/pulumi/automation/index.js";
import { defined } from "../provider/base/bag";
import { type ConfigurationKey, environmentVariable, fullKey } from "../provider/config";
import type { Invocation, RunContext } from "../provider/run/run-context";
import { type EngineRun, type EngineRunOptions, orCommandError, runEngine } from "./engine";
import { stoppingWithProcess } from "./signals";
import type { ExportedResource } from "./state";

interface StackOptions {
  /** Whether it is the selected stack of its project. @default false */
  readonly isSelected?: boolean;
  /** The environment of the engine. @default that of the invocation */
  readonly engineEnvironment?: NodeJS.ProcessEnv;
}

export class OpenStack implements Invocation {
  readonly environment: NodeJS.ProcessEnv;
  readonly context: RunContext;
  /** Whether it is the selected stack of its project. */
  readonly isSelected: boolean;
  private readonly engineEnvironment: NodeJS.ProcessEnv;

  constructor(
    protected readonly stack: Stack,
    readonly project: string,
    readonly directory: string,
    { environment, context }: Invocation,
    { isSelected = false, engineEnvironment = environment }: StackOptions = {},
  ) {
    this.environment = environment;
    this.context = context;
    this.isSelected = isSelected;
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
    const all = await this.allConfiguration();
    return (key) => all[fullKey(key)]?.value;
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
    const exported = orCommandError(
      this.stack.exportStack(),
      `the state of stack '${this.name}' cannot be read`,
    );
    const { deployment } = await exported;
    return (deployment as { resources?: ExportedResource[] } | null)?.resources ?? [];
  }

  /**
   * Runs a preview with the program. Rejects if it fails. Debug messages among its events contain secrets in plaintext: do not print them.
   *
   * @param options.signal stops it. Default: a signal to this process, which then exits.
   */
  async preview(options: {
    refresh: boolean;
    environment?: Record<string, string>;
    signal?: AbortSignal | undefined;
    onEvent: (event: EngineEvent) => void;
  }): Promise<void> {
    const { refresh, environment = {}, signal, onEvent } = options;
    // Without a refresh, the drift check would only cost requests.
    const unchecked = refresh ? {} : { [environmentVariable("detectDrift")]: "refresh" };
    const run = (interrupt: AbortSignal) =>
      this.untilInterrupted({ signal: interrupt, onEvent }, (engine) =>
        this.stack.preview({ refresh, ...(refresh ? { runProgram: true } : {}), ...engine }),
      );
    await this.withEnvironment({ ...unchecked, ...environment }, () =>
      signal === undefined ? stoppingWithProcess(run) : run(signal),
    );
  }

  /** Updates all resources, also after failures. Rejects if any has failed. */
  async update(options: {
    /** Whether to refresh first. */
    refresh: boolean;
    environment?: Record<string, string>;
    /** Lets the engine finish the operations in progress, and start no others. */
    signal?: AbortSignal;
    onEvent: (event: EngineEvent) => void;
  }): Promise<void> {
    const { refresh, environment = {}, signal } = options;
    const blocked = new BlockedReplacement(options.onEvent);
    const interrupts = [blocked.signal, ...(signal === undefined ? [] : [signal])];
    const interruption = { signal: AbortSignal.any(interrupts), onEvent: blocked.onEvent };
    try {
      await this.withEnvironment(environment, () =>
        this.untilInterrupted(interruption, (engine) =>
          this.stack.up({
            ...(refresh ? { refresh, runProgram: true } : {}),
            continueOnError: true,
            ...engine,
          }),
        ),
      );
    } finally {
      blocked.end();
    }
  }

  /**
   * Runs a command of the Automation API that a signal interrupts. The API listens for aborts only after it has started the engine, and would miss
   * an earlier one, which therefore waits for the engine's first event.
   *
   * @throws the signal's reason if it was aborted before.
   */
  protected async untilInterrupted(
    { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: (event: EngineEvent) => void },
    run: (options: Required<Pick<UpOptions, "signal" | "onEvent" | "color">>) => Promise<unknown>,
  ): Promise<void> {
    signal.throwIfAborted();
    const engine = new AbortController();
    let hasStarted = false;
    const interrupt = () => {
      if (hasStarted && signal.aborted) engine.abort();
    };
    const receive = (event: EngineEvent) => {
      hasStarted = true;
      interrupt();
      onEvent(event);
    };
    signal.addEventListener("abort", interrupt);
    try {
      await run({ signal: engine.signal, onEvent: receive, color: "never" });
    } finally {
      signal.removeEventListener("abort", interrupt);
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

  /** Adds variables to the engine's environment during an action. */
  async withEnvironment<T>(added: Record<string, string>, action: () => Promise<T>): Promise<T> {
    const { workspace } = this.stack;
    workspace.envVars = definedVariables({ ...this.engineEnvironment, ...added });
    try {
      return await action();
    } finally {
      workspace.envVars = definedVariables(this.engineEnvironment);
    }
  }
}

/** An environment as the Automation API expects it. */
export function definedVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return defined(environment) as Record<string, string>;
}

/** Time without events after which an update counts as blocked. */
const blockedAfterMs = 20_000;

/** The same limit while operations are in progress, because they can wait for a rate limit. */
const blockedAfterWaitMs = 600_000;

/**
 * Stops an update that would never end: after a failed deletion before a replacement, an engine that continues on errors never answers the
 * registration of the resource (executeChain in its step_executor.go; https://github.com/pulumi/pulumi/issues/16373).
 */
class BlockedReplacement {
  private readonly controller = new AbortController();
  readonly signal = this.controller.signal;
  private timer: NodeJS.Timeout | undefined;
  private inProgress = 0;

  constructor(private readonly receive: (event: EngineEvent) => void) {}

  readonly onEvent = (event: EngineEvent): void => {
    this.receive(event);
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    if (resourcePreEvent !== undefined) this.inProgress += 1;
    if (resOutputsEvent !== undefined || resOpFailedEvent !== undefined) this.inProgress -= 1;
    const hasFailed = resOpFailedEvent?.metadata.op === "delete-replaced";
    if (!hasFailed && this.timer === undefined) return;
    clearTimeout(this.timer);
    const timeoutMs = this.inProgress > 0 ? blockedAfterWaitMs : blockedAfterMs;
    this.timer = setTimeout(() => this.controller.abort(), timeoutMs);
  };

  end(): void {
    clearTimeout(this.timer);
  }
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
