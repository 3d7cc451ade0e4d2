import { createIntegration } from "../../provider/lifecycle/create";
import { deleteIntegration } from "../../provider/lifecycle/delete";
import type { Bag } from "../../provider/lifecycle/outputs";
import { readIntegration } from "../../provider/lifecycle/read";
import type { Session } from "../../provider/lifecycle/session";
import { updateIntegration } from "../../provider/lifecycle/update";
import { plan } from "./engine-plan";
import { Failed, Killed, Run } from "./engine-run";
import type { Program } from "./program";

/** A resource in state. */
export interface Resource {
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
  /** The reasons why the last write failed partially. If set, the next update writes even without a change. */
  readonly initErrors: readonly string[];
  /** Whether it was deleted for a replacement that was not created. */
  readonly pendingReplacement: boolean;
}

export type State = ReadonlyMap<string, Resource>;

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
  readonly session: Session;
  /** Whether the process was killed. Answers that are not in state are lost. */
  readonly killed: boolean;
}

export interface Options {
  readonly refresh?: boolean;
  readonly continueOnError?: boolean;
}

/**
 * Simulates Pulumi's engine with a dynamic provider (resource/deploy of pulumi 3.259), one resource after the other: compares old inputs with
 * new ones, deletes before it replaces, stores the outputs of a partial failure with the old inputs, and stores the result of a read. If it
 * is killed, it loses the operation in progress.
 */
export class Engine {
  state = new Map<string, Resource>();

  constructor(private readonly start: () => Process) {}

  up(program: Program, options: Options = {}): Promise<Outcome> {
    return this.operation(options, async (run) => {
      await this.refreshAll(run, options);
      for (const name of program.keys()) {
        await run.attempt(name, () => this.register(run, name, program));
      }
      for (const name of [...this.state.keys()].reverse()) {
        if (!program.has(name)) await run.attempt(name, () => this.remove(run, name));
      }
    });
  }

  refresh(): Promise<Outcome> {
    return this.operation({}, (run) => this.refreshAll(run, { refresh: true }));
  }

  destroy(options: Options = {}): Promise<Outcome> {
    return this.operation(options, async (run) => {
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
          run.plan(plan(run.ledger, program, name, this.state.get(name)).step);
        for (const name of this.state.keys()) {
          if (!program.has(name)) run.plan({ op: "delete", name, properties: [] });
        }
      });
    } finally {
      this.state = before;
    }
  }

  private async operation(options: Options, act: (run: Run) => Promise<void>): Promise<Outcome> {
    const outcome: Outcome = { errors: [], steps: [], killed: false, refreshed: new Map(this.state) };
    const run = new Run(this.start(), outcome, options.continueOnError ?? false);
    try {
      await act(run);
    } catch (error) {
      if (error instanceof Killed) outcome.killed = true;
      else if (!(error instanceof Failed)) throw error;
    }
    return outcome;
  }

  private async refreshAll(run: Run, { refresh }: Options): Promise<void> {
    if (!refresh) return;
    for (const [name, resource] of [...this.state]) {
      if (resource.pendingReplacement) continue;
      await run.attempt(name, async () => {
        const read = await run.call((session) => readIntegration(resource.id, resource.outputs, session));
        if (read === undefined) this.state.delete(name);
        else this.state.set(name, { ...resource, ...read, initErrors: [] });
      });
    }
    if (run.outcome.errors.length > 0) throw new Failed();
    run.outcome.refreshed = new Map(this.state);
  }

  private async register(run: Run, name: string, program: Program): Promise<void> {
    const old = this.state.get(name);
    const { inputs, step } = plan(run.ledger, program, name, old);
    run.plan(step);
    if (old === undefined) return this.create(run, name, inputs);
    switch (step.op) {
      case "replace":
        if (!old.pendingReplacement) {
          await run.call((session) => deleteIntegration(old.id, old.outputs, session));
          this.state.set(name, { ...old, pendingReplacement: true });
        }
        return this.create(run, name, inputs);
      case "update":
        return this.update(run, name, old, inputs);
      default:
        this.state.set(name, { ...old, inputs });
    }
  }

  private async create(run: Run, name: string, inputs: Bag): Promise<void> {
    const keep = (created: { id: string; outputs: Bag }, initErrors: string[]) =>
      this.state.set(name, { ...created, inputs, initErrors, pendingReplacement: false });
    const made = await run.call(
      (session) => createIntegration(inputs, session),
      (partial, error) => keep(partial, [error.message]),
    );
    keep(made, []);
  }

  private async update(run: Run, name: string, old: Resource, inputs: Bag): Promise<void> {
    const outputs = await run.call(
      (session) => updateIntegration(old.id, old.outputs, inputs, session),
      (partial, error) =>
        this.state.set(name, { ...old, outputs: partial.outputs, initErrors: [error.message] }),
    );
    this.state.set(name, { ...old, inputs, outputs, initErrors: [] });
  }

  private async remove(run: Run, name: string): Promise<void> {
    const old = this.state.get(name) as Resource;
    run.plan({ op: "delete", name, properties: [] });
    if (!old.pendingReplacement) await run.call((session) => deleteIntegration(old.id, old.outputs, session));
    this.state.delete(name);
  }
}
