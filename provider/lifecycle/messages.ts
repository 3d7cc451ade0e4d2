import { PinterestError } from "../api";
import { accountInWords } from "../api/credentials/notices";
import { isProgramRunRequested } from "../api/engine-command";
import { sentence } from "../api/error-message";
import { ownCommand } from "../api/own-command";
import { isRunByFleet, updateCommand } from "../api/run-by-fleet";
import type { FieldNames, Inputs, Outputs } from "./outputs";

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
  ignored: FieldNames,
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
export function explainExists({ externalBusinessId, fields }: Inputs, differing: FieldNames): string {
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

export function explainNotCleared(externalBusinessId: string, names: FieldNames, why: string): string {
  const { noun, entry, anew } = remedies();
  return (
    `updating integration '${externalBusinessId}': ${listed(names)} left the ${noun}, but ${why} Ways out: ` +
    `put the property back; or set \`whenRemoved: "release"\` on the ${entry} to stop managing it and leave it as it is at ` +
    `Pinterest; or make the integration anew ${anew}`
  );
}

/** The error of a deletion if the account is unreachable. */
export function explainUndeletable({ account }: Outputs, error: unknown): string {
  const { repeat, forgetUnreachable } = remedies();
  return (
    `${sentence(messageOf(error))}\nThe integration stays in state. When ${accountInWords(account)} has access again, ${repeat}. ` +
    `If it will not, ${forgetUnreachable}. The integration may then still exist at Pinterest.`
  );
}

/** Without advice, for a failure that another one's message tells of. */
export function inShort(error: unknown): string {
  return error instanceof PinterestError ? error.inShort : messageOf(error);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The words of messages that explain what to do next, for programs and for merchant lists. */
export interface Remedies {
  /** The source of the desired values: "program" or "merchant list". */
  readonly noun: string;
  /** An entry of the source: "resource" or "merchant". */
  readonly entry: string;
  /** What to do if an integration exists and differs; sentences. */
  readonly existing: string;
  /** How to recreate an integration, as the end of a sentence; and how to recreate it in another account. */
  readonly anew: string;
  readonly anewElsewhere: string;
  /** How to forget an integration that no longer belongs to the account; the end of a sentence. */
  readonly forgetForeign: string;
  /** How to complete a deletion when its account can be reached again, and if it never can be. The latter is the end of a sentence. */
  readonly repeat: string;
  readonly forgetUnreachable: string;
}

const ofProgram: Remedies = {
  noun: "program",
  entry: "resource",
  existing:
    `To keep Pinterest's values, copy them into the program (\`${ownCommand} preflight\` lists the differences). The next \`pulumi up\` ` +
    "then adopts the integration, and writes only partner tokens and e-mail. To overwrite the integration with the program's values, set " +
    "`adopt: true` on the resource. If you renamed the resource, give it its old name as an alias.",
  anew:
    "with `pulumi up --target-replace '**::NAME'` (NAME stands for the resource's name). In YAML, Python, Go, .NET, and Java, first set the " +
    "option `deleteBeforeReplace: true` on the resource.",
  anewElsewhere:
    "run `pulumi up --target-replace '**::NAME'` (NAME stands for the resource's name in the program; in YAML, Python, Go, .NET, and Java, " +
    "first set the option `deleteBeforeReplace: true` on the resource)",
  forgetForeign:
    "take the resource out of state with `pulumi state delete URN` (`pulumi stack --show-urns` shows the URN).",
  repeat:
    "repeat the command (with `--run-program` to use the current configuration instead of that of the last update)",
  forgetUnreachable:
    "`PINTEREST_WHEN_UNREACHABLE=forget` in the environment of one run takes such integrations out of state, as " +
    "`pulumi state delete` does with a single one",
};

const newlyMade = "remove the merchant from the list, deploy, add it again, and deploy again";

const ofMerchantList: Remedies = {
  noun: "merchant list",
  entry: "merchant",
  existing:
    "Either set `adopt` to true for this merchant in the list, to overwrite the integration with the list's values; or put the values " +
    `into the list that it has. Then run \`${ownCommand} fleet plan\` with it, and \`${ownCommand} fleet up\`.`,
  anew: `(${newlyMade}).`,
  anewElsewhere: newlyMade,
  forgetForeign: `\`${ownCommand} fleet offboard\` with the merchant's name and \`--force\` forgets the merchant, once it has left the list.`,
  repeat: "run the same again",
  forgetUnreachable: `\`${ownCommand} fleet offboard\` with the merchant's name forgets it (with \`--force\` where no token is configured for it)`,
};

/** The remedies for a program, or for a merchant list if a fleet runs this process. */
export function remedies(): Remedies {
  if (isRunByFleet()) return ofMerchantList;
  return isProgramRunRequested() ? { ...ofProgram, repeat: "repeat the command" } : ofProgram;
}
