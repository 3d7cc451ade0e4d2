import { type Pass, workloads } from "../results.mts";
import { requestCount } from "../select.mts";
import { bytes, duration, whole } from "../text.mts";

/** "up 2.41 s, …, destroy 1.02 s; 1,312 bytes a resource; 402 requests": a pass in short, for who waits for the next. */
export function passLine({ commands, state }: Pick<Pass, "commands" | "state">): string {
  const times = workloads.map((workload) => `${workload} ${duration(commands[workload].wallMs)}`);
  const requests = workloads.reduce((sum, workload) => sum + requestCount(commands[workload]), 0);
  return `${times.join(", ")}; ${bytes(state.bytesAResource)} a resource; ${whole(requests)} requests`;
}
