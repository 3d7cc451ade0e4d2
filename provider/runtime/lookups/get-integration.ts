import { assertId, assertNames } from "./arguments";
import type { Lookup } from "./lookup";
import { type ClearRecord, recordOf } from "./record";

/** Integration to read, by its integration ID. */
export interface GetIntegrationArgs {
  /** Integration ID that Pinterest assigned: digits in a string. It is the output `integrationId` of a resource. */
  integrationId: string;
  /**
   * Whether to return partner tokens and e-mail, as secrets.
   *
   * @default false
   */
  includeSecrets?: boolean;
  /**
   * Account that owns the integration: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: string;
}

/** Reads an integration by its integration ID. */
export const getIntegration: Lookup<GetIntegrationArgs, ClearRecord> = {
  name: "getIntegration",
  check(args) {
    assertNames("getIntegration", args, { integrationId: true, includeSecrets: true, account: true });
    const allowed = "Pinterest's number of it as text, digits only";
    assertId("getIntegration", "integrationId", args.integrationId, allowed);
  },
  async call(client, { integrationId, includeSecrets }) {
    return { ...recordOf(await client.getIntegration(integrationId), includeSecrets), integrationId };
  },
};
