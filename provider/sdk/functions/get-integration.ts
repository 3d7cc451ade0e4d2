import type * as pulumi from "@pulumi/pulumi";
import { type GetIntegrationArgs, getIntegration as lookup } from "../../runtime/lookups/get-integration";
import { lookUp } from "./client";
import type { IntegrationRecord } from "./integration-record";
import { type InputsOf, outputForm } from "./output-form";

export type { GetIntegrationArgs };

/** An integration, as Pinterest returns it by its integration ID. */
export interface GetIntegrationResult extends IntegrationRecord {
  integrationId: string;
}

/** Arguments of {@link getIntegrationOutput}: those of {@link getIntegration}, or outputs of them. */
export type GetIntegrationOutputArgs = InputsOf<GetIntegrationArgs>;

/**
 * Reads an integration by its integration ID. Runs in every preview and update. State does not contain the result.
 *
 * @throws Error if an argument is invalid, no token is configured, Pinterest refuses the request, or the integration is missing (`status`
 *   404).
 */
export async function getIntegration(
  args: GetIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationResult> {
  return lookUp<GetIntegrationArgs, GetIntegrationResult>(lookup, args, opts);
}

/**
 * Like {@link getIntegration}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument or the
 * provider's token is unknown. With `includeSecrets`, the whole result is secret.
 */
export function getIntegrationOutput(
  args: GetIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationResult>> {
  return outputForm("getIntegration", getIntegration, args, opts);
}
