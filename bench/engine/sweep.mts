import type { Engine } from "../../scripts/engine/ensure.mts";
import type { Origin, Sweep } from "../results.mts";
import { fillState } from "./filled-state.mts";
import { startPinterest } from "./pinterest.mts";
import { tags } from "./program.mts";
import { Project } from "./project.mts";
import { expectProvider } from "./provider-processes.mts";

/**
 * Checks many merchants for drift, each with an integration and a token of its own, by `pulumi refresh --preview-only`: one stack, one
 * provider process.
 * @throws Error when a command fails, or when anything shows as drift
 */
export async function sweep(
  engine: Engine,
  merchants: number,
  latencyMs: number,
): Promise<Omit<Sweep, keyof Origin>> {
  const pinterest = await startPinterest(merchants, "each", latencyMs);
  try {
    const project = await Project.create(engine, "dynamic", pinterest);
    try {
      project.program(1, "each", tags.before);
      await project.pulumi(["up", "--yes", "--skip-preview"]);
      await fillState(project, pinterest, merchants);
      pinterest.takeRequests();
      const figures = await project.pulumi(["refresh", "--preview-only", "--expect-no-changes"]);
      expectProvider(figures, `the sweep of ${merchants} merchants`);
      return { merchants, latencyMs, ...figures, requests: pinterest.takeRequests() };
    } finally {
      project.remove();
    }
  } finally {
    await pinterest.stop();
  }
}
