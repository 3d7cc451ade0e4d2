import type * as pulumi from "@pulumi/pulumi";
import {
  type GetCommerceIntegrationArgs,
  getCommerceIntegration as lookup,
} from "../../runtime/lookups/get-commerce-integration";
import type { ShownIntegration } from "../../runtime/lookups/record";
import { lookUp } from "./client";
import { type InputsOf, outputForm } from "./output-form";

export type { GetCommerceIntegrationArgs };

/** An integration, as Pinterest returns it by its external business ID: without partner tokens and e-mail. */
export interface GetCommerceIntegrationResult extends ShownIntegration {
  externalBusinessId: string;
}

/** Arguments of {@link getCommerceIntegrationOutput}: those of {@link getCommerceIntegration}, or outputs of them. */
export type GetCommerceIntegrationOutputArgs = InputsOf<GetCommerceIntegrationArgs>;

/**
 * Reads an integration by its external business ID. Runs in every preview and update. State does not contain the result. To read it as a
 * resource, which state contains, use `CommerceIntegration.get`.
 *
 * @throws Error if an argument is invalid, no token is configured, Pinterest refuses the request, or the integration is missing (`status`
 *   404).
 */
export async function getCommerceIntegration(
  args: GetCommerceIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetCommerceIntegrationResult> {
  return lookUp<GetCommerceIntegrationArgs, GetCommerceIntegrationResult>(lookup, args, opts);
}

/**
 * Like {@link getCommerceIntegration}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument
 * or the provider's token is unknown.
 */
export function getCommerceIntegrationOutput(
  args: GetCommerceIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetCommerceIntegrationResult>> {
  return outputForm("getCommerceIntegration", getCommerceIntegration, args, opts);
}
