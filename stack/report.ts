import { z } from "zod";

/** Drift reports: their types, and the published JSON schema. */

export const driftStatus = z
  .enum(["in-sync", "pending", "drifted", "missing", "accepted", "revoked", "unreachable"])
  .describe(
    "Pinterest has the program's values, or those of the last update (in-sync). It was never created (pending). Somebody changed the integration at Pinterest, or deleted and " +
      "recreated it (drifted), or deleted it (missing). All differences are accepted (accepted). Pinterest rejects the account (revoked). It could not be read for another reason (unreachable).",
  );

const propertyValue = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .describe("null: not set. Omitted if the property is a secret.");

const nonEmptyString = { error: "must be a non-empty string" };

const acceptance = z.strictObject({
  reason: z.string(nonEmptyString).trim().min(1, nonEmptyString).describe("Why the difference is accepted."),
  by: z.string(nonEmptyString).trim().min(1, nonEmptyString).describe("Who accepted it."),
  until: z.iso
    .date({ error: "must be a day, such as 2026-12-31" })
    .describe("The last day on which it is accepted, in UTC."),
});

/** An entry of the file of accepted drift. */
export const acceptedDrift = z
  .strictObject({
    stack: z.string().optional().describe("The name of the stack. Omitted in fleets."),
    merchants: z.array(z.string()).min(1).describe("The names of the resources in the program."),
    property: z
      .string()
      .optional()
      .describe("The property that differs. Omitted if the integration is missing."),
    pinterest: z
      .union([propertyValue, z.bigint().transform(String)])
      .optional()
      .describe("Pinterest's value. Another value is not accepted."),
    ...acceptance.shape,
  })
  .refine(({ property, pinterest }) => (property === undefined) === (pinterest === undefined), {
    error: "needs both property and pinterest, or neither if the integration is missing",
  });

const driftedProperty = z.strictObject({
  name: z.string().describe("The argument of the resource, such as connectedTagId."),
  secret: z.boolean().describe("Whether the report omits the values."),
  program: propertyValue
    .optional()
    .describe(
      "The program's value. Omitted if it is known only during the update, or if the check does not run the program and state has only Pinterest's value.",
    ),
  pinterest: propertyValue.optional().describe("Pinterest's value."),
  accepted: acceptance.optional().describe("Set if the difference is accepted."),
});

const owner = {
  account: z.string().optional().describe("The named account. Omitted for the default account."),
  provider: z.string().optional().describe("The explicit provider's name."),
};

const createForecast = z
  .strictObject({
    verdict: z
      .enum([
        "created",
        "adopted",
        "overwritten",
        "imported",
        "refused",
        "foreign",
        "protected",
        "undeletable",
        "unknown",
        "not-checked",
      ])
      .describe(
        "It does not exist (created). It exists and equals the program (adopted). It differs, and the resource has adopt: true (overwritten). The " +
          "resource option import names it (imported). The update fails, because it differs (refused), belongs to another owner (foreign), would " +
          "delete a protected resource (protected), or would delete an integration that it must not delete (undeletable). The result depends on " +
          "values that are known only during the update (unknown). It could not be read (not-checked).",
      ),
    differences: z
      .array(driftedProperty.omit({ accepted: true }))
      .optional()
      .describe("The properties that the update overwrites, or because of which it refuses the integration."),
    notCompared: z
      .array(z.string())
      .optional()
      .describe("Secret fields that the update writes, because they cannot be compared."),
    reason: z.string().optional().describe("The reason for the verdict."),
    requestId: z.string().optional().describe("The ID of the request whose response has the reason."),
    advice: z.string().optional().describe("How to fix it."),
  })
  .describe(
    "What the next update does with an integration that it creates, replaces or renames. A check of the state omits it.",
  );

