import { isProgramRunRequested } from "../engine-command";
import { ownCommand } from "../own-command";
import { isRunByFleet } from "../pinterest/run-by-fleet";

/** Where it is written down what Pinterest is to hold, and what can be done there: what messages say that tell what to do next. */
export interface Remedies {
  /** What it is written down in: "program". */
  readonly noun: string;
  /** What stands there for an integration: "resource". */
  readonly entry: string;
  /** For an integration that exists and differs; sentences. */
  readonly existing: string;
  /** How an integration is made anew, as the end of a sentence that says so; and the same for one that is to change its account. */
  readonly anew: string;
  readonly anewElsewhere: string;
  /** How a connection that is no longer the account's is forgotten; the end of a sentence. */
  readonly forgetForeign: string;
  /** What ends a deletion once its account can be reached again, and what where it never will be; the latter the end of a sentence. */
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

const newlyMade = "take the merchant out of the list, bring that up, and put it back";

const ofMerchantList: Remedies = {
  noun: "merchant list",
  entry: "merchant",
  existing:
    "Either set `adopt` to true for this merchant in the list, to have the list's values written over it; or put the values " +
    `into the list that it has. Then run \`${ownCommand} fleet plan\` with it, and \`${ownCommand} fleet up\`.`,
  anew: `(${newlyMade}).`,
  anewElsewhere: newlyMade,
  forgetForeign: `\`${ownCommand} fleet offboard\` with the merchant's name and \`--force\` forgets the merchant, once it has left the list.`,
  repeat: "run the same again",
  forgetUnreachable: `\`${ownCommand} fleet offboard\` with the merchant's name forgets it (with \`--force\` where no token is configured for it)`,
};

/** Those that apply to what runs this process. */
export function remedies(): Remedies {
  if (isRunByFleet()) return ofMerchantList;
  return isProgramRunRequested() ? { ...ofProgram, repeat: "repeat the command" } : ofProgram;
}
