import type { Cell, CommandFigures, Workload } from "../results.mts";
import { requestCount } from "../select.mts";
import { duration, requests } from "../text.mts";

/** "up of plugin: 2.41 s, 100 requests": a command in short, for who waits for the next. */
export function commandLine(
  workload: Workload,
  { peer }: Pick<Cell, "peer">,
  figures: CommandFigures,
): string {
  return `${workload} of ${peer}: ${duration(figures.wallMs)}, ${requests(requestCount(figures))}`;
}
