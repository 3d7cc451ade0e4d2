import type { CreateVerdict } from "../../lifecycle/observer";
import type { DriftedProperty } from "../../look/report";

/** The verdicts with which an update would not go through, or would do harm. */
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
  /** Left out where it is a secret, or not known before the update; so is the account. */
  readonly externalBusinessId?: string;
  readonly account?: string;
  /** The explicit provider's name. */
  readonly provider?: string;
  readonly verdict: CreateVerdict;
  /** The fields that are overwritten, or because of which it is refused, or whose values are not known yet. */
  readonly fields?: readonly string[];
  /** Both values of the fields that are overwritten, or because of which it is refused. */
  readonly differences?: readonly DriftedProperty[];
  /** Those of them that the program leaves out. */
  readonly leftOut?: readonly string[];
  /** The secret fields that are written to what is there, since they cannot be compared. */
  readonly unseen?: readonly string[];
  /** The resource under whose name state has the integration, and which leaves the program. */
  readonly renamedFrom?: string;
  /** The resource whose replacement deletes the integration in the same update, before or after this creation. */
  readonly givenUpBy?: string;
  /** Whether it is a replacement of what has the same id. */
  readonly anew?: boolean;
  /** Why: in short, and with what to do about it. */
  readonly reason?: string;
  readonly advice?: string;
}

/** What else the update would do to integrations, which `pulumi preview` shows as it is. */
export interface OtherSteps {
  readonly update: number;
  readonly delete: number;
  readonly same: number;
}

/** What `preflight --json` prints. */
export interface PreflightReport {
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  /** Whether nothing that the next update would create is refused, as far as anybody can know before it. */
  readonly ok: boolean;
  readonly creates: readonly Forecast[];
  /** How many creations have each verdict; verdicts that none has are left out. */
  readonly summary: Readonly<Partial<Record<CreateVerdict, number>>>;
  readonly others: OtherSteps;
  /** Why the preview failed. What it had not come to by then is missing above. */
  readonly errors: readonly string[];
}

/** How many have each verdict. */
export function summaryOf(creates: readonly Forecast[]): PreflightReport["summary"] {
  const summary: Partial<Record<CreateVerdict, number>> = {};
  for (const { verdict } of creates) {
    summary[verdict] = (summary[verdict] ?? 0) + 1;
  }
  return summary;
}
