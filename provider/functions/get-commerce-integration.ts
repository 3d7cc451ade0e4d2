import type * as pulumi from "@pulumi/pulumi";
import {
  type GetCommerceIntegrationArgs,
  getCommerceIntegration as lookup,
} from "../lookups/get-commerce-integration";
import type { ShownIntegration } from "../lookups/record";
import { lookUp } from "./client";
import { type InputsOf, outputForm } from "./output-form";

export type { GetCommerceIntegrationArgs };

/** An integration as Pinterest shows it by its id in the shop: without partner tokens and e-mail. */
export interface GetCommerceIntegrationResult extends ShownIntegration {
  externalBusinessId: string;
}

/**
 * The arguments of {@link getCommerceIntegrationOutput}: those of {@link getCommerceIntegration}, each possibly an output.
 */
export type GetCommerceIntegrationOutputArgs = InputsOf<GetCommerceIntegrationArgs>;

/**
 * Reads an integration by its id in the shop. Runs at every preview and update; nothing of it is kept in state.
 * `CommerceIntegration.get` reads the same as a resource, which state remembers.
 *
 * @throws Error on a bad argument, when no token is configured, and with Pinterest's answer when it refuses, also where
 *   there is no such integration (`status` 404).
 */
export async function getCommerceIntegration(
  args: GetCommerceIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetCommerceIntegrationResult> {
  return lookUp<GetCommerceIntegrationArgs, GetCommerceIntegrationResult>(lookup, args, opts);
}

/**
 * Like {@link getCommerceIntegration}, for arguments that are outputs of resources. Unknown while an argument or the
 * provider's token is; with `dependsOn` it runs after those resources.
 */
export function getCommerceIntegrationOutput(
  args: GetCommerceIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetCommerceIntegrationResult>> {
  return outputForm("getCommerceIntegration", getCommerceIntegration, args, opts);
}
