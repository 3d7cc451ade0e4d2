/**
 * The words of messages that tests in several files expect. If a message changes on purpose, change it here and, if docs/troubleshooting quotes it,
 * there. A message that one file expects is in that file. Nothing here comes from the product.
 */

import { operationTimeoutSeconds } from "./limits";

/**
 * Escapes `( ) [ ] ?` and dots for a regular expression: `a (b)?` gives `a \(b\)\?`. Keeps `.*`, `.+` and `\d+`, so that the arguments of a message can
 * be patterns.
 */
export function pattern(message: string): string {
  return message.replace(/[()[\]?]|\.(?![*+])/g, "\\$&");
}

// Creates of integrations that exist

/** The beginning of the error. `properties` can be the first of several. */
export function refusedAdoption(id: string, properties: string, noun = "program"): string {
  return `cannot create integration '${id}': it already exists at Pinterest, and differs from the ${noun} in ${properties}`;
}

/** The end of the error. */
export const adoptionRemedy =
  "Nothing was changed. To keep Pinterest's values, copy them into the program (`npx pulumi-pinterest preflight` lists the differences). The next " +
  "`pulumi up` then adopts the integration, and writes only partner tokens and e-mail. To overwrite the integration with the program's values, set " +
  "`adopt: true` on the resource. If you renamed the resource or moved it into a component, give it an alias of its old name or parent instead, " +
  "with the resource option `aliases`.";

/** The end of the error in a fleet. */
export const fleetAdoptionRemedy =
  "Nothing was changed. To overwrite the integration with the list's values, set `adopt` to true for this merchant in the list. To keep " +
  "Pinterest's values, copy them into the list. Then run `npx pulumi-pinterest fleet plan` and `npx pulumi-pinterest fleet up`.";

export function adopted(id: string): string {
  return `adopted integration '${id}': it already exists at Pinterest and matches the program`;
}

export function overwritten(id: string, properties: string): string {
  return `adopted integration '${id}', which already exists at Pinterest, and overwrote ${properties}`;
}

/** The beginning of the error, which Pinterest's response follows. */
export function ownedByAnother(id: string): string {
  return `integration '${id}' belongs to another owner, or this account may not access it: `;
}

// Writes

/** @param doing "creating" or "updating" */
export function ignoredProperties(doing: string, id: string, properties: string): string {
  return `${doing} integration '${id}': Pinterest responded with success but ignored ${properties}.`;
}

/** The sentence after the error of a request whose outcome stays unknown. */
export const mayBeExecuted = "Pinterest may have carried out the request. ";

export function recreated(id: string): string {
  return `integration '${id}' was missing at Pinterest; it is recreated`;
}

/** A replacement with the same ID. */
export function notRecreated(id: string): string {
  return `integration '${id}' was not recreated: a replacement with the same external business ID keeps it, and writes the program's values.`;
}

export function released(id: string, properties: string): string {
  return `integration '${id}': no longer managed, and left as it is at Pinterest: ${properties}`;
}

export const accountHasAnother = "the new account has another integration with this external business ID.";

export const recreateRemedy =
  "remove the resource from the program, run `pulumi up`, add it again, and run `pulumi up`";

// Reads

export function missing(id: string, noun = "program"): string {
  return `integration '${id}' is missing at Pinterest. If the ${noun} declares it, the update creates it again`;
}

/** The beginning of the warning of a drift check. */
export function notChecked(id: string): string {
  return `warning: cannot check integration '${id}' for drift, so its last known values are used: `;
}

/** The beginning of the warning with `whenUnreachable: keep`. */
export function notRead(id: string, account: string): string {
  return `warning: integration '${id}' was not read, so its last known values are used, because ${account} cannot be accessed: `;
}

// Deletions

export function kept(id: string): string {
  return `integration '${id}' stays at Pinterest: another resource of this program has it too`;
}

export function declaredByAnother(id: string): string {
  return `another resource of this program declares or reads integration '${id}', and is not in state.`;
}

