import { PreviewSteps } from "../check/steps";
import { EngineErrors } from "../stack/engine";
import { whileObserving } from "../stack/observing";
import type { OpenStack } from "../stack/stack";
import { createsIn, deletionsIn, forecastsOf } from "./forecasts";
import { failing, type PreflightReport, summaryOf } from "./report";

/**
 * Runs a preview in which providers read the integrations that it would create. If the preview fails, the report contains the error and
 * the creates up to it.
 *
 * @param onProgress is called with the number of integrations so far.
 */
export function preflightOf(
  stack: OpenStack,
  onProgress: (integrations: number) => void = () => {},
): Promise<PreflightReport> {
  return whileObserving({ creates: true }, async ({ environment, observations }) => {
    const steps = new PreviewSteps();
    const failures = new EngineErrors();
    let errors: string[] = [];
    try {
      await stack.preview({
        refresh: false,
        environment,
        onEvent: (event) => {
          failures.take(event);
          steps.take(event);
          onProgress(steps.integrations.size);
        },
      });
    } catch (error) {
      errors = failures.of(error);
    }
    const observed = observations();
    const planned = [...steps.integrations.values()];
    const creates = forecastsOf(
      { creates: createsIn(planned), deletions: deletionsIn(planned) },
      observed.flatMap((each) => (each.kind === "create" ? [each] : [])),
      observed.flatMap((each) => (each.kind === "declaration" ? [each.name] : [])),
    );
    const count = (op: string) => planned.filter((each) => each.planned?.op === op).length;
    return {
      version: 2,
      project: stack.project,
      stack: stack.name,
      ok: errors.length === 0 && !creates.some(({ verdict }) => failing.has(verdict)),
      creates,
      summary: summaryOf(creates),
      others: { update: count("update"), delete: count("delete"), same: count("same") },
      errors,
    };
  });
}
