/** Texts of the commands' reports, and exit codes, that the tests of several files expect. */

// Exit codes

export const exitCodes = { usage: 2, drift: 7, driftAndErrors: 17, interrupted: 130 } as const;

/** The end of a report. @param meaning in other words than the command's help */
export const exitCodeIs = (code: number, meaning: string) => `Exit code ${code}: ${meaning}.`;

export const nothingDiffers = "nothing differs and nothing failed";

export const programDiffers = "Pinterest and the program differ";

export const driftAndErrorsFound = `${programDiffers}, and something failed too`;

// Drift report

export const driftedMeaning = "Pinterest differs from the last update.";

export const revokedMeaning = "Pinterest rejects the account, so the check could not read its integrations.";

export const pendingMeaning = "The program has changes that are not deployed.";

export const writeBack = (fix: string) => `To write the program's values back, run \`${fix}\`.`;

export const writeBackAndDeploy = (fix: string) =>
  `To write the program's values back, and deploy the pending changes, run \`${fix}\`.`;

export const recreateAndDeploy = (fix: string) =>
  `To recreate them, and deploy the pending changes, run \`${fix}\`.`;

export const keepOrAdopt = (adopt: string) =>
  `To keep Pinterest's values, copy them into the program, or run \`${adopt}\`.`;

export const deployPending = (update: string) => `To deploy them, run \`${update}\`.`;

export const mergeDeploysPending = "The deployment after the merge includes them.";

/** In place of Pinterest's value. */
export const secretDiffers = "differs (secret)";

export const skippedForPending = "the fix would also deploy pending changes";

// Edits of programs and merchant lists

export const nothingWritten = "Nothing was written.";

export const declaredSeveralTimes = "it is declared several times";

export const setSeveralTimes = (property: string) => `its declaration sets ${property} several times`;

export const notTheComparedValue = "the value here is not the one that was compared";

/** The reason why a file cannot be written, before the directory's path. */
export const noDirectory = "there is no directory";

// Imported programs

/** The first line of the program, after the mark of a comment. */
export const importedBy = "Created by `pulumi-pinterest import`";

/** The comment about the secrets of the program. @param mark the start of its lines */
export const secretsComment = (mark: string, example: string) => `${mark}
${mark} Partner tokens and e-mail are in the secret partnerSecrets of the stack's configuration,
${mark} a JSON object by resource name:
${mark}   ${example}
${mark} The import sets it with --run. Without --run, it prints the command that sets it.`;

// Previews

/** @param names the resources, with their options, such as "a: `aliases: [one]`" */
export const eachNeedsItsAlias = (names: string) =>
  `Give each resource the alias of its old name or parent. ${names}.`;

export const needsAlias = (resource: string, option: string) => `Give ${resource} the option \`${option}\`.`;

export const sharedMerchant = (count: number, merchantId: string, names: string) =>
  `${count} integrations have the \`connectedMerchantId\` ${merchantId}: ${names}. Pinterest may permit one connection for each merchant, and refuse ` +
  "the others with code 4163. Give each integration the ID of its own merchant.";

/** Of protected integrations, before their names. */
export const undeclaredProtected = (integrations: string) =>
  `${integrations} that the program does not declare:`;

export const deleteUndeclared =
  "To delete an integration at Pinterest instead, run `pulumi state unprotect URN`";

// Fleets

export const postgresResponds = "PostgreSQL responds again";

export const notDeleted = (merchant: string) => `Not deleted at Pinterest: ${merchant}.`;

export const allShardsFail = "so that this worker would fail all shards.";

export const stoppedBeforeDone = "stopped before the shard was done";

export const waitsForShards = "waits for shards";
