import { isNotFound, isOfKind, isOwnedByAnother, PinterestApiError, PinterestError } from "../api";
import { isAboutStanding } from "../api/errors";
import type { FieldNames } from "../api/fields";
import { isRunByFleet, updateCommand } from "../api/fleet-environment";
import { accountInWords, messageOf, sentence, withRequestId } from "../base/message-text";
import { ownCommand, packageVersion } from "../base/own-package";
import {
  allowPartialDeletesVariable,
  type EngineRun,
  isDestroy,
  isProgramRunRequested,
  mayUseLastConfiguration,
} from "../run/engine-command";
import type { RunRecord } from "../run/ledger";
import type { DeletionProblem } from "../run/ownership";
import { type Inputs, type Outputs, PartialFailure } from "./outputs";

/** Property names for a sentence. */
export function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** A sentence about the configuration that a command uses. Empty if it is the current one, as in fleets. */
export function configurationHint(): string | undefined {
  return isRunByFleet() || !mayUseLastConfiguration()
    ? undefined
    : "Add `--run-program` if you have changed the configuration since the last update: without it, `pulumi refresh`, `pulumi destroy` and the " +
        "option --refresh use the configuration of the last update.";
}

/** The message of an error, with {@link configurationHint} if an outdated token or address may be its cause. */
export function messageWithHint(error: unknown): string {
  const mayBeOutdated =
    error instanceof PinterestError &&
    isTokenInState(error) &&
    (isOfKind(error, "credentials") ||
      (isOfKind(error, "connection") && error.outcome === "never-sent") ||
      mayNeedOtherToken(error));
  return mayBeOutdated ? error.messageWith(configurationHint()) : messageOf(error);
}

/** Whether the token of a request can be that of the last update. The environment and the account command have the current one. */
export function isTokenInState(error: unknown): boolean {
  const from = error instanceof PinterestError ? error.tokenFrom : undefined;
  return from === undefined || from === "configuration";
}

/** Whether another token or address may help. */
function mayNeedOtherToken(error: PinterestError): boolean {
  const isMissing: boolean = isNotFound(error);
  if (isMissing || !(error instanceof PinterestApiError)) return false;
  return [401, 403, 404].includes(error.status) && !isAboutStanding(error);
}

/** The message without the operation and the remedy, for the message of another operation. */
export function summaryOf(error: unknown): string {
  return error instanceof PinterestError ? withRequestId(error.summary, error.requestId) : messageOf(error);
}

/** Words and remedies for programs. */
const programTerms = {
  /** The source of the desired values. */
  noun: "program",
  /** An entry of the source. */
  entry: "resource",
  /** The remedy if an integration exists and differs: sentences. */
  existing:
    `To keep Pinterest's values, copy them into the program (\`${ownCommand} preflight\` lists the differences). The next \`pulumi up\` ` +
    "then adopts the integration, and writes only partner tokens and e-mail. To overwrite the integration with the program's values, set " +
    "`adopt: true` on the resource. If you renamed the resource or moved it into a component, give it an alias instead " +
    '(`aliases: [{ name: "OLD-NAME" }]` or `aliases: [{ parent: pulumi.rootStackResource }]`), which the same command prints.',
  /** How to recreate an integration: an imperative without a period. */
  recreate: "remove the resource from the program, run `pulumi up`, add it again, and run `pulumi up`",
  /** How to remove one integration from state: an imperative without a period. */
  forget:
    "remove the resource from state with `pulumi state delete URN` (`pulumi stack --show-urns` prints the URN)",
  /** The keys of the configuration that limit deletions. */
  onDelete: "`pinterest:onDelete` (PINTEREST_ON_DELETE)",
  deleteLimit: "`pinterest:deleteLimit` (PINTEREST_DELETE_LIMIT)",
  /** The remedy if the source declares an integration that is not in state: sentences. */
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
};

/** The same for merchant lists. */
const listTerms: typeof programTerms = {
  noun: "merchant list",
  entry: "merchant",
  existing:
    "To overwrite the integration with the list's values, set `adopt` to true for this merchant in the list. To keep Pinterest's values, copy " +
    `them into the list. Then run \`${ownCommand} fleet plan\` and \`${ownCommand} fleet up\`.`,
  recreate: "remove the merchant from the list, deploy, add it again, and deploy again",
  forget: `remove the merchant from the list, and run \`${ownCommand} fleet offboard\` with its name and \`--force\``,
  onDelete: "PINTEREST_ON_DELETE",
  deleteLimit: "PINTEREST_DELETE_LIMIT",
  fixWanted: "If that merchant failed, fix it.",
  allowDeletion: "set it to `disconnect` for the workers, and repeat the command",
  repeat: "repeat the command",
  forgetUnreachable: `run \`${ownCommand} fleet offboard\` with the merchant's name (and \`--force\` if no token is configured for it)`,
};

