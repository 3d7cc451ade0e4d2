import { z } from "zod";

/** The form of drift reports, once: its types, and the JSON schema that is published. */

export const merchantStatus = z
  .enum(["in-sync", "drifted", "missing", "revoked", "unreachable"])
  .describe(
    "in-sync: Pinterest has the program's values, or those of the last update; also an integration that was never created, whose `pending` has create. " +
      "drifted: somebody changed the integration at Pinterest. missing: somebody deleted it there. revoked: Pinterest rejects the account. " +
      "unreachable: Pinterest did not answer, or the account has no token.",
  );

const propertyValue = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .describe("null: not set. Left out where the property is a secret.");

export const driftedProperty = z.strictObject({
  name: z.string().describe("The argument of the resource, such as connectedTagId."),
  secret: z.boolean().describe("Whether values are kept out of the report."),
  program: propertyValue
    .optional()
    .describe("What the program says. Left out where only the update will know it."),
  pinterest: propertyValue.optional().describe("What Pinterest holds."),
});

export const merchantReport = z.strictObject({
  name: z.string().describe("The resource's name in the program."),
  urn: z.string().describe("The resource's URN in Pulumi's state."),
  externalBusinessId: z.string().describe("The integration's id at Pinterest and in the shop."),
  account: z.string().optional().describe("The named account; left out for the default one."),
  provider: z.string().optional().describe("The explicit provider's name."),
  status: merchantStatus,
  since: z
    .string()
    .optional()
    .describe(
      "When Pinterest says the integration was last changed, in ISO 8601, where that is after the last update.",
    ),
  properties: z
    .array(driftedProperty)
    .describe("What differs between program and Pinterest, since Pinterest changed it."),
  pending: z
    .array(z.string())
    .describe(
      "Changes of the program that are not deployed: names of properties, or one of create, delete, replace. No drift.",
    ),
  reason: z.string().optional().describe("Why it is revoked or unreachable."),
  advice: z.string().optional().describe("What to do about it."),
});

export const unmanagedIntegration = z.strictObject({
  externalBusinessId: z.string().optional().describe("The integration's id at Pinterest and in the shop."),
  integrationId: z.string().optional().describe("Pinterest's own number for it."),
  account: z.string().optional().describe("The named account that holds it; left out for the default one."),
  provider: z.string().optional().describe("The explicit provider whose account holds it."),
});

export const unlistedAccount = z.strictObject({
  account: z.string().optional().describe("The named account; left out for the default one."),
  provider: z.string().optional().describe("The explicit provider whose account it is."),
  reason: z.string().describe("Why it could not be listed."),
});

export const stackReport = z.strictObject({
  project: z.string(),
  stack: z.string(),
  directory: z.string().describe("The project's directory, as the command was given it."),
  merchants: z.array(merchantReport),
  unmanaged: z
    .array(unmanagedIntegration)
    .optional()
    .describe("What the accounts hold and no program of the report manages; only where it was asked for."),
  unlisted: z
    .array(unlistedAccount)
    .optional()
    .describe(
      "The accounts of which it is not known what they hold beside; left out where there are none, or it was not asked for.",
    ),
  uncompared: z
    .array(z.string())
    .optional()
    .describe(
      "Secret fields that the program sets and that were not compared, since pinterest:compareSecrets is not set; left out where there are none.",
    ),
  errors: z
    .array(z.string())
    .describe("What failed for the stack as a whole, or for accounts of which no integration is known."),
});

const counts = z.strictObject({
  inSync: z
    .int()
    .nonnegative()
    .describe("Merchants of status in-sync without pending changes, in all stacks."),
  drifted: z
    .int()
    .nonnegative()
    .describe("Merchants of status drifted, in all stacks. missing, revoked and unreachable count alike."),
  missing: z.int().nonnegative(),
  revoked: z.int().nonnegative(),
  unreachable: z.int().nonnegative(),
  pending: z
    .int()
    .nonnegative()
    .describe(
      "Merchants with changes of the program that are not deployed, those that were never created among them. Merchants of another status than in-sync are counted there too.",
    ),
  unmanaged: z.int().nonnegative().optional().describe("Left out where it was not asked for."),
  errors: z.int().nonnegative().describe("Errors of stacks and accounts, as the stacks list them."),
});

export const driftReport = z
  .strictObject({
    version: z
      .literal(2)
      .describe("The form of this document. What does not fit into it gets another number."),
    generatedAt: z.iso.datetime().describe("When the report was made, in UTC."),
    exitCode: z
      .int()
      .describe("How the command ended: 0 nothing to tell, 1 failures only, 7 drift only, 10 both."),
    summary: counts,
    stacks: z.array(stackReport),
  })
  .meta({
    $id: "urn:pulumi-pinterest:drift-report:2",
    title: "Drift report of pulumi-pinterest",
    description:
      "What `pulumi-pinterest drift --json` prints: for every commerce integration that the stacks manage, whether Pinterest still " +
      "holds what was brought up. Values of secrets are never in it.",
  });

export type MerchantStatus = z.infer<typeof merchantStatus>;
export type DriftedProperty = z.infer<typeof driftedProperty>;
export type MerchantReport = z.infer<typeof merchantReport>;
export type UnmanagedIntegration = z.infer<typeof unmanagedIntegration>;
export type UnlistedAccount = z.infer<typeof unlistedAccount>;
export type StackReport = z.infer<typeof stackReport>;
export type DriftReport = z.infer<typeof driftReport>;
