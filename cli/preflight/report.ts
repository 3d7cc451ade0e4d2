import type { CreateVerdict } from "../../provider/lifecycle/observer";
import type { DriftedProperty } from "../check/report";

/** The verdicts that make the command fail. */
export const failing: ReadonlySet<CreateVerdict> = new Set<CreateVerdict>([
  "refused",
  "foreign",
  "cannot-tell",
]);

/** An integration that the next update would create. It contains no secret. */
export interface Forecast {
  /** The resource's name in the program. */
  readonly name: string;
  readonly urn: string;
  /** Omitted, like the account, if it is a secret or not known before the update. */
  readonly externalBusinessId?: string;
  readonly account?: string;
  /** The explicit provider's name. */
  readonly provider?: string;
  readonly verdict: CreateVerdict;
  /** The fields that are overwritten, that cause the refusal, or whose values are not known yet. */
  readonly fields?: readonly string[];
  /** Both values of the fields that are overwritten or that cause the refusal. */
  readonly differences?: readonly DriftedProperty[];
  /** Those of `fields` that the program omits. */
  readonly leftOut?: readonly string[];
  /** The secret fields that the update writes, because they cannot be compared. */
  readonly unseen?: readonly string[];
  /** The resource that has the integration in state and leaves the program. */
  readonly renamedFrom?: string;
  /** The resource whose replacement deletes the integration in the same update, before or after this create. */
  readonly givenUpBy?: string;
  /** Whether the create replaces an integration with the same ID. */
  readonly anew?: boolean;
  /** Why, and what to do. */
  readonly reason?: string;
  readonly advice?: string;
}

/** Other steps of the update on integrations, which `pulumi preview` shows. */
export interface OtherSteps {
  readonly update: number;
  readonly delete: number;
  readonly same: number;
}

/** The output of `preflight --json`. */
export interface PreflightReport {
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  /** Whether the preview succeeded and no create would be refused or could not be checked. */
  readonly ok: boolean;
  readonly creates: readonly Forecast[];
  /** The number of creates by verdict. Verdicts without creates are omitted. */
  readonly summary: Readonly<Partial<Record<CreateVerdict, number>>>;
  readonly others: OtherSteps;
  /** Why the preview failed. `creates` may then be incomplete. */
  readonly errors: readonly string[];
}

export function summaryOf(creates: readonly Forecast[]): PreflightReport["summary"] {
  const summary: Partial<Record<CreateVerdict, number>> = {};
  for (const { verdict } of creates) {
    summary[verdict] = (summary[verdict] ?? 0) + 1;
  }
  return summary;
}
