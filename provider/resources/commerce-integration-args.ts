import type { Input } from "@pulumi/pulumi";
import type { IntegrationFields } from "../pinterest/fields";

/**
 * What a program says of a commerce integration. Every field but the id may be left out; a field that is left out is
 * not managed: Pinterest keeps what it holds, and a change of it shows nowhere.
 *
 * Facts about the fields are from Pinterest's API description (5.23.0 and 5.28.0), which gives no limits for them.
 */
export interface CommerceIntegrationArgs {
  /**
   * The id by which the integration is known at Pinterest and in your shop: 1 to 2048 characters, chosen by you. It is
   * the resource's id in Pulumi, and the only field whose change replaces the integration (deleted, then made anew).
   */
  externalBusinessId: Input<string>;
  /** The id of the Pinterest merchant that the shop is connected to, as text. */
  connectedMerchantId?: Input<string | undefined>;
  /** The id of the advertiser (ad account), as text. Pinterest's own shop plugins always set it. */
  connectedAdvertiserId?: Input<string | undefined>;
  /** The id of the Pinterest tag, as text. */
  connectedTagId?: Input<string | undefined>;
  /** The id of the linked business account (LBA), as text. */
  connectedLbaId?: Input<string | undefined>;
  /** The partner platform's access token. Kept as a secret. Pinterest does not show it to reads of an integration. */
  partnerAccessToken?: Input<string | undefined>;
  /** The partner platform's refresh token. Kept as a secret. Pinterest does not show it to reads of an integration. */
  partnerRefreshToken?: Input<string | undefined>;
  /** The partner's e-mail address. Kept as a secret. Pinterest does not show it to reads of an integration. */
  partnerPrimaryEmail?: Input<string | undefined>;
  /** When `partnerAccessToken` expires, in whole milliseconds since 1970. Compared to the second. */
  partnerAccessTokenExpiry?: Input<number | undefined>;
  /** When `partnerRefreshToken` expires, in whole milliseconds since 1970. Compared to the second. */
  partnerRefreshTokenExpiry?: Input<number | undefined>;
  /** The scopes of the partner's tokens: a list, or a text with commas. Compared as a set. */
  scopes?: Input<string | Input<string>[] | undefined>;
  /** A further id, for the partner's own use. */
  additionalId1?: Input<string | undefined>;
  /** Further data, for the partner's own use: an object, or a text. Compared as JSON where it is JSON. */
  partnerMetadata?: Input<string | { [key: string]: Input<unknown> } | undefined>;
  /**
   * What to do when an integration of this id is at Pinterest already and differs from the program: write the program's
   * values over it (true), or refuse (false, the default). One that equals the program's is taken over either way.
   */
  adopt?: Input<boolean | undefined>;
  /**
   * The account that owns the integration: a name in `pinterest:accounts`. The default account, that of
   * `pinterest:accessToken`, when left out.
   */
  account?: Input<string | undefined>;
  /**
   * What happens to a field that leaves the program: `"clear"` (the default) asks Pinterest to clear it and fails if it
   * is still set; `"release"` leaves it as it is and stops managing it.
   */
  whenRemoved?: Input<"clear" | "release" | undefined>;
}

// Fails to compile when an argument here has no field in the API's table, or a field there no argument here.
type OwnArguments = "externalBusinessId" | "adopt" | "account" | "whenRemoved";
type Missing = Exclude<keyof IntegrationFields, keyof CommerceIntegrationArgs>;
type Surplus = Exclude<keyof CommerceIntegrationArgs, keyof IntegrationFields | OwnArguments>;
true satisfies [Missing, Surplus] extends [never, never] ? true : never;
