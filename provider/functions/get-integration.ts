import type * as pulumi from "@pulumi/pulumi";
import { type GetIntegrationArgs, getIntegration as lookup } from "../lookups/get-integration";
import { lookUp } from "./client";
import type { IntegrationRecord } from "./integration-record";
import { type InputsOf, outputForm } from "./output-form";

export type { GetIntegrationArgs };

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
  return lookUp<GetIntegrationArgs, GetIntegrationResult>(lookup, args, opts);
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
