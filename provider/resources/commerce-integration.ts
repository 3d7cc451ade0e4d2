import type * as pulumi from "@pulumi/pulumi";
import { dynamicType } from "../dynamic/constant";
import type { CommerceIntegrationArgs } from "./commerce-integration-args";
import { CommerceIntegrationBase, type CommerceIntegrationLookup } from "./commerce-integration-base";
import { integrationFrontEnd } from "./dynamic-front-end";
import { isOfType } from "./is-of-type";

/**
 * A merchant's connection of a shop to Pinterest: its advertiser, tag, merchant catalogue and partner tokens.
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
 * A property that the program leaves out is not managed; as an output it shows what Pinterest holds.
 */
export class CommerceIntegration extends CommerceIntegrationBase {
  /**
   * Looks an integration up that this program does not manage: it is read at every preview and update, never changed
   * and never deleted. Every field is an output, except partner tokens and e-mail, which Pinterest does not show here.
   *
   * @param name The resource's name in the program.
   * @param externalBusinessId The integration's id.
   * @param lookup Which account's, if not the default one's.
   * @throws (at preview and update) when there is no such integration.
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

  /** Whether an object is a commerce integration, also one of another copy of this package. */
  static override isInstance(value: unknown): value is CommerceIntegration {
    return isOfType(value, dynamicType);
  }

  /**
   * @param name The resource's name in the program.
   * @param args What the integration is to be.
   * @param opts Pulumi's resource options. `import` is refused: the engine cannot import a dynamic resource that way.
   * @throws RunError on a misspelt argument, an `import` option, or an id that the program declares twice.
   */
  constructor(name: string, args: CommerceIntegrationArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(integrationFrontEnd, name, args, opts);
  }
}
