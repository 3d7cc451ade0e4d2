import type { Engine } from "../../scripts/engine/ensure.mts";
import type { Cell, CommandFigures, Origin, Pass, StateFigures, Workload } from "../results.mts";
import { expectState } from "./expected-state.mts";
import { type Pinterest, startPinterest } from "./pinterest.mts";
import { tags } from "./program.mts";
import { Project } from "./project.mts";
import { expectProvider } from "./provider-processes.mts";
import { isIntegration, stateFigures, stateResources } from "./state.mts";

const commands: Readonly<Record<Workload, readonly string[]>> = {
  up: ["up", "--yes", "--skip-preview"],
  preview: ["preview", "--expect-no-changes"],
  "preview-refresh": ["preview", "--refresh", "--expect-no-changes"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  change: ["up", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

/** A peer's stack, with an emulator of its own, and what its commands took. */
export class Stack {
  readonly cell: Cell;
  readonly #pinterest: Pinterest;
  readonly #project: Project;
  readonly #figures: Partial<Record<Workload, CommandFigures>> = {};
  #state: StateFigures | undefined;

  private constructor(cell: Cell, pinterest: Pinterest, project: Project) {
    this.cell = cell;
    this.#pinterest = pinterest;
    this.#project = project;
  }

  static async create(engine: Engine, cell: Cell): Promise<Stack> {
    const { peer, count, accounts, latencyMs } = cell;
    const pinterest = await startPinterest(count, accounts, latencyMs);
    try {
      return new Stack(cell, pinterest, await Project.create(engine, peer, pinterest));
    } catch (error) {
      await pinterest.stop();
      throw error;
    }
  }

  /** @throws Error when the command fails, or when state afterwards is not what the workload is about */
  async run(workload: Workload): Promise<CommandFigures> {
    const { count, accounts } = this.cell;
    const tag = workload === "change" || workload === "destroy" ? tags.after : tags.before;
    this.#project.program(count, accounts, tag);
    const measured = await this.#project.pulumi(commands[workload]);
    expectProvider(measured, `${workload} of ${JSON.stringify(this.cell)}`);
    const figures = { ...measured, requests: this.#pinterest.takeRequests() };
    const resources = stateResources(this.#project.checkpoint);
    expectState(this.cell, workload, resources.filter(isIntegration), tag);
    this.#figures[workload] = figures;
    if (workload === "up") this.#state = stateFigures(resources);
    return figures;
  }

  /** Once all workloads were run. */
  get pass(): Omit<Pass, keyof Origin> {
    return {
      ...this.cell,
      commands: this.#figures as Record<Workload, CommandFigures>,
      state: this.#state as StateFigures,
    };
  }

  async end(): Promise<void> {
    try {
      this.#project.remove();
    } finally {
      await this.#pinterest.stop();
    }
  }
}
