import { isProgramRunRequested } from "../api/engine-command";
import { isRunByFleet } from "../api/fleet-environment";
import { ownCommand } from "../api/own-package";

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