/** The reason of a command that may omit resources, such as one with targets. */
export function maybeHeldElsewhere(id: string): string {
  return (
    `this command may leave resources out that manage integration '${id}': it has targets or exclusions, continues after errors, an account has failed, or its ` +
    "options are unknown."
  );
}

export const stillShown = "Pinterest still shows it after the request. Repeat the command.";

/** With `onDelete: retain`, after the integration and its ID. */
export const onlyRemovedFromState = "stays at Pinterest and is only removed from state";

/** The beginning of the warning with `whenUnreachable: forget`. @param integration in quotes, and its ID if it has one */
export function forgotten(integration: string, account: string): string {
  return `WARNING: integration ${integration} was NOT deleted at Pinterest. It was only removed from state, because ${account} cannot be accessed: `;
}

export const forgetUnreachable =
  "set `PINTEREST_WHEN_UNREACHABLE=forget` in the environment of one run to remove such integrations from state, or remove a single one with `pulumi state delete`";

/** How to complete a deletion after a refresh or `destroy`, which use the configuration of the last update. */
export const repeatWithConfiguration =
  "repeat the command (with `--run-program` to use the current configuration instead of that of the last update)";

/** @param deletions such as "4 deletions" */
export function requestsDeletions(deletions: string): string {
  return `this update requests at least ${deletions}, and `;
}

/** The part of the error after the name of the limit. */
export function allowsDeletions(limit: number): string {
  return ` allows ${limit} in one command; `;
}

export const nothingDeleted = "nothing was deleted at Pinterest";

/** @param deleted such as "3 were" */
export function deletedBefore(deleted: string): string {
  return `${deleted} deleted before the limit was exceeded`;
}

// Requests

export const creating = (id: string) => `creating commerce integration "${id}"`;
export const reading = (id: string) => `reading commerce integration "${id}"`;
export const updating = (id: string) => `updating commerce integration "${id}"`;
export const deleting = (id: string) => `deleting commerce integration "${id}"`;
export const listing = "listing the account's integrations";

/** A response with a code, which Pinterest's message follows. */
export function responded(status: number | string, code: number | string): string {
  return `Pinterest responded with HTTP ${status}, code ${code}`;
}

/** After Pinterest's message. */
export function namedRequest(id: string): string {
  return `(request ID ${id})`;
}

/** After the operation, before the reason. @param duration such as "3.5 s" */
export function failedAfter(attempts: number, duration: string): string {
  return ` failed after ${attempts} attempts in ${duration}: `;
}

/** The notice of a wait before the next attempt. @param wait such as "3 s" @param attempt such as "2 of 4" */
export function retryNotice(reason: string, operation: string, wait: string, attempt: string): string {
  return `Request failed (${reason}): ${operation} continues in ${wait} (attempt ${attempt})`;
}

/** The beginning of the notice, which the waiting operations follow. */
export function rateLimited(reason: string): string {
  return `Rate limited by ${reason}: `;
}

/** @param until such as "2026-01-01T00:10:00Z (10 minutes)" */
export function waitsTooLong(until: string): string {
  return `The response asks to wait until ${until}, which is after the operation's time limit (${operationTimeoutSeconds} s, pinterest:operationTimeout).`;
}

/** In place of a secret. */
export const redacted = "[redacted]";

// Remedies of failed requests

/** The remedy of a failed read. */
export const nothingChanged = "Nothing was changed. Run again later.";

/** A write with an unknown outcome. */
export function mayBeCarriedOut(command = "pulumi up"): string {
  return `Pinterest may have carried it out. Run again later: \`${command}\` shows the current state.`;
}

export const notSent =
  "Nothing was sent: check pinterest:apiUrl, network and proxy (HTTPS_PROXY, NO_PROXY), then run again.";

export const wrongAddress =
  "Pinterest's API may not be at this address. Check `pinterest:apiUrl` (PINTEREST_API_URL): it normally ends in /v5.";

export const unresolvedHost =
  "The name cannot be resolved: check pinterest:apiUrl, DNS, and whether HTTPS_PROXY must be set.";

