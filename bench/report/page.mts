// RESULTS.md: all that the results say.
import type { Results } from "../results.mts";
import type { Verdict } from "../verdicts.mts";
import { completeness } from "./completeness.mts";
import { growthSection } from "./growth.mts";
import { command, machineSection } from "./machine.mts";
import { image, page, section } from "./markdown.mts";
import { packageSection } from "./package.mts";
import { memorySection, processesSection, requestsSection, stateSection } from "./resources.mts";
import { sweepsSection } from "./sweeps.mts";
import { targetsSection } from "./targets.mts";
import { processorSection, wallSection } from "./wall.mts";

/** An image of the page, by its address from there. */
export interface Picture {
  readonly file: string;
  readonly alt: string;
}

const introduction = (
  guide: string,
) => `Written by \`${command}\` from the \`results.json\` beside it, never by hand. Each pass runs the same program of a
number of integrations through Pulumi's commands, against the local Pinterest of this repository: \`up\` from nothing, \`preview\`,
\`preview --refresh\`, \`refresh\`, \`up\` after a change of one property everywhere (change), \`destroy\`. Of these:

- **straightforward**: a dynamic provider as one would write it oneself
- **straightforward-package**: the same files as an installed package, of which the SDK keeps only the name in state
- **dynamic** and **plugin**: the two front ends of this package
- **nothing**: a plugin that does nothing, for a resource of the same properties, with this package's short stack traces: what Pulumi itself
  takes for it, the floor
- **nothing-dynamic**: a dynamic provider that does as little, the floor of dynamic providers

How to read it: [README.md](${guide}#what-is-compared).`;

/** @param guide the bench's README, by its address from the page. */
export function resultsPage(
  results: Results,
  verdicts: readonly Verdict[],
  pictures: readonly Picture[] = [],
  guide = "README.md",
): string {
  return page(
    section("# Results of the bench", introduction(guide), completeness(results)),
    section("## Charts", ...pictures.map(({ alt, file }) => image(alt, file))),
    targetsSection(verdicts),
    wallSection(results),
    growthSection(results),
    processorSection(results),
    stateSection(results),
    requestsSection(results),
    memorySection(results),
    processesSection(results),
    packageSection(results),
    sweepsSection(results),
    machineSection(results),
  );
}
