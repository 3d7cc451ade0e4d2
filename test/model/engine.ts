import { integrationType } from "../../provider/run/constants";
import { completeRun, type EngineRun } from "../../provider/run/engine-command";
import type { RunLedger } from "../../provider/run/ledger";
import { DirectProvider } from "../fake-engine/direct-provider";
import { FailedResource, Killed, Terminated } from "../fake-engine/errors";
import { Operation } from "../fake-engine/operation";
import { ProviderError } from "../fake-engine/provider";
import { type State as EngineState, nameOf, plainGoal, type Resource } from "../fake-engine/state";
import type { KillSwitch } from "./kill-switch";
import { bagOf, type Program } from "./program";
import type { ModelProvider } from "./provider";

/** The resources by name. Replaced resources that are not deleted yet have another key: see {@link replacedKey}. */
export type State = ReadonlyMap<string, ResourceInState>;

export type ResourceInState = Pick<Resource, "id" | "inputs" | "outputs" | "initErrors">;

/** The key of a resource that is replaced and not deleted yet. */
export function replacedKey(name: string, { outputs }: Pick<Resource, "outputs">): string {
  return `${name}#${outputs.__uid}`;
}

/** The planned operation for a resource. */
export interface Step {
  readonly op: string;
  readonly name: string;
  /** The inputs that an update changes. */
  readonly properties: readonly string[];
}

/** A step of a preview, with the properties of an update. */
export function plannedStep({ op, name, detailedDiff }: ShownStep): Step {
  return { op, name, properties: op === "update" ? Object.keys(detailedDiff ?? {}).sort() : [] };
}

interface ShownStep {
  readonly op: string;
  readonly name: string;
  readonly detailedDiff: object | null;
}

/** The outcome of an operation of the engine. */
export interface Outcome {
  /** By resource name. */
  readonly errors: { name: string; error: Error }[];
  readonly steps: readonly Step[];
  readonly killed: boolean;
  /** The state after the refresh and before the other steps. */
  readonly refreshed: State;
  /** The IDs of integrations that the drift check could not read. It only warns about them. */
  readonly unread?: ReadonlySet<string>;
}

/** A process that runs the provider. */
export interface Process {
  readonly provider: ModelProvider;
  /** The records of the run. */
  readonly ledger: RunLedger;
  readonly killSwitch: KillSwitch;
}

export interface Options {
  readonly refresh?: boolean;
  readonly continueOnError?: boolean;
}

/** The commands of the test engine (test/fake-engine) for a program in JavaScript, one resource after the other. */
export class Engine {
  state = new Map<string, ResourceInState>();
  /** The engine's state after the last command. {@link state} can have fewer resources. */
  private lastState: EngineState = { resources: new Map(), pendingDeletes: [] };

  constructor(private readonly start: (run: EngineRun) => Process) {}

  up(program: Program, options: Options = {}): Promise<Outcome> {
    return this.operate(options, async (operation, ledger) => {
      ledger.note("program");
      await register(operation, program);
      if (!operation.failed) ledger.note("ended");
      await operation.deleteRemaining();
    });
  }

  refresh(): Promise<Outcome> {
    return this.operate({ refresh: true }, async () => {});
  }

  destroy(options: Options = {}): Promise<Outcome> {
    return this.operate({ ...options, isDestroy: true }, (operation) => operation.deleteRemaining());
  }

  /** Returns the outcome of an `up`, without changing state. */
  preview(program: Program, { refresh = false }: Options = {}): Promise<Outcome> {
    return this.operate({ refresh, isPreview: true }, async (operation) => {
      await register(operation, program);
      await operation.deleteRemaining();
    });
  }

  private async operate(
    {
      continueOnError = false,
      refresh = false,
      isDestroy = false,
      isPreview = false,
    }: Options & { isDestroy?: boolean; isPreview?: boolean },
    act: (operation: Operation, ledger: RunLedger) => Promise<void>,
  ): Promise<Outcome> {
    const process = this.start({
      ...completeRun,
      isRefreshRequested: refresh,
      isPartial: continueOnError,
      isPreview,
      isDestroy,
    });
    const provider = new DirectProvider({
      start: () => process.provider,
      refreshBeforeUpdate: false,
      call: (_call, action) => process.killSwitch.run(action),
    });
    const errors: Outcome["errors"] = [];
    const operation = new Operation(
      this.engineState(),
      { parallel: 1, continueOnError, preview: isPreview, deletesNewestFirst: true },
      {
        configuration: new Map(),
        connect: async () => provider,
        report: (urn, error) => errors.push({ name: nameOf(urn), error: originalOf(error) }),
      },
    );
    let killed = false;
    let refreshed: State = new Map(this.state);
    try {
      if (refresh) {
        await operation.refresh();
        refreshed = resourcesIn(operation.state);
      }
      await act(operation, process.ledger);
    } catch (error) {
      if (!(error instanceof Terminated)) throw error;
      killed = error instanceof Killed;
    } finally {
      process.ledger.close();
      // The signal is not the engine's, so that the process records nothing.
      await process.provider.close("SIGTERM");
    }
    if (!isPreview) {
      this.lastState = operation.state;
      this.state = resourcesIn(operation.state);
    }
    const steps = operation.steps
      .filter(({ op, urn }) => op !== "refresh" && urn.includes(integrationType))
      .map((step) => plannedStep({ ...step, name: nameOf(step.urn) }));
    return { errors, steps, killed, refreshed };
  }

  private engineState(): EngineState {
    const { resources, pendingDeletes } = this.lastState;
    const isInState = (each: Resource) => each.type !== integrationType || this.state.has(keyOf(each));
    return {
      resources: new Map([...resources].filter(([, each]) => isInState(each))),
      pendingDeletes: pendingDeletes.filter(isInState),
    };
  }
}

/** Registers the program's resources. A failed registration also fails a program in JavaScript, and the engine then deletes nothing. */
async function register(operation: Operation, program: Program): Promise<void> {
  const provider = await operation.defaultProvider("pinterest");
  for (const [name, declared] of program) {
    try {
      await operation.register({
        ...plainGoal,
        type: integrationType,
        name,
        inputs: bagOf(declared),
        provider,
      });
    } catch (error) {
      if (!(error instanceof FailedResource)) throw error;
      operation.recordFailure();
    }
  }
}

/** The error of the life cycle, for the checks of all of its parts. */
function originalOf(error: Error): Error {
  return error instanceof ProviderError ? (error.cause as Error) : error;
}

function keyOf(resource: Resource): string {
  const name = nameOf(resource.urn);
  return resource.delete === true ? replacedKey(name, resource) : name;
}

function resourcesIn({ resources, pendingDeletes }: EngineState): Map<string, Resource> {
  const integrations = [...resources.values(), ...pendingDeletes].filter(
    ({ type }) => type === integrationType,
  );
  return new Map(integrations.map((each) => [keyOf(each), each]));
}