/** The words and remedies for a program, or for a merchant list if a fleet runs this process. */
export function terms(): typeof programTerms {
  if (isRunByFleet()) return listTerms;
  return isProgramRunRequested() ? { ...programTerms, repeat: "repeat the command" } : programTerms;
}

export function explainIgnored(
  verb: "creating" | "updating",
  externalBusinessId: string,
  ignored: FieldNames,
): string {
  return (
    `${verb} integration '${externalBusinessId}': Pinterest answered with success but ignored ${listed(ignored)}. State has Pinterest's ` +
    `values. Run \`${updateCommand()}\` to try again. If this account may not set the property, remove it from the ${terms().noun}, with ` +
    '`whenRemoved: "release"`.'
  );
}

/** The message of a write whose outcome is unknown after a read. */
export function explainUnknownOutcome(error: PinterestError, readError?: unknown): string {
  const finding =
    readError === undefined
      ? "The integration has other values than were sent."
      : `Reading the integration failed, too: ${summaryOf(readError)}.`;
  return `${error.message}\nPinterest may have carried out the request. ${finding} ${readsFirst()}`;
}

/** The message of a repeated create that Pinterest refuses because the integration exists, although it is missing in reads. */
export function explainStaleRead(error: PinterestError): string {
  return `${error.message}\nAn earlier attempt may have created the integration, but reads do not show it yet. ${readsFirst()}`;
}

function readsFirst(): string {
  return `Run \`${updateCommand()}\` again: it reads the integration first.`;
}

/** @param effect whether the create has already written the program's values, because reads did not show the integration. */
export function explainExists(
  { externalBusinessId, fields }: Inputs,
  differing: FieldNames,
  effect: "unchanged" | "written",
): string {
  const { noun, existing } = terms();
  const changes =
    effect === "unchanged"
      ? "Nothing was changed."
      : `A read did not show it, so the ${noun}'s values were written to it. Check its values at Pinterest.`;
  const omitted = differing.filter((name) => !(name in fields));
  return (
    `cannot create integration '${externalBusinessId}': it already exists at Pinterest, and differs from the ${noun} in ` +
    `${listed(differing)}${omitted.length > 0 ? ` (the ${noun} omits ${listed(omitted)})` : ""}. ` +
    `${changes} ${existing}`
  );
}

export function explainOwnedByAnother(externalBusinessId: string, error: unknown): string {
  return `integration '${externalBusinessId}' belongs to another owner, or this account may not access it: ${messageOf(error)}`;
}

/** The error, which names the integration if it belongs to another owner. */
export function namingOwner(externalBusinessId: string, error: unknown): unknown {
  return isOwnedByAnother(error) ? new Error(explainOwnedByAnother(externalBusinessId, error)) : error;
}

export function explainForeignDeletion(error: unknown): string {
  return `${messageOf(error)} If the integration no longer belongs to this account, ${terms().forget}.`;
}

/** @param holder the resource in state that has the integration */
export function explainKept(
  { externalBusinessId }: Outputs,
  urn: string | undefined,
  holder: RunRecord,
  run: EngineRun,
): string {
  const { noun, entry, recreate } = terms();
  const integration = `integration '${externalBusinessId}'`;
  if (urn !== undefined && holder.urn === urn)
    return `${integration} stays at Pinterest: its replacement manages it. To delete and recreate it, ${recreate}.`;
  // The other one may be deleted later in this run.
  if (run.isDestroy() || !["registered", "held", "created"].includes(holder.event))
    return `${integration} is not deleted with this ${entry}: another ${entry} in state has it too`;
  return `${integration} stays at Pinterest: another ${entry} of this ${noun} has it too`;
}

export function explainRetained({ externalBusinessId, integrationId }: Outputs): string {
  const id = integrationId === undefined ? "" : ` (integration ID ${integrationId})`;
  return `integration '${externalBusinessId}'${id} stays at Pinterest and is only removed from state, because ${terms().onDelete} is \`retain\``;
}

/** The advice if a command still used the delete limit of the last update: a sentence. */
export const afterIncreasedLimit =
  "If you have just increased the limit in the configuration, run the command again, because the limit of the last update applied, too.";

/**
 * @param finding why the deletion is refused, without a period
 * @param remedy how to allow it: an imperative without a period
 */
export function explainRefusedReplacement(id: string, finding: string, remedy: string): string {
  return `cannot change \`externalBusinessId\` '${id}': the update would delete that integration at its end, but ${finding}. ${remedy}, or restore the ID.`;
}

const fixPartialDestroy =
  "To delete only this integration, remove its resource from the program, and run `pulumi up`; or, for a program in TypeScript or JavaScript, add " +
  "`--run-program` to this command. Without its targets, `destroy` deletes all integrations of the stack.";