export const merchantReport = z.strictObject({
  name: z.string().describe("The resource's name in the program."),
  urn: z.string().describe("The resource's URN in Pulumi's state."),
  externalBusinessId: z.string().describe("The external business ID."),
  ...owner,
  status: driftStatus,
  since: z
    .string()
    .optional()
    .describe(
      "Time of the last change at Pinterest, in ISO 8601. Omitted if it is not after the last update.",
    ),
  recreated: z
    .literal(true)
    .optional()
    .describe(
      "Somebody deleted the integration at Pinterest and created it again, so its partner tokens and e-mail are gone.",
    ),
  properties: z.array(driftedProperty).describe("The properties that somebody changed at Pinterest."),
  accepted: acceptance.optional().describe("Set if it is accepted that the integration is missing."),
  pending: z
    .array(z.string())
    .describe(
      "Changes of the program that are not deployed: names of properties, or one of create, delete, replace, rename. They are not drift.",
    ),
  renamedFrom: z
    .string()
    .optional()
    .describe(
      "The URN in state, if the program declares the integration under another name or parent without an alias (rename). It stays connected.",
    ),
  alias: z
    .string()
    .optional()
    .describe("The code of the resource option that turns the rename into an update."),
  forecast: createForecast.optional(),
  reason: z.string().optional().describe("Why it is revoked or unreachable."),
  requestId: z
    .string()
    .optional()
    .describe("The ID of the request whose response has the reason, for Pinterest's support."),
  advice: z.string().optional().describe("How to fix it."),
});

const unmanagedIntegration = z.strictObject({
  externalBusinessId: z.string().optional().describe("The external business ID."),
  integrationId: z.string().optional().describe("The integration ID."),
  ...owner,
});

const unlistedAccount = z.strictObject({
  ...owner,
  reason: z.string().describe("Why the account could not be listed."),
});

export const stackReport = z.strictObject({
  project: z.string().describe("The Pulumi project."),
  stack: z.string().describe("The name of the stack."),
  directory: z.string().describe("The project's directory, as given to the command."),
  merchants: z.array(merchantReport).describe("The integrations that the stack manages."),
  unmanaged: z
    .array(unmanagedIntegration)
    .optional()
    .describe("Integrations of the accounts that no stack of the report manages. Only with --unmanaged."),
  unlisted: z
    .array(unlistedAccount)
    .optional()
    .describe("Accounts that could not be listed. Only with --unmanaged."),
  uncompared: z
    .array(z.string())
    .optional()
    .describe(
      "Secret fields of the program that were not compared, because pinterest:compareSecrets is not set.",
    ),
  waiting: z
    .string()
    .optional()
    .describe("Why the check of the stack has not finished. Only in reports of fleets."),
  errors: z
    .array(z.string())
    .describe("Failures of the whole stack, or of accounts without a known integration."),
});

const count = (meaning: string) => z.int().nonnegative().describe(meaning);

const counts = z.strictObject({
  inSync: count("Integrations with the status in-sync and without pending changes."),
  drifted: count("Integrations with the status drifted."),
  accepted: count("Integrations with the status accepted."),
  missing: count("Integrations with the status missing."),
  revoked: count("Integrations with the status revoked."),
  unreachable: count("Integrations with the status unreachable."),
  pending: count(
    "Integrations with changes of the program that are not deployed, or that were never created. The count of their status includes them too, except for in-sync.",
  ),
  managed: count(
    "Integrations at Pinterest that the stacks of the report manage, or that their programs declare. Only with --unmanaged, and in fleets.",
  ).optional(),
  unmanaged: count("Integrations that no stack of the report manages. Only with --unmanaged.").optional(),
  errors: count("Number of errors of all stacks."),
  new: count("Integrations with a finding that the baseline does not have. Only with --baseline.").optional(),
  resolved: count("Findings of the baseline that are resolved. Only with --baseline.").optional(),
  newUnmanaged: count(
    "Unmanaged integrations that the baseline does not have. Only with --baseline.",
  ).optional(),
  newFailures: count("Stacks with errors that had none in the baseline. Only with --baseline.").optional(),
});

