import type { Cell, Results, Workload } from "../results.mts";
import { ratioToFloor } from "../select.mts";
import { times } from "../text.mts";

/** "12.3 s, 1.08×": a time, and how many times that of the floor it is, where both were measured in a round. */
export function besideFloor(time: string, results: Results, cell: Cell, workload: Workload): string {
  const over = cell.peer === "nothing" ? undefined : ratioToFloor(results, cell, workload);
  return over === undefined ? time : `${time}, ${times(over)}`;
}
