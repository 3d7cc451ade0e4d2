// The drift checks of many merchants.
import type { Results } from "../results.mts";
import { requestCount } from "../select.mts";
import { bytes, quantity, whole } from "../text.mts";
import { section, table } from "./markdown.mts";

export function sweepsSection({ sweeps }: Results): string {
  if (sweeps.length === 0) return "";
  const rows = [...sweeps]
    .sort((a, b) => a.merchants - b.merchants || a.latencyMs - b.latencyMs)
    .map((sweep) => [
      whole(sweep.merchants),
      sweep.latencyMs === 0 ? "at once" : `after ${whole(sweep.latencyMs)} ms`,
      quantity(sweep.wallMs, "milliseconds"),
      quantity(sweep.cpuMs, "milliseconds"),
      whole(requestCount(sweep)),
      bytes(sweep.providerPeakBytes),
      whole(sweep.providerProcesses),
    ]);
  return section(
    "## Drift checks of many merchants",
    "By `pulumi refresh --preview-only` with the dynamic front end. Each merchant has an integration and a token of its own, all in one stack, " +
      "whose state was made of one resource's; nothing has drifted.",
    table(
      ["merchants", "answers", "time", "processor time", "requests", "memory", "provider processes"],
      rows,
      0,
    ),
  );
}
