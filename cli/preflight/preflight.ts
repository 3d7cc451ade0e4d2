import { firstOf } from "../../provider/base/message-text";
import { counted } from "../../provider/base/words";
import type { DeletionLimits } from "../../provider/run/ledger";
import {
  type Forecast,
  forecastCreates,
  isFailing,
  problemWithDeletions,
  type Verdict,
} from "../../stack/forecasts";
import { previewOf } from "../../stack/preview";
import type { OpenStack } from "../../stack/stack";
import { nameOf } from "../../stack/state";
import type { IntegrationSteps, Planned } from "../../stack/steps";
import { textOf } from "../../stack/values";

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
  onProgress: (integrations: number) => void,
): Promise<PreflightReport> {
  const { steps, observations, errors } = await previewOf(stack, {
    refresh: false,
    observe: { creates: true },
    onEvent: (_, integrations) => onProgress(integrations),
  });
  const planned = [...steps.integrations.values()];
  const { creates, limits } = forecastCreates(planned, observations, stack.runtime);
  const others = othersOf(planned, creates);
  return {
    version: 1,
    project: stack.project,
    stack: stack.name,
    ok:
      errors.length === 0 &&
      !creates.some(isFailing) &&
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
  creates: readonly Pick<Forecast, "renamedFromUrn">[],
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

/** A problem that Pinterest may reject. It does not make the command fail. */
export interface Warning {
  readonly code: "no-advertiser" | "shared-merchant";
  /** Names of the resources or merchants. */
  readonly names: readonly string[];
  readonly summary: string;
  readonly remedy: string;
}

/** Warnings about the integrations that the program declares. An existing integration can have an ad account that the program omits. */
export function warningsOf(
  steps: readonly IntegrationSteps[],
  creates: readonly { readonly urn: string; readonly verdict: string }[],
): Warning[] {
  const declared = steps
    .flatMap(({ urn, planned }) =>
      planned === undefined || planned.op === "delete"
        ? []
        : [{ urn, name: nameOf(urn), inputs: planned.wanted.inputs }],
    )
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const created = new Set(creates.flatMap(({ verdict, urn }) => (verdict === "created" ? [urn] : [])));
  const unadvertised = declared.filter(
    ({ urn, inputs }) => created.has(urn) && inputs.connectedAdvertiserId === undefined,
  );
  const byMerchant = Map.groupBy(declared, ({ inputs }) => textOf(inputs.connectedMerchantId));
  return [
    ...(unadvertised.length > 0
      ? [
          {
            code: "no-advertiser" as const,
            names: namesIn(unadvertised),
            summary: `${counted(unadvertised.length, "new integration")} ${unadvertised.length === 1 ? "omits" : "omit"} \`connectedAdvertiserId\`, which the plugins of shop platforms always set: ${firstOf(namesIn(unadvertised))}`,
            remedy: "Set it to the merchant's ad account.",
          },
        ]
      : []),
    ...[...byMerchant].flatMap(([merchantId, integrations]) =>
      merchantId !== undefined && integrations.length > 1
        ? [sharedMerchant(merchantId, namesIn(integrations))]
        : [],
    ),
  ];
}

function namesIn(integrations: readonly { readonly name: string }[]): string[] {
  return integrations.map(({ name }) => name);
}

/** The warning about several integrations of one merchant, in a program or a merchant list. */
export function sharedMerchant(merchantId: string, names: readonly string[]): Warning {
  return {
    code: "shared-merchant",
    names,
    summary: `${names.length} integrations have the \`connectedMerchantId\` ${merchantId}: ${firstOf(names)}`,
    remedy:
      "Pinterest may permit one connection for each merchant, and refuse the others with code 4163. Give each integration the ID of its own merchant.",
  };
}
