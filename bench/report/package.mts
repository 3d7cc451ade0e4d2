// What was measured without an engine.
import type { Results } from "../results.mts";
import { bytes, whole } from "../text.mts";
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
