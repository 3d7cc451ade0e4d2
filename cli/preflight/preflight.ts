import type { DeletionLimits } from "../../provider/run/ledger";
import { type Forecast, failing, forecast, problemWithDeletions, type Verdict } from "../../stack/forecasts";
import { previewOf } from "../../stack/preview";
import type { OpenStack } from "../../stack/stack";
import type { IntegrationSteps, Planned } from "../../stack/steps";
import { type Warning, warningsOf } from "./warnings";

/** The output of `preflight --json`. */
export interface PreflightReport {
  /** Version of this format. An incompatible change increases it. */
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  /** Whether the preview succeeded, no create or deletion would be refused, and each create could be checked. */
  readonly ok: boolean;
  readonly creates: readonly Forecast[];
  /** The number of creates by verdict. Verdicts without creates are omitted. */
  readonly summary: Readonly<Partial<Record<Verdict, number>>>;
  /** Other steps of the update on integrations, which `pulumi preview` shows. A change of the external business ID is also a deletion. */
  readonly others: { readonly update: number; readonly delete: number; readonly same: number };
  /** The limits on deletions: the strictest of all providers. */
  readonly limits: DeletionLimits;
  /** Problems that do not make the command fail. */
  readonly warnings: readonly Warning[];
  /** The errors of a failed preview. `creates` may then be incomplete. */
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
  const { creates, limits } = forecast(planned, observations, stack.runtime);
  const others = othersOf(planned, creates);
  return {
    version: 1,
    project: stack.project,
    stack: stack.name,
    ok:
      errors.length === 0 &&
      !creates.some(({ verdict }) => failing.has(verdict)) &&
      problemWithDeletions(others.delete, limits) === undefined,
    creates,
    summary: summaryOf(creates),
    others,
    limits,
    warnings: warningsOf(planned, creates),
    errors,
  };
}

/** Counts the steps that are not creates. A rename deletes nothing at Pinterest. */
export function othersOf(
  steps: readonly IntegrationSteps[],
  creates: readonly Pick<Forecast, "renamedFromUrn">[] = [],
): PreflightReport["others"] {
  const renamed = new Set(creates.map(({ renamedFromUrn }) => renamedFromUrn));
  const count = (op: Planned["op"]) => steps.filter(({ planned }) => planned?.op === op).length;
  // A forced replacement with the same ID deletes nothing.
  const hasChangedId = ({ old, wanted }: Planned) =>
    old?.inputs.externalBusinessId !== wanted.inputs.externalBusinessId;
  const deletions = steps.filter(({ urn, planned }) => {
    const isDeletion = planned?.op === "delete" || (planned?.op === "replace" && hasChangedId(planned));
    return isDeletion && !planned.isRetained && !renamed.has(urn);
  });
  return { update: count("update"), delete: deletions.length, same: count("same") };
}

export function summaryOf(creates: readonly Forecast[]): PreflightReport["summary"] {
  const groups = Map.groupBy(creates, ({ verdict }) => verdict);
  return Object.fromEntries([...groups].map(([verdict, { length }]) => [verdict, length]));
}