const outdatedAcceptance = z.strictObject({
  stack: z.string().optional().describe("The entry's stack. Omitted in fleets."),
  merchant: z.string().describe("The resource's name in the program."),
  property: z.string().optional().describe("The property. Omitted if the integration was missing."),
  ...acceptance.shape,
  problem: z
    .enum(["expired", "no longer true", "no such stack", "no such integration", "no such property"])
    .describe("Why it has no effect. No longer true: Pinterest has another value."),
  similar: z.array(z.string()).optional().describe("Existing similar names."),
});

const findingGroup = z.strictObject({
  id: z.string().describe("Stays the same in later reports. The accepted part has the same ID."),
  status: driftStatus.exclude(["in-sync", "pending"]).describe("The status of these integrations."),
  property: driftedProperty
    .optional()
    .describe(
      "The changed property. Omitted for other statuses than drifted, and if somebody recreated the integrations.",
    ),
  accepted: acceptance.optional().describe("Set if it is accepted that the integrations are missing."),
  reason: z.string().optional().describe("Why they are revoked or unreachable."),
  advice: z.string().optional().describe("How to fix it."),
  since: z
    .string()
    .optional()
    .describe("Time of the earliest change at Pinterest, in ISO 8601. Omitted if it is not known."),
  merchants: z
    .array(
      z.strictObject({
        project: z.string().describe("The Pulumi project."),
        stack: z.string().describe("The name of the stack."),
        name: z.string().describe("The resource's name in the program."),
        externalBusinessId: z.string().describe("The external business ID."),
        urn: z.string().describe("The resource's URN in Pulumi's state."),
        new: z
          .literal(true)
          .optional()
          .describe("Set if the baseline does not have this finding. Only with --baseline."),
      }),
    )
    .describe("The integrations with this finding."),
});

export const driftReport = z
  .strictObject({
    version: z.literal(1).describe("Version of this format. An incompatible change increases it."),
    generatedAt: z.iso.datetime().describe("Time of the report, in UTC."),
    exitCode: z
      .int()
      .describe("The command's exit code: 0 no drift, 1 failures only, 7 drift only, 17 both."),
    summary: counts,
    groups: z
      .array(findingGroup)
      .describe(
        "The findings by cause, each with its integrations: the most frequent first, and the oldest first of those that are as frequent.",
      ),
    baseline: z.iso
      .datetime()
      .optional()
      .describe("The time of the report with which this one is compared. Only with --baseline."),
    resolved: z
      .array(findingGroup)
      .optional()
      .describe("Findings of the baseline that are fixed: in sync, or readable again. Only with --baseline."),
    unknown: z
      .array(findingGroup)
      .optional()
      .describe(
        "The findings of the baseline that could not be checked again. If this report is a baseline, they are not new. Only with --baseline.",
      ),
    outdated: z
      .array(outdatedAcceptance)
      .optional()
      .describe("Entries of the file of accepted drift that have no effect any more."),
    stacks: z.array(stackReport),
  })
  .meta({
    $id: "urn:pulumi-pinterest:drift-report:1",
    title: "Drift report of pulumi-pinterest",
    description:
      "The output of `pulumi-pinterest drift --json`: whether Pinterest still has the deployed values of each integration that the stacks " +
      "manage. It never contains values of secrets.",
  });

export type DriftStatus = z.infer<typeof driftStatus>;
export type DriftedProperty = z.infer<typeof driftedProperty>;
export type MerchantReport = z.infer<typeof merchantReport>;
export type UnmanagedIntegration = z.infer<typeof unmanagedIntegration>;
export type UnlistedAccount = z.infer<typeof unlistedAccount>;
export type StackReport = z.infer<typeof stackReport>;
export type DriftReport = z.infer<typeof driftReport>;
export type AcceptedDrift = z.infer<typeof acceptedDrift>;
export type OutdatedAcceptance = z.infer<typeof outdatedAcceptance>;

/** A status as tables and messages print it: "in sync". */
export function statusInWords(status: string): string {
  return status.replace("-", " ");
}
