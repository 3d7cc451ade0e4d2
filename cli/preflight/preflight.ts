import type { CreateVerdict } from "../../provider/lifecycle/session";
import { previewOf } from "../check/steps";
import type { OpenStack } from "../stack/stack";
import { type Forecast, failing, forecastsOf } from "./forecasts";

/** The output of `preflight --json`. */
export interface PreflightReport {
  /** Version of this format. An incompatible change increases it. */
  readonly version: 2;
  readonly project: string;
  readonly stack: string;
  /** Whether the preview succeeded and no create would be refused or could not be checked. */
  readonly ok: boolean;
  readonly creates: readonly Forecast[];
  /** The number of creates by verdict. Verdicts without creates are omitted. */
  readonly summary: Readonly<Partial<Record<CreateVerdict, number>>>;
  /** Other steps of the update on integrations, which `pulumi preview` shows. */
  readonly others: { readonly update: number; readonly delete: number; readonly same: number };
  /** Why the preview failed. `creates` may then be incomplete. */
  readonly errors: readonly string[];
}

/**
 * Runs a preview in which providers read the integrations that it would create. If the preview fails, the report contains the error and
 * the creates up to it.
 */
export async function preflightOf(
  stack: OpenStack,
  onProgress: (integrations: number) => void = () => {},
): Promise<PreflightReport> {
  const { steps, observations, errors } = await previewOf(stack, {
    refresh: false,
    observe: { creates: true },
    onEvent: (_, integrations) => onProgress(integrations),
  });
  const planned = [...steps.integrations.values()];
  const creates = forecastsOf(
    planned,
    observations.flatMap((each) => (each.kind === "create" ? [each] : [])),
    observations.flatMap((each) => (each.kind === "declaration" ? [each.name] : [])),
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
}

export function summaryOf(creates: readonly Forecast[]): PreflightReport["summary"] {
  const groups = Map.groupBy(creates, ({ verdict }) => verdict);
  return Object.fromEntries([...groups].map(([verdict, { length }]) => [verdict, length]));
}
