import type { Engine } from "../../scripts/engine/ensure.mts";
import {
  type Cell,
  type CommandFigures,
  type Origin,
  type Pass,
  type Workload,
  workloads,
} from "../results.mts";
import { Stack } from "./stack.mts";
import { commandOrder } from "./turns.mts";

/** Cells of one situation that are measured in turn. */
export interface Round {
  /** How many rounds of the situation came before, which turns the order. */
  readonly before: number;
  readonly cells: readonly Cell[];
}

/** Told of each command when it has ended. */
export type Listener = (workload: Workload, cell: Cell, figures: CommandFigures) => void;

/**
 * Runs all workloads once on a stack for each of the cells, side by side: each command on all stacks before the next one, so that what a
 * ratio compares is seconds or minutes apart, whatever the machine's pace is an hour later.
 * @throws Error when a command fails, or when state afterwards is not what the workload is about
 */
export async function round(
  engine: Engine,
  { before, cells }: Round,
  ran: Listener,
): Promise<Omit<Pass, keyof Origin>[]> {
  const stacks: Stack[] = [];
  try {
    for (const cell of cells) stacks.push(await Stack.create(engine, cell));
    for (const [index, workload] of workloads.entries()) {
      for (const stack of commandOrder(stacks, before + index)) {
        ran(workload, stack.cell, await stack.run(workload));
      }
    }
    return stacks.map(({ pass }) => pass);
  } finally {
    await Promise.all(stacks.map((stack) => stack.end()));
  }
}
