import type { CreateObservation, CreateVerdict } from "../../provider/lifecycle/observer";
import type { DriftedProperty } from "../check/report";

/** The verdicts that make the command fail. */
export const failing: ReadonlySet<CreateVerdict> = new Set<CreateVerdict>([
  "refused",
  "foreign",
  "not-checked",
]);

/** An integration that the next update would create. It contains no secret. */
export interface Forecast
  extends Pick<
    CreateObservation,
    "verdict" | "account" | "fields" | "omitted" | "notCompared" | "reason" | "advice"
  > {
  /** The resource's name in the program. */
  readonly name: string;
  readonly urn: string;
  /** Omitted, like the account, if it is a secret or not known before the update. */
  readonly externalBusinessId?: string;
  /** The explicit provider's name. */
  readonly provider?: string;
  /** Both values of the fields that are overwritten or that cause the refusal. */
  readonly differences?: readonly DriftedProperty[];
  /** The resource that has the integration in state and leaves the program. */
  readonly renamedFrom?: string;
  /** The resource whose replacement deletes the integration in the same update, before or after this create. */
  readonly deletedBy?: string;
  /** Whether the create replaces an integration with the same ID. */
  readonly recreated?: boolean;
}

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

export function summaryOf(creates: readonly Forecast[]): PreflightReport["summary"] {
  const groups = Map.groupBy(creates, ({ verdict }) => verdict);
  return Object.fromEntries([...groups].map(([verdict, { length }]) => [verdict, length]));
}
