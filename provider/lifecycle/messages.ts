import {
  type FieldNames,
  isAboutStanding,
  isNotFound,
  isOfKind,
  isOwnedByAnother,
  PinterestApiError,
  PinterestError,
} from "../api";
import { accountInWords, messageOf, sentence, withRequestId } from "../base/message-text";
import { packageVersion, troubleshootingAddress } from "../base/own-package";
import { allowPartialDeletesVariable, type EngineRun } from "../run/engine-command";
import { DeploymentError } from "../run/failure";
import type { RunRecord } from "../run/ledger";
import type { DeletionProblem } from "../run/ownership";
import type { Wording } from "../run/wording";
import { type Inputs, type Outputs, PartialFailure } from "./outputs";

/** Property names as code, for a sentence. */
export function propertyList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** The message of an error, with the wording's `configurationHint` if an outdated token or address may be its cause. */
export function messageWithHint(error: unknown, wording: Pick<Wording, "configurationHint">): string {
  const mayBeOutdated =
    error instanceof PinterestError &&
    isTokenInState(error) &&
    (isOfKind(error, "credentials") ||
      (isOfKind(error, "connection") && error.outcome === "never-sent") ||
      mayNeedOtherToken(error));
  // Read only here: `configurationHint` looks up the engine's command line.
  return mayBeOutdated ? error.messageWith(wording.configurationHint) : messageOf(error);
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

export function explainIgnored(
  verb: "creating" | "updating",
  externalBusinessId: string,
  ignored: FieldNames,
  { noun, commands }: Wording,
): string {
  return (
    `${verb} integration '${externalBusinessId}': Pinterest responded with success but ignored ${propertyList(ignored)}. State has Pinterest's ` +
    `values. Run \`${commands.update}\` to try again. If this account may not set the property, remove it from the ${noun}, with ` +
    '`whenRemoved: "release"`.'
  );
}

/** Sentences for error messages, by what a read showed when it could not confirm a write. */
const inconclusiveReads = {
  missing: "A read does not show the integration.",
  differs: "The integration's values differ from those that were sent.",
  "hides secrets":
    "A read does not show whether the integration has the partner tokens and e-mail that were sent.",
} as const;

/** The message of a write whose outcome is unknown after a read. @param read the result of the read, or its error. */
export function explainUnknownOutcome(
  error: PinterestError,
  wording: Wording,
  read: keyof typeof inconclusiveReads | { readonly error: unknown },
): string {
  const finding =
    typeof read === "string"
      ? inconclusiveReads[read]
      : `Reading the integration failed, too: ${summaryOf(read.error)}.`;
  return `${error.message}\nPinterest may have carried out the request. ${finding} ${readsFirst(wording)}`;
}

/** The message of a repeated create that Pinterest refuses because the integration exists, although it is missing in reads. */
export function explainStaleRead(error: PinterestError, wording: Wording): string {
  return `${error.message}\nAn earlier attempt may have created the integration, but reads do not show it yet. ${readsFirst(wording)}`;
}

function readsFirst({ commands }: Wording): string {
  return `Run \`${commands.update}\` again: it reads the integration first.`;
}

/** @param effect whether the create has already written the program's values, because reads did not show the integration. */
export function explainExists(
  { externalBusinessId, fields }: Inputs,
  differing: FieldNames,
  effect: "unchanged" | "written",
  { noun, existing }: Wording,
): string {
  const changes =
    effect === "unchanged"
      ? "Nothing was changed."
      : `A read did not show it, so the ${noun}'s values were written to it. Check its values at Pinterest.`;
  const omitted = differing.filter((name) => !(name in fields));
  return (
    `cannot create integration '${externalBusinessId}': it already exists at Pinterest, and differs from the ${noun} in ` +
    `${propertyList(differing)}${omitted.length > 0 ? ` (the ${noun} omits ${propertyList(omitted)})` : ""}. ` +
    `${changes} ${existing}`
  );
}

export function explainOwnedByAnother(externalBusinessId: string, error: unknown): string {
  return `integration '${externalBusinessId}' belongs to another owner, or this account may not access it: ${messageOf(error)}`;
}

/** The error, which names the integration if it belongs to another owner. */
export function namingOwner(externalBusinessId: string, error: unknown): unknown {
  return isOwnedByAnother(error)
    ? new DeploymentError("another-owner", explainOwnedByAnother(externalBusinessId, error))
    : error;
}

export function explainForeignDeletion(error: unknown, { forget }: Wording): string {
  return `${messageOf(error)} If the integration no longer belongs to this account, ${forget}.`;
}

/** @param holder the resource in state that has the integration */
export function explainKept(
  { externalBusinessId }: Outputs,
  urn: string | undefined,
  holder: RunRecord,
  { run, wording }: { readonly run: EngineRun; readonly wording: Wording },
): string {
  const { noun, entry, recreate } = wording;
  const integration = `integration '${externalBusinessId}'`;
  if (urn !== undefined && holder.urn === urn)
    return `${integration} stays at Pinterest: its replacement manages it. To delete and recreate it, ${recreate}.`;
  // The other one may be deleted later in this run.
  if (run.isDestroy || !["registered", "held", "created"].includes(holder.event))
    return `${integration} is not deleted with this ${entry}: another ${entry} in state has it too`;
  return `${integration} stays at Pinterest: another ${entry} of this ${noun} has it too`;
}

export function explainRetained(
  { externalBusinessId, integrationId }: Outputs,
  { onDelete }: Wording,
): string {
  const id = integrationId === undefined ? "" : ` (integration ID ${integrationId})`;
  return `integration '${externalBusinessId}'${id} stays at Pinterest and is only removed from state, because ${onDelete} is \`retain\``;
}

/** The advice if a command still used the delete limit of the last update: a sentence. */
export function afterIncreasedLimit({
  run,
  wording,
}: {
  readonly run: EngineRun;
  readonly wording: Wording;
}): string {
  return run.isDestroy
    ? `If you have just increased the limit in the configuration, run \`${wording.commands.update}\` before the \`destroy\`, which uses the limit of the last update, too.`
    : "If you have just increased the limit in the configuration, run the command again, because the limit of the last update applied, too.";
}

/**
 * @param finding why the deletion is refused, without a period
 * @param remedy how to allow it: an imperative without a period
 */
export function explainRefusedReplacement(id: string, finding: string, remedy: string): string {
  return `cannot change \`externalBusinessId\` '${id}': the update would delete that integration at its end, but ${finding}. ${remedy}, or restore the ID.`;
}

/** The reason why a deletion fails, and the remedy. */
export function explainProblem(
  problem: DeletionProblem,
  { externalBusinessId }: Outputs,
  { noun, entry, forget, fixWanted, fixPartial, fixUnfinished, allowDeletion, onDelete, commands }: Wording,
): string {
  const integration = `integration '${externalBusinessId}'`;
  const again = `Then run \`${commands.update}\` again.`;
  switch (problem) {
    case "early":
      return (
        `the engine deletes ${integration} before the ${noun} has ended, so later resources are not known. If the resource has the option ` +
        "`deleteBeforeReplace`, remove it, and run `pulumi up` again; you can keep your changes. Otherwise, it is replaced with another resource that " +
        "is deleted first: undo that resource's change, remove `replaceOnChanges` and `replaceWith` of this one, and run `pulumi up`, because the " +
        "engine uses the options in state. Then make the change again."
      );
    case "unfinished":
      return `not all ${entry}s of the ${noun} have been created, so one of them may have ${integration}. ${fixUnfinished} ${again}`;
    case "possibly-held":
      return (
        `another ${entry} of this ${noun} has ${integration} in another account or provider, and may manage the same integration. ` +
        `Remove one of them first: ${forget}. ${again}`
      );
    case "wanted":
      return `another ${entry} of this ${noun} declares or reads ${integration}, and is not in state. ${fixWanted} ${again}`;
    case "partial":
      return (
        `this command may leave ${entry}s out that manage ${integration}: it has targets or exclusions, continues after errors, an account has failed, or its ` +
        "options are unknown. " +
        `${fixPartial} If no other ${entry} has the integration, you can instead set ` +
        `\`${allowPartialDeletesVariable}=true\` in the environment of one command.`
      );
    case "refused":
      return (
        `${onDelete} is \`refuse\` for one of the providers, or was in the last update, so ${integration} is not deleted. To keep it, ` +
        `declare it again. To delete it, ${allowDeletion}. ` +
        "To only remove it from state, use `retain` instead."
      );
  }
}

export function explainMove(
  externalBusinessId: string,
  move: { readonly from: string; readonly to: string },
  finding: string,
  { noun, recreate }: Wording,
): string {
  return (
    `moving integration '${externalBusinessId}' from ${move.from} to ${move.to}: ${finding} Another account in the ${noun} does not move the ` +
    "integration at Pinterest, so nothing was changed. To delete it in the old account and create it in the new one, " +
    `${recreate}. To keep it, restore the old account.`
  );
}

export function explainNotCleared(
  externalBusinessId: string,
  names: FieldNames,
  reason: string,
  { noun, entry, recreate }: Wording,
): string {
  const removed = `${propertyList(names)} ${names.length === 1 ? "was" : "were"} removed from the ${noun}`;
  return (
    `updating integration '${externalBusinessId}': ${removed}, but ${reason} Restore the property; or set \`whenRemoved: "release"\` on ` +
    `the ${entry} to stop managing it and keep its value at Pinterest; or, to recreate the integration, ${recreate}.`
  );
}

/** The error of a deletion if the account has no token, or Pinterest refuses it. */
export function explainUndeletable(
  { account, providerName }: Outputs,
  error: unknown,
  { repeat, forgetUnreachable }: Wording,
): string {
  return (
    `${sentence(messageOf(error))}\nThe integration stays in state. When ${accountInWords(account, providerName)} has access again, ${repeat}. ` +
    `If it will not, ${forgetUnreachable}. The integration may then still exist at Pinterest.`
  );
}

/** The message of an error with the address of the page that explains it, if there is one. */
export function withHelp(message: string, error: unknown): string {
  const address = helpAddressOf(error);
  return address === undefined ? message : `${message}\nFor help, see ${address}`;
}

/** An error that only adds to its cause has none of its own. */
function helpAddressOf(error: unknown): string | undefined {
  if (error instanceof PinterestError) return error.topic && troubleshootingAddress("requests", error.topic);
  if ((error instanceof DeploymentError || error instanceof PartialFailure) && error.topic !== undefined)
    return troubleshootingAddress("deployments", error.topic);
  return error instanceof Error && error.cause !== undefined ? helpAddressOf(error.cause) : undefined;
}

/** Errors that only JavaScript itself throws. */
const unexpectedNames: ReadonlySet<string> = new Set(["TypeError", "ReferenceError"]);

/**
 * The message of an error for the engine, as well-formed Unicode: grpc-js throws on an unpaired surrogate while it encodes an error, and the
 * engine would wait forever. For an unexpected error, the message says that it is a bug, and where to report it.
 */
export function messageForEngine(error: unknown, wording: Pick<Wording, "configurationHint">): string {
  const cause = error instanceof PartialFailure ? error.cause : error;
  const { name = "", stack = "" } = (cause ?? {}) as Partial<Error>;
  const message = messageWithHint(error, wording).toWellFormed();
  if (!unexpectedNames.has(name)) return withHelp(message, error);
  const [frame] = /^ +at .*/m.exec(stack) ?? [""];
  return (
    `${message}${frame.replace(/^ +/, " ")}. This is a bug in pulumi-pinterest ${packageVersion()}. Report it, with this ` +
    `message, to the package's issue tracker.`
  );
}
