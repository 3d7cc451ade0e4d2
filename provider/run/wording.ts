import { ownCommand, whereCommandRuns } from "../base/own-package";
import { called, type DeclaredIn, type Vocabulary, vocabularies } from "../config";
import type { EngineRun } from "./engine-command";

/** The remedies for a program, or for a merchant list. */
export const remedies = {
  program: {
    /** The remedy if an integration exists and differs: sentences. */
    existing:
      `To keep Pinterest's values, copy them into the program (\`${ownCommand} preflight\`${whereCommandRuns} lists the differences). The next \`pulumi up\` ` +
      "then adopts the integration, and writes only partner tokens and e-mail. To overwrite the integration with the program's values, set " +
      "`adopt: true` on the resource. If you renamed the resource or moved it into a component, give it an alias of its old name or parent " +
      "instead, with the resource option `aliases`.",
    /** How to recreate an integration: an imperative without a period. */
    recreate: "remove the resource from the program, run `pulumi up`, add it again, and run `pulumi up`",
    /** How to remove one integration from state: an imperative without a period. */
    forget:
      "remove the resource from state with `pulumi state delete URN` (`pulumi stack --show-urns` prints the URN)",
    /** The remedy if an integration is declared and not in state: sentences. */
    fixWanted:
      "If that resource failed, fix it. If this command skips it, run the command for all resources. If it reads the integration (`get`), " +
      "remove it.",
    /** How to allow deletions: an imperative without a period. */
    allowDeletion:
      "set `pinterest:onDelete`, and `onDelete` of explicit providers, to `disconnect`, unset PINTEREST_ON_DELETE, run `pulumi up` while the " +
      "program declares it, and then remove it again",
    /** How to complete a deletion when the account can be accessed again: an imperative without a period. */
    repeat:
      "repeat the command (with `--run-program` to use the current configuration instead of that of the last update)",
    /** How to complete a deletion if the account can never be accessed again: an imperative without a period. */
    forgetUnreachable:
      "set `PINTEREST_WHEN_UNREACHABLE=forget` in the environment of one run to remove such integrations from state, or remove a single one " +
      "with `pulumi state delete`",
    /** The command that lists integrations that nothing declares. */
    listUnmanaged: `${ownCommand} drift --unmanaged`,
    /** How to continue an update that may have left something out: sentences. */
    fixPartialUpdate:
      "If a resource or an account has failed, fix it first. Then repeat the command, without `--target`, `--exclude` and `--continue-on-error` if " +
      "you have used them.",
    /** How to continue an update in which a create has not ended: sentences. */
    fixUnfinished:
      "Fix those that failed. If none failed, the resource has the option `deleteBeforeReplace`: remove it.",
  },
  "merchant list": {
    existing:
      "To overwrite the integration with the list's values, set `adopt` to true for this merchant in the list. To keep Pinterest's values, copy " +
      `them into the list. Then run \`${ownCommand} fleet plan\` and \`${ownCommand} fleet up\`.`,
    recreate: "remove the merchant from the list, deploy, add it again, and deploy again",
    forget: `remove the merchant from the list, and run \`${ownCommand} fleet offboard\` with its name and \`--force\``,
    fixWanted: "If that merchant failed, fix it.",
    allowDeletion: "set it to `disconnect` for the workers, and repeat the command",
    repeat: "repeat the command",
    forgetUnreachable: `run \`${ownCommand} fleet offboard\` with the merchant's name (and \`--force\` if no token is configured for it)`,
    listUnmanaged: `${ownCommand} fleet unmanaged`,
    fixPartialUpdate: "If a merchant or an account has failed, fix it first. Then repeat the command.",
    fixUnfinished: "Fix those that failed.",
  },
} satisfies Record<DeclaredIn, Record<string, string>>;

/** The remedies, of which `program` describes each. */
type Remedies = Readonly<Record<keyof typeof remedies.program, string>>;

/** The words, commands and remedies for the messages of one run. */
export interface Wording extends Vocabulary, Remedies {
  /** The names of the settings that limit deletions. */
  readonly onDelete: string;
  readonly deleteLimit: string;
  /** A sentence about the configuration that a command uses. Undefined if it is the current one, as in fleets. */
  readonly configurationHint: string | undefined;
  /** How to delete an integration although the command may leave resources out: sentences. */
  readonly fixPartial: string;
}

/** The facts about the run are read only if a message needs them: see `readEngineRun`. */
export function wordingOf(declaredIn: DeclaredIn, run: EngineRun): Wording {
  const isProgram = declaredIn === "program";
  const remediesHere = remedies[declaredIn];
  return {
    ...vocabularies[declaredIn],
    ...remediesHere,
    onDelete: called("onDelete", declaredIn),
    deleteLimit: called("deleteLimit", declaredIn),
    get repeat() {
      return run.isProgramRunRequested ? "repeat the command" : remediesHere.repeat;
    },
    get configurationHint() {
      return isProgram && run.mayUseLastConfiguration ? configurationHint : undefined;
    },
    get fixPartial() {
      return isProgram && run.isDestroy ? fixPartialDestroy(run) : remediesHere.fixPartialUpdate;
    },
  };
}

const configurationHint =
  "Add `--run-program` if you have changed the configuration since the last update: without it, `pulumi refresh`, `pulumi destroy` and the " +
  "option --refresh use the configuration of the last update.";

function fixPartialDestroy({ hasExcludes, isProgramRunRequested }: EngineRun): string {
  const removal = "remove its resource from the program, and run `pulumi up`";
  if (!isProgramRunRequested) {
    const alternative = hasExcludes
      ? ""
      : "; or, for a program in TypeScript or JavaScript, add `--run-program` to this command";
    return `To delete only this integration, ${removal}${alternative}. Without \`--target\` or \`--exclude\`, \`destroy\` deletes all integrations of the stack.`;
  }
  const preparation = hasExcludes
    ? "The engine deletes an excluded resource if the program renames or moves it: run `pulumi up` before you set the variable below."
    : "If a resource or an account has failed, fix it. Then repeat the command, without `--continue-on-error` if you have used it.";
  return `${preparation} To delete only this integration, ${removal}.`;
}
