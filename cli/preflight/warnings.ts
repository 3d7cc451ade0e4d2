import { firstOf } from "../../provider/base/message-text";
import { counted } from "../../provider/base/words";
import { nameOf } from "../../stack/state";
import type { IntegrationSteps } from "../../stack/steps";
import { textOf } from "../../stack/values";

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
    ...(unadvertised.length > 0 ? [noAdvertiser(namesIn(unadvertised))] : []),
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

function noAdvertiser(names: readonly string[]): Warning {
  const omit = names.length === 1 ? "omits" : "omit";
  return {
    code: "no-advertiser",
    names,
    summary: `${counted(names.length, "new integration")} ${omit} \`connectedAdvertiserId\`, which the plugins of shop platforms always set: ${firstOf(names)}`,
    remedy: "Set it to the merchant's ad account.",
  };
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
