import type { Engine } from "../../engine/ensure.mts";
import {
  type Cell,
  type CommandFigures,
  type Origin,
  type Pass,
  type Workload,
  workloads,
} from "../results.mts";
import { expectState } from "./expected-state.mts";
import { startPinterest } from "./pinterest.mts";
import { tags } from "./program.mts";
import { Project } from "./project.mts";
import { expectProvider } from "./provider-memory.mts";
import { isIntegration, stateFigures, stateResources } from "./state.mts";

const commands: Readonly<Record<Workload, readonly string[]>> = {
  up: ["up", "--yes", "--skip-preview"],
  preview: ["preview"],
  "preview-refresh": ["preview", "--refresh"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  change: ["up", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

/**
 * Runs all workloads once, on a stack and an emulator of their own.
 * @throws Error when a command fails, or when state afterwards is not what the workload is about
 */
export async function pass(engine: Engine, cell: Cell): Promise<Omit<Pass, keyof Origin>> {
  const { peer, count, accounts, latencyMs } = cell;
  const pinterest = await startPinterest(count, accounts, latencyMs);
  try {
    const project = await Project.create(engine, peer, pinterest);
    try {
      const figures: Partial<Record<Workload, CommandFigures>> = {};
      let state: Pass["state"] | undefined;
      for (const workload of workloads) {
        const tag = workload === "change" || workload === "destroy" ? tags.after : tags.before;
        project.program(count, accounts, tag);
        const measured = await project.pulumi(commands[workload]);
        expectProvider(measured, `${workload} of ${JSON.stringify(cell)}`);
        figures[workload] = { ...measured, requests: pinterest.takeRequests() };
        const resources = stateResources(project.checkpoint);
        expectState(cell, workload, resources.filter(isIntegration), tag);
        if (workload === "up") state = stateFigures(resources);
      }
      return {
        ...cell,
        commands: figures as Record<Workload, CommandFigures>,
        state: state as Pass["state"],
      };
    } finally {
      project.remove();
    }
  } finally {
    await pinterest.stop();
  }
}
