import { assertId, assertNames } from "./arguments";
import type { Lookup } from "./lookup";
import { type ClearRecord, recordOf } from "./record";

/** Integration to read, by its external business ID. */
export interface GetCommerceIntegrationArgs {
  /** Your ID of the shop. */
  externalBusinessId: string;
  /**
   * Account that owns the integration: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: string;
}

/** Reads an integration by its external business ID. */
export const getCommerceIntegration: Lookup<GetCommerceIntegrationArgs, ClearRecord> = {
  name: "getCommerceIntegration",
  check(args) {
    assertNames("getCommerceIntegration", args, { externalBusinessId: true, account: true });
    assertId(
      "getCommerceIntegration",
      "externalBusinessId",
      args.externalBusinessId,
      "the id in the shop as text",
    );
  },
  async call(client, { externalBusinessId }) {
    return { ...recordOf(await client.getCommerceIntegration(externalBusinessId)), externalBusinessId };
  },
};
