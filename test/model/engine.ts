import type { Bag } from "../../provider/base/bag";
import { createIntegration } from "../../provider/lifecycle/create";
import { deleteIntegration } from "../../provider/lifecycle/delete";
import type { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { updateIntegration } from "../../provider/lifecycle/update";
import { completeRun, type EngineRun } from "../../provider/run/engine-command";
import type { RunLedger } from "../../provider/run/ledger";
import { plan, urnOf } from "./engine-plan";
import { Failed, Killed, Run } from "./engine-run";
import type { Program } from "./program";

/** A resource in state. */
export interface Resource {
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
  /** The reasons why the last write failed partially. If set, the next update writes even without a change. */
  readonly initErrors: readonly string[];
}

/** The resources by name. Replaced resources that are not deleted yet have another key: see {@link replacedKey}. */
export type State = ReadonlyMap<string, Resource>;

/** The key of a resource that is replaced and not deleted yet. */
export function replacedKey(name: string, { outputs }: Pick<Resource, "outputs">): string {
  return `${name}#${outputs.__uid}`;
}

/** The planned operation for a resource. */
export interface Step {
  readonly op: "create" | "update" | "replace" | "delete" | "same";
  readonly name: string;
  /** The inputs that differ. */
  readonly properties: readonly string[];
}

/** The outcome of an operation of the engine. */
export interface Outcome {
  /** By resource name. */
  readonly errors: { name: string; error: Error }[];
  readonly steps: Step[];
  killed: boolean;
  /** The state after the refresh and before the other steps. */
  refreshed: State;
  /** The IDs of integrations that the drift check could not read. It only warns about them. */
  readonly unread?: ReadonlySet<string>;
}

/** A process that runs the provider. */
export interface Process {
  readonly provider: ProviderProcess;
  /** The records of the run. */
  readonly ledger: RunLedger;
  /** Whether the process was killed. Responses that are not in state are lost. */
  readonly killed: boolean;
}

export interface Options {
  readonly refresh?: boolean;
  readonly continueOnError?: boolean;
}

/**
 * Simulates Pulumi's engine with a program in JavaScript (resource/deploy of pulumi 3.276), one resource after the other: compares old inputs
 * with new ones, stores the outputs of a partial failure with the old inputs, stores the result of a read, and deletes at the end. If it is
 * killed, it loses the operation in progress.
 */
export class Engine {
  state = new Map<string, Resource>();

  constructor(private readonly start: (run: EngineRun) => Process) {}

  up(program: Program, options: Options = {}): Promise<Outcome> {
    return this.operation(options, async (run) => {
      await this.refreshAll(run, options);
      run.ledger.note("program");
      for (const name of program.keys()) {
        await run.attempt(name, () => this.register(run, name, program));
      }
      // A failed registration also fails a program in JavaScript, and the engine then deletes nothing.
      if (run.outcome.errors.length > 0) return;
      run.ledger.note("ended");
      for (const name of [...this.state.keys()].reverse()) {
        if (!program.has(name)) await run.attempt(name, () => this.remove(run, name));
      }
    });
  }

  refresh(): Promise<Outcome> {
    return this.operation({ refresh: true }, (run) => this.refreshAll(run, { refresh: true }));
  }

  destroy(options: Options = {}): Promise<Outcome> {
    return this.operation({ ...options, isDestroy: true }, async (run) => {
      await this.refreshAll(run, options);
      for (const name of [...this.state.keys()].reverse()) {
        await run.attempt(name, () => this.remove(run, name));
      }
    });
  }

  /** Returns the outcome of an `up`, without changing state. */
  async preview(program: Program, options: Options = {}): Promise<Outcome> {
    const before = this.state;
    this.state = new Map(before);
    try {
      return await this.operation({}, async (run) => {
        await this.refreshAll(run, options);
        for (const name of program.keys())
          run.plan((await plan(run.provider, program, name, this.state.get(name))).step);
        for (const name of this.state.keys()) {
          if (!program.has(name)) run.plan({ op: "delete", name, properties: [] });
        }
      });
    } finally {
      this.state = before;
    }
  }

  private async operation(
    { continueOnError = false, refresh = false, isDestroy = false }: Options & { isDestroy?: boolean },
    act: (run: Run) => Promise<void>,
  ): Promise<Outcome> {
    const outcome: Outcome = { errors: [], steps: [], killed: false, refreshed: new Map(this.state) };
    const process = this.start({
      ...completeRun,
      isRefreshRequested: refresh,
      isPartial: continueOnError,
      isPreview: false,
      isDestroy: isDestroy,
    });
    const run = new Run(process, outcome, continueOnError);
    try {
      await act(run);
    } catch (error) {
      if (error instanceof Killed) outcome.killed = true;
      else if (!(error instanceof Failed)) throw error;
    } finally {
      process.ledger.close();
      // The signal is not the engine's, so that the process records nothing.
      await process.provider.close("SIGTERM");
    }
    return outcome;
  }

  private async refreshAll(run: Run, { refresh }: Options): Promise<void> {
    if (!refresh) return;
    for (const [name, resource] of [...this.state]) {
      await run.attempt(name, async () => {
        const read = await run.call((provider) => provider.read(resource.id, resource.outputs, urnOf(name)));
        if (read === undefined) this.state.delete(name);
        else this.state.set(name, { ...resource, ...read, initErrors: [] });
      });
    }
    if (run.outcome.errors.length > 0) throw new Failed();
    run.outcome.refreshed = new Map(this.state);
  }

  private async register(run: Run, name: string, program: Program): Promise<void> {
    const old = this.state.get(name);
    const { inputs, step } = await plan(run.provider, program, name, old);
    run.plan(step);
    if (old === undefined || step.op === "replace") return this.create(run, name, inputs, old);
    if (step.op === "update") return this.update(run, name, old, inputs);
    this.state.set(name, { ...old, inputs });
  }

  private async create(run: Run, name: string, inputs: Bag, replaced: Resource | undefined): Promise<void> {
    const keep = (created: { id: string; outputs: Bag }, initErrors: string[]) => {
      if (replaced !== undefined) this.state.set(replacedKey(name, replaced), replaced);
      this.state.set(name, { ...created, inputs, initErrors });
    };
    const made = await run.call(
      ({ session }) => createIntegration(inputs, session, urnOf(name)),
      (partial, error) => keep(partial, [error.message]),
    );
    keep(made, []);
  }

  private async update(run: Run, name: string, old: Resource, inputs: Bag): Promise<void> {
    const outputs = await run.call(
      ({ session }) => updateIntegration(old.id, old.outputs, inputs, session, urnOf(name)),
      (partial, error) =>
        this.state.set(name, { ...old, outputs: partial.outputs, initErrors: [error.message] }),
    );
    this.state.set(name, { ...old, inputs, outputs, initErrors: [] });
  }

  private async remove(run: Run, name: string): Promise<void> {
    const old = this.state.get(name) as Resource;
    run.plan({ op: "delete", name, properties: [] });
    await run.call(({ session }) => deleteIntegration(old.id, old.outputs, session, urnOf(name)));
    this.state.delete(name);
  }
}