/** @param place such as " for account 'a' in PINTEREST_ACCOUNTS" */
export function wrongToken(place = ""): string {
  return `Set a valid access token${place}: this one is wrong, expired or revoked`;
}

export function missingScope(scope: string): string {
  return `The token lacks a scope: this operation needs the scope ${scope}. Have the account's owner authorize the app with it, and set the new token.`;
}

export const noSuchIntegration =
  "This account has no such integration: check the external business ID, the account, and the token.";

export const spamRemedy =
  "Pinterest treats the requests as spam, and waiting does not help: ask Pinterest's support.";

export function dailyLimit(option = "--target"): string {
  return `This is a limit per day, as for apps with Trial access (1,000 requests): run again after that time, with \`${option}\` for a part at a time, or ask Pinterest for Standard access.`;
}

export const proxyPassword = "The proxy requires a user name and password: put them into HTTPS_PROXY.";

/** Before the remedy, if the command uses the configuration of the last update. */
export const configurationHint =
  "Add `--run-program` if you have changed the configuration since the last update: without it, `pulumi refresh`, `pulumi destroy` and the option " +
  "--refresh use the configuration of the last update.";

// Arguments and configuration

/** @param what such as "argument of a merchant" */
export function unknownName(what: string, nearest: string): string {
  return `is not a${/^[aeiou]/.test(what) ? "n" : ""} ${what}; did you mean \`${nearest}\`?`;
}

export const missingId = "`externalBusinessId` is missing. Set it to your ID of the shop";

export const whitespaceAtAnEnd = "begins or ends with whitespace";

export const halfOfSurrogatePair = "contains half of a surrogate pair, which is not Unicode";

export const inSeconds = "but seems to be in seconds";

/** The problem with a numeric configuration key. */
export function wholeNumber(from: number, to: number): string {
  return `must be a whole number from ${from} to ${to}`;
}

/** A credential of this provider that is in the namespace of the program's project. */
export function misplacedKey(project: string, key: string): string {
  return `\`${project}:${key}\` is set; did you mean \`pinterest:${key}\`?`;
}

/** @param options of `pulumi config set`, such as "--secret " @param onStack such as " --stack dev" */
export function moveKey(project: string, key: string, options: string, onStack = ""): string {
  return `Run \`pulumi config set ${options}pinterest:${key}${onStack}\` and \`pulumi config rm ${project}:${key}${onStack}\``;
}

/** The problem with the account of an import ID. */
export function notAnAccount(name: string): string {
  return `'${name}' is not an account in \`pinterest:accounts\``;
}

/** The problem with the argument `pageSize` of the list function. */
export const invalidPageSize = "`pageSize` must be a whole number from 1 to 250";

/** @param problem such as "`accessToken` is undefined" */
export function withoutValue(provider: string, problem: string): string {
  return `pinterest.Provider '${provider}': ${problem}, so the provider would use other credentials.`;
}

export function alreadyDeclares(name: string, id: string): string {
  return `'${name}' already declares the integration '${id}'. Give each resource its own \`externalBusinessId\`, or remove one of them.`;
}

// Credentials

/** @param problem such as "exited with code 3" */
export function commandFailed(problem: string): string {
  return `the account command ${problem}`;
}

export function tokenRequestFailed(origin: string): string {
  return `the request to the token endpoint at ${origin} failed: `;
}

/** After the reason why an account has no token. */
export const tokenIsNeeded = "Drift checks and updates need a token.";

export const connectAgain = "The merchant must connect to the app again; then set the new refresh token";

export const noDefaultToken = "no access token";

export function noToken(account: string): string {
  return `no access token for account '${account}'`;
}

// Entries of the integration log

/** The beginning of the error, which the failure follows. @param account such as " (account 'north')" */
export function mayBeRecorded(account = ""): string {
  return `Pinterest may have recorded a log entry${account}: `;
}

export const notSentAgain =
  "It was not sent again, because Pinterest would keep both. The next `pulumi up` sends it again.";
