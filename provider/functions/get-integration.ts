import type * as pulumi from "@pulumi/pulumi";
import { assertId, assertNames } from "./arguments";
import { withClient } from "./client";
import { type IntegrationRecord, toRecord } from "./integration-record";
import { type InputsOf, outputForm } from "./output-form";

/** Which integration to read, by Pinterest's own number of it. */
export interface GetIntegrationArgs {
  /** Pinterest's own number of the integration, as text: digits only. Resources show it as `integrationId`. */
  integrationId: string;
  /** Whether to return partner tokens and e-mail, as secrets; false by default. */
  includeSecrets?: boolean;
  /** The account that owns the integration: a name in `pinterest:accounts`; the default account when left out. */
  account?: string;
}

/** An integration as Pinterest shows it by its number. */
export interface GetIntegrationResult extends IntegrationRecord {
  integrationId: string;
}

/** The arguments of {@link getIntegrationOutput}: those of {@link getIntegration}, each possibly an output. */
export type GetIntegrationOutputArgs = InputsOf<GetIntegrationArgs>;

/**
 * Reads an integration by Pinterest's own number of it. Runs at every preview and update; nothing of it is kept in state.
 *
 * @throws Error on a bad argument, when no token is configured, and with Pinterest's answer when it refuses, also where
 *   there is no such integration (`status` 404).
 */
export async function getIntegration(
  args: GetIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationResult> {
  assertNames("getIntegration", args, { integrationId: true, includeSecrets: true, account: true });
  const { integrationId, account, includeSecrets } = args;
  assertId("getIntegration", "integrationId", integrationId, "Pinterest's number of it as text, digits only");
  const found = await withClient("getIntegration", account, opts, (client) =>
    client.getIntegration(integrationId),
  );
  return { ...toRecord(found, includeSecrets === true), integrationId };
}

/**
 * Like {@link getIntegration}, for arguments that are outputs of resources. With `includeSecrets` the whole result is
 * secret. Unknown while an argument or the provider's token is; with `dependsOn` it runs after those resources.
 */
export function getIntegrationOutput(
  args: GetIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationResult>> {
  return outputForm("getIntegration", getIntegration, args, opts);
}
