import type * as pulumi from "@pulumi/pulumi";
import type { FieldTable, SecretFieldName } from "../api/fields";
import {
  functions,
  type GetCommerceIntegrationArgs,
  type GetIntegrationArgs,
  type GetIntegrationsArgs,
  type ShownIntegration,
} from "../runtime/functions";
import { call, callOutput, type InputsOf } from "./function-calls";

export type { GetCommerceIntegrationArgs, GetIntegrationArgs, GetIntegrationsArgs };

type SecretOutputs = { -readonly [Name in keyof Pick<FieldTable, SecretFieldName>]?: pulumi.Output<string> };

/**
 * An integration, as Pinterest returns it in lists and by its integration ID. Partner tokens and e-mail are secrets, and are present only with
 * `includeSecrets`, and if Pinterest returns them.
 */
export interface IntegrationRecord extends ShownIntegration, SecretOutputs {}

/** The integrations of an account. */
export interface GetIntegrationsResult {
  /** The integrations, sorted by external business ID. */
  integrations: IntegrationRecord[];
  /** Whether there are more integrations than `maxItems`. */
  truncated: boolean;
}

/** An integration, as Pinterest returns it by its integration ID. */
export interface GetIntegrationResult extends IntegrationRecord {
  integrationId: string;
}

/** An integration, as Pinterest returns it by its external business ID: without partner tokens and e-mail. */
export interface GetCommerceIntegrationResult extends ShownIntegration {
  externalBusinessId: string;
}

/** Arguments of {@link getIntegrationsOutput}: those of {@link getIntegrations}, or outputs of them. */
export type GetIntegrationsOutputArgs = InputsOf<GetIntegrationsArgs>;

/** Arguments of {@link getIntegrationOutput}: those of {@link getIntegration}, or outputs of them. */
export type GetIntegrationOutputArgs = InputsOf<GetIntegrationArgs>;

/** Arguments of {@link getCommerceIntegrationOutput}: those of {@link getCommerceIntegration}, or outputs of them. */
export type GetCommerceIntegrationOutputArgs = InputsOf<GetCommerceIntegrationArgs>;

/**
 * Lists all integrations of an account, sorted by external business ID. Runs in every preview and update. State does not contain the result.
 *
 * @throws Error if an argument is invalid, no token is configured, or Pinterest refuses the request.
 */
export function getIntegrations(
  args: GetIntegrationsArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationsResult> {
  return call(functions.getIntegrations, args, opts);
}

/**
 * Like {@link getIntegrations}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument or the
 * provider's token is unknown. With `includeSecrets`, the whole result is secret.
 */
export function getIntegrationsOutput(
  args: GetIntegrationsOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationsResult>> {
  return callOutput(functions.getIntegrations, args, opts);
}

/**
 * Reads an integration by its integration ID. Runs in every preview and update. State does not contain the result.
 *
 * @throws Error if an argument is invalid, no token is configured, Pinterest refuses the request, or the integration is missing (`status`
 *   404).
 */
export function getIntegration(
  args: GetIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationResult> {
  return call(functions.getIntegration, args, opts);
}

/**
 * Like {@link getIntegration}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument or the
 * provider's token is unknown. With `includeSecrets`, the whole result is secret.
 */
export function getIntegrationOutput(
  args: GetIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationResult>> {
  return callOutput(functions.getIntegration, args, opts);
}

/**
 * Reads an integration by its external business ID. Runs in every preview and update. State does not contain the result. To read it as a
 * resource, which state contains, use `CommerceIntegration.get`.
 *
 * @throws Error if an argument is invalid, no token is configured, Pinterest refuses the request, or the integration is missing (`status`
 *   404).
 */
export function getCommerceIntegration(
  args: GetCommerceIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetCommerceIntegrationResult> {
  return call(functions.getCommerceIntegration, args, opts);
}

/**
 * Like {@link getCommerceIntegration}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument
 * or the provider's token is unknown.
 */
export function getCommerceIntegrationOutput(
  args: GetCommerceIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetCommerceIntegrationResult>> {
  return callOutput(functions.getCommerceIntegration, args, opts);
}
