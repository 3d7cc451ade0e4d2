import { assertId, assertNames } from "./arguments";
import type { Lookup } from "./lookup";
import { type ClearRecord, recordOf } from "./record";

/** Which integration to read, by Pinterest's own number of it. */
export interface GetIntegrationArgs {
  /** Pinterest's own number of the integration, as text: digits only. Resources show it as `integrationId`. */
  integrationId: string;
  /** Whether to return partner tokens and e-mail, as secrets; false by default. */
  includeSecrets?: boolean;
  /** The account that owns the integration: a name in `pinterest:accounts`; the default account when left out. */
  account?: string;
}

/** Reads an integration by Pinterest's own number of it. */
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
