import { assertId, assertNames } from "./arguments";
import type { Lookup } from "./lookup";
import { type ClearRecord, recordOf } from "./record";

/** Which integration to read, by its id in the shop. */
export interface GetCommerceIntegrationArgs {
  /** The id by which the integration is known at Pinterest and in the shop. */
  externalBusinessId: string;
  /** The account that owns the integration: a name in `pinterest:accounts`; the default account when left out. */
  account?: string;
}

/** Reads an integration by its id in the shop. */
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
