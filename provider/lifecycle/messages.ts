import { PinterestError } from "../api";
import type { IntegrationFieldName } from "../api/fields";
import { updateCommand } from "../api/fleet-environment";
import type { Inputs } from "./bags";
import { remedies } from "./remedies";

/** A list of property names for a sentence. */
export function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** How to make a replacement delete the integration first. An imperative without a period. */
export const deleteFirst =
  "set the option `deleteBeforeReplace: true` on the resource (YAML: `options: {deleteBeforeReplace: true}`)";

export function explainIgnored(
  verb: "creating" | "updating",
  externalBusinessId: string,
  ignored: readonly IntegrationFieldName[],
): string {
  const { noun } = remedies();
  return (
    `${verb} integration '${externalBusinessId}': Pinterest answered with success but did not take ${listed(ignored)}; ` +
    `what its answer shows there is kept in state. Run \`${updateCommand()}\` to try again, or take the property out of the ${noun} ` +
    'with `whenRemoved: "release"` if this account may not set it.'
  );
}

/** For a write whose answer was lost: what is known, and that the next update settles it. */
export function explainUnknownOutcome(error: PinterestError, readError?: unknown): string {
  const looked =
    readError === undefined
      ? "Reading it back shows something else than was sent."
      : `Reading it back failed too: ${inShort(readError)}.`;
  return `${error.message}\nWhether Pinterest did it is unclear. ${looked} Run \`${updateCommand()}\` again: it asks Pinterest first.`;
}

/** For a creation that was sent again and refused since there is such an integration, which no read shows. */
export function explainUnseen(error: PinterestError): string {
  return `${error.message}\nAn attempt before may have made it, and reading shows none so far. Run \`${updateCommand()}\` again: it asks Pinterest first.`;
}

/** For an integration that exists and differs from what is written down. Names properties only: values may be secrets. */
export function explainExists(
  { externalBusinessId, fields }: Inputs,
  differing: readonly IntegrationFieldName[],
): string {
  const { noun, existing } = remedies();
  const leftOut = differing.filter((name) => !(name in fields));
  return (
    `creating integration '${externalBusinessId}': it exists at Pinterest already, and differs from the ${noun} in ` +
    `${listed(differing)}${leftOut.length > 0 ? ` (the ${noun} leaves out ${listed(leftOut)})` : ""}. ` +
    `Nothing was changed. ${existing}`
  );
}

export function explainOwnedByAnother(externalBusinessId: string, error: unknown): string {
  return `integration '${externalBusinessId}' belongs to somebody else, or this account may not touch it: ${messageOf(error)}`;
}

export function explainForeignDeletion(error: unknown): string {
  return (
    `${messageOf(error)} If it is no longer this account's, there is nothing to delete here: ` +
    remedies().forgetForeign
  );
}

export function explainMove(externalBusinessId: string, from: string, to: string, answer: string): string {
  return (
    `moving integration '${externalBusinessId}' from ${from} to ${to}: ${answer} A change of the account alone moves ` +
    "nothing at Pinterest, so nothing was done. To end the connection in the old account and make it anew in the new one, " +
    `${remedies().anewElsewhere}; to keep it, put the old account back.`
  );
}

export function explainNotCleared(
  externalBusinessId: string,
  names: readonly IntegrationFieldName[],
  why: string,
): string {
  const { noun, entry, anew } = remedies();
  return (
    `updating integration '${externalBusinessId}': ${listed(names)} left the ${noun}, but ${why} Ways out: ` +
    `put the property back; or set \`whenRemoved: "release"\` on the ${entry} to stop managing it and leave it as it is at ` +
    `Pinterest; or make the integration anew ${anew}`
  );
}

/** Without advice, for a failure that another one's message tells of. */
export function inShort(error: unknown): string {
  return error instanceof PinterestError ? error.summary : messageOf(error);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