const fixPartialUpdate =
  "If a resource or an account has failed, fix it first. Then repeat the command, without `--target`, `--exclude` and `--continue-on-error` if " +
  "you have used them.";

/** Why a deletion fails, and what to do. */
export function explainProblem(problem: DeletionProblem, { externalBusinessId }: Outputs): string {
  const { noun, entry, forget, fixWanted, allowDeletion } = terms();
  const integration = `integration '${externalBusinessId}'`;
  const again = `Then run \`${updateCommand()}\` again.`;
  switch (problem) {
    case "early":
      return (
        `the engine deletes ${integration} before the ${noun} has ended, so later resources are not known. If the resource has the option ` +
        "`deleteBeforeReplace`, remove it, and run `pulumi up` again; you can keep your changes. Otherwise, it is replaced with another resource that " +
        "is deleted first: undo that resource's change, remove `replaceOnChanges` and `replaceWith` of this one, and run `pulumi up`, because the " +
        "engine uses the options in state. Then make the change again."
      );
    case "unfinished":
      return (
        `not all resources of the ${noun} have been created, so one of them may have ${integration}. ` +
        `Fix those that failed. If none failed, the resource has the option \`deleteBeforeReplace\`: remove it. ${again}`
      );
    case "possibly-held":
      return (
        `another ${entry} of this ${noun} has ${integration} in another account or provider, and may manage the same integration. ` +
        `Remove one of them first: ${forget}. ${again}`
      );
    case "wanted":
      return `another ${entry} of this ${noun} declares or reads ${integration}, and is not in state. ${fixWanted} ${again}`;
    case "partial":
      return (
        `this command may leave resources out that manage ${integration}: it has targets, continues after errors, an account has failed, or its ` +
        "options are unknown. " +
        `${isDestroy() && !isProgramRunRequested() ? fixPartialDestroy : fixPartialUpdate} If no other resource has the integration, you can instead set ` +
        `\`${allowPartialDeletesVariable}=true\` in the environment of one command.`
      );
    case "refused":
      return (
        `${terms().onDelete} is \`refuse\` for one of the providers, or was in the last update, so ${integration} is not deleted. To keep it, ` +
        `declare it again. To delete it, ${allowDeletion}. ` +
        "To only remove it from state, use `retain` instead."
      );
  }
}

export function explainMove(externalBusinessId: string, from: string, to: string, finding: string): string {
  return (
    `moving integration '${externalBusinessId}' from ${from} to ${to}: ${finding} Another account in the ${terms().noun} does not move the ` +
    "integration at Pinterest, so nothing was changed. To delete it in the old account and create it in the new one, " +
    `${terms().recreate}. To keep it, restore the old account.`
  );
}

export function explainNotCleared(externalBusinessId: string, names: FieldNames, reason: string): string {
  const { noun, entry, recreate } = terms();
  const removed = `${listed(names)} ${names.length === 1 ? "was" : "were"} removed from the ${noun}`;
  return (
    `updating integration '${externalBusinessId}': ${removed}, but ${reason} Restore the property; or set \`whenRemoved: "release"\` on ` +
    `the ${entry} to stop managing it and keep its value at Pinterest; or, to recreate the integration, ${recreate}.`
  );
}

/** The error of a deletion if the account is unreachable. */
export function explainUndeletable({ account, providerName }: Outputs, error: unknown): string {
  const { repeat, forgetUnreachable } = terms();
  return (
    `${sentence(messageOf(error))}\nThe integration stays in state. When ${accountInWords(account, providerName)} has access again, ${repeat}. ` +
    `If it will not, ${forgetUnreachable}. The integration may then still exist at Pinterest.`
  );
}

/** Errors that only JavaScript itself throws. */
const unexpectedNames: ReadonlySet<string> = new Set(["TypeError", "ReferenceError"]);

/**
 * The message of an error for the engine, as well-formed Unicode: grpc-js throws on an unpaired surrogate while it encodes an error, and the
 * engine would wait forever. For an unexpected error, the message says that it is a bug, and where to report it.
 */
export function messageForEngine(error: unknown): string {
  const cause = error instanceof PartialFailure ? error.cause : error;
  const { name = "", stack = "" } = (cause ?? {}) as Partial<Error>;
  const message = messageWithHint(error).toWellFormed();
  if (!unexpectedNames.has(name)) return message;
  const [frame] = /^ +at .*/m.exec(stack) ?? [""];
  return (
    `${message}${frame.replace(/^ +/, " ")}. This is a bug in pulumi-pinterest ${packageVersion()}. Report it, with this ` +
    `message, to the package's issue tracker.`
  );
}
