import type * as pulumi from "@pulumi/pulumi";
import { integrationType } from "../../plugin/tokens";
import type { CommerceIntegrationArgs } from "../commerce-integration-args";
import { CommerceIntegrationBase, type CommerceIntegrationLookup } from "../commerce-integration-base";
import { isOfType } from "../is-of-type";
import { integrationFrontEnd } from "./front-end";

/**
 * The connection of a merchant's shop with Pinterest: its advertiser, tag, merchant catalog and partner tokens.
 *
 * ```typescript
 * new pinterest.CommerceIntegration("shop", {
 *   externalBusinessId: "my-shop-1",
 *   connectedMerchantId: "1949483",
 *   connectedAdvertiserId: "549755885175",
 *   connectedTagId: "2613187432",
 * });
 * ```
 *
 * A field that you omit is not managed: its output shows Pinterest's value, and its changes are not drift. An empty string and the number 0
 * are refused, because Pinterest shows an unset field as one of them.
 *
 * A create first reads the integration. If it exists and equals the program, it is adopted. If it differs, the create fails, unless `adopt`
 * is true. A delete, also by `pulumi destroy`, deletes the integration at Pinterest: protect it with the option `protect` or
 * `retainOnDelete`.
 */
export class CommerceIntegration extends CommerceIntegrationBase {
  /**
   * Reads an integration that this program does not manage, at every preview and update. It is never changed or deleted. Partner tokens
   * and e-mail are absent, because Pinterest omits them here.
   *
   * @param name Name of the resource in the program.
   * @param externalBusinessId Your ID of the shop.
   * @param lookup Account of the integration. Default: the default account.
   * @throws during preview and update, if the integration does not exist.
   */
  static get(
    name: string,
    externalBusinessId: pulumi.Input<string>,
    lookup: CommerceIntegrationLookup = {},
    opts?: pulumi.CustomResourceOptions,
  ): CommerceIntegration {
    const known = { externalBusinessId, ...lookup } as CommerceIntegrationArgs;
    return new CommerceIntegration(name, known, { ...opts, id: externalBusinessId });
  }

  /** Whether an object is a commerce integration, including those of another copy of this package. */
  static override isInstance(value: unknown): value is CommerceIntegration {
    return isOfType(value, integrationType);
  }

  /**
   * @param name Name of the resource in the program.
   * @param args Fields of the integration.
   * @param opts Pulumi's resource options.
   * @throws RunError if an argument is unknown, or the program declares the ID twice.
   */
  constructor(name: string, args: CommerceIntegrationArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(integrationFrontEnd, name, args, opts);
  }
}
