import type * as pulumi from "@pulumi/pulumi";
import { assertId, assertNames } from "./arguments";
import { withClient } from "./client";
import { type ShownIntegration, toRecord } from "./integration-record";
import { type InputsOf, outputForm } from "./output-form";

/** Which integration to read, by its id in the shop. */
export interface GetCommerceIntegrationArgs {
  /** The id by which the integration is known at Pinterest and in the shop. */
  externalBusinessId: string;
  /** The account that owns the integration: a name in `pinterest:accounts`; the default account when left out. */
  account?: string;
}

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
  assertNames("getCommerceIntegration", args, { externalBusinessId: true, account: true });
  const { externalBusinessId, account } = args;
  assertId("getCommerceIntegration", "externalBusinessId", externalBusinessId, "the id in the shop as text");
  const found = await withClient("getCommerceIntegration", account, opts, (client) =>
    client.getCommerceIntegration(externalBusinessId),
  );
  return { ...toRecord(found, false), externalBusinessId };
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
