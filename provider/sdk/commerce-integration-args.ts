import type { Input } from "@pulumi/pulumi";
import type { IntegrationFields } from "../api/fields";

/**
 * Arguments of a commerce integration. A field that you omit is not managed: Pinterest keeps its value, and its changes are not drift.
 *
 * Pinterest's API description (5.23.0 and 5.28.0) gives no limits for these fields.
 */
export interface CommerceIntegrationArgs {
  /**
   * Your ID of the shop, which is also the resource's ID: 1 to 2048 characters. If it changes, Pulumi deletes the integration and creates a
   * new one.
   */
  externalBusinessId: Input<string>;
  /** ID of the connected Pinterest merchant, the owner of the catalog. Write it as a string: long numbers lose digits. */
  connectedMerchantId?: Input<string | undefined>;
  /** ID of the connected advertiser (ad account), as a string. Pinterest's own shop plugins always set it. */
  connectedAdvertiserId?: Input<string | undefined>;
  /** ID of the connected Pinterest tag, as a string. */
  connectedTagId?: Input<string | undefined>;
  /** ID of the linked business account (LBA), as a string. */
  connectedLbaId?: Input<string | undefined>;
  /** Access token of your partner platform, a secret. Compared with Pinterest only if `pinterest:compareSecrets` is set. */
  partnerAccessToken?: Input<string | undefined>;
  /** Refresh token of your partner platform, a secret. Compared with Pinterest only if `pinterest:compareSecrets` is set. */
  partnerRefreshToken?: Input<string | undefined>;
  /** E-mail address of the merchant at your partner platform, a secret. Compared with Pinterest only if `pinterest:compareSecrets` is set. */
  partnerPrimaryEmail?: Input<string | undefined>;
  /** When `partnerAccessToken` expires, in whole milliseconds since 1970. Compared to the second. */
  partnerAccessTokenExpiry?: Input<number | undefined>;
  /** When `partnerRefreshToken` expires, in whole milliseconds since 1970. Compared to the second. */
  partnerRefreshTokenExpiry?: Input<number | undefined>;
  /** Scopes of the partner tokens: a list, or a string with commas. Compared as a set: the order is ignored. */
  scopes?: Input<string | Input<string>[] | undefined>;
  /** An additional ID for your own use. */
  additionalId1?: Input<string | undefined>;
  /** Additional data for your own use: an object, which is sent as JSON, or a string. JSON is compared by its meaning. */
  partnerMetadata?: Input<string | { [key: string]: Input<unknown> } | undefined>;
  /**
   * Whether a create overwrites an existing integration that differs from the program. If false, the create fails. An existing integration
   * that equals the program is adopted in both cases.
   *
   * @default false
   */
  adopt?: Input<boolean | undefined>;
  /**
   * Account that owns the integration: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account (`pinterest:accessToken` or `pinterest:refreshToken`)
   */
  account?: Input<string | undefined>;
  /**
   * What to do with a field that you remove from the program. `clear`: clear it at Pinterest, and fail if it stays set. `release`: leave
   * its value and stop managing it.
   *
   * @default "clear"
   */
  whenRemoved?: Input<"clear" | "release" | undefined>;
}

// Fails to compile when an argument here has no field in the API's table, or a field there no argument here.
type OwnArguments = "externalBusinessId" | "adopt" | "account" | "whenRemoved";
type Missing = Exclude<keyof IntegrationFields, keyof CommerceIntegrationArgs>;
type Surplus = Exclude<keyof CommerceIntegrationArgs, keyof IntegrationFields | OwnArguments>;
true satisfies [Missing, Surplus] extends [never, never] ? true : never;
