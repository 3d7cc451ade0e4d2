// What was measured without an engine, and the drift checks of many merchants.
import type { Results } from "../results.mts";
import { requestCount } from "../select.mts";
import { bytes, quantity, whole } from "../text.mts";
import { section, table } from "./markdown.mts";
import { repeated } from "./repeated.mts";

export function packageSection({ figures }: Results): string {
  if (figures === undefined) return "";
  const { clientRatio } = figures;
  return section(
    "## The package",
    table(
      ["", "measured"],
      [
        ["import, after that of Pulumi's SDK", repeated(figures.importMs.values, "milliseconds")],
        [
          "a request by its client over one by undici alone, one after the other",
          repeated(clientRatio.sequential.values, "times"),
        ],
        ["the same, 16 at once", repeated(clientRatio.concurrent.values, "times")],
        ["packed", bytes(figures.packageBytes)],
        ["unpacked", bytes(figures.unpackedBytes)],
        ["installed packages beyond those of Pulumi's SDK", whole(figures.installedPackages)],
        ["their size, with the package's own", bytes(figures.installedBytes)],
      ],
    ),
  );
}

export function sweepsSection({ sweeps }: Results): string {
  if (sweeps.length === 0) return "";
  const rows = [...sweeps]
    .sort((a, b) => a.merchants - b.merchants)
    .map((sweep) => [
      whole(sweep.merchants),
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
    table(["merchants", "time", "processor time", "requests", "memory", "provider processes"], rows, 0),
  );
}
