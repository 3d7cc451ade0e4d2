import type { CreateObservation } from "../../provider/lifecycle/observer";
import { EngineErrors } from "../stack/engine";
import { whileObserving } from "../stack/observing";
import type { OpenStack } from "../stack/stack";
import { forecastsOf } from "./forecasts";
import { Plan } from "./plan";
import { failing, type PreflightReport, summaryOf } from "./report";

/**
 * Runs a preview in which providers read the integrations that it would create. If the preview fails, the report contains the error and
 * the creates up to it.
 *
 * @param onProgress is called with the number of creates so far.
 */
export function preflightOf(
  stack: OpenStack,
  onProgress: (creates: number) => void = () => {},
): Promise<PreflightReport> {
  return whileObserving({ creates: true }, async ({ environment, observations }) => {
    const plan = new Plan();
    const failures = new EngineErrors();
    let errors: string[] = [];
    try {
      await stack.preview({
        refresh: false,
        environment,
        onEvent: (event) => {
          failures.take(event);
          plan.take(event);
          onProgress(plan.creates.length);
        },
      });
    } catch (error) {
      errors = failures.of(error);
    }
    const observed = observations();
    const names = observed.flatMap((each) => (each.kind === "declaration" ? [each.name] : []));
    const creates = forecastsOf(plan, observed.filter(isOfCreate), names);
    return {
      version: 1,
      project: stack.project,
      stack: stack.name,
      ok: errors.length === 0 && !creates.some(({ verdict }) => failing.has(verdict)),
      creates,
      summary: summaryOf(creates),
      others: plan.others,
      errors,
    };
  });
}

function isOfCreate<T extends { kind: string }>(
  observation: T,
): observation is T & { kind: "create" } & CreateObservation {
  return observation.kind === "create";
}
