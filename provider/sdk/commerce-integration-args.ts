import type { Input, Output } from "@pulumi/pulumi";
import type { FieldTable, IntegrationFields } from "../api/fields";

type ArgumentOf<Kind> = Kind extends "scopes"
  ? string | Input<string>[]
  : Kind extends "metadata"
    ? string | { [key: string]: Input<unknown> }
    : Kind extends "expiry"
      ? number
      : string;

/** An argument for each field, with the field's comment. */
type FieldArguments = {
  -readonly [Name in keyof FieldTable]?: Input<ArgumentOf<FieldTable[Name]["kind"]> | undefined>;
};

/** An output for each field, with the field's comment. */
export type FieldOutputs = {
  readonly [Name in keyof FieldTable]: Output<IntegrationFields[Name] | undefined>;
};

/** The integration to manage. */
interface IdArgument {
  /**
   * Your ID of the shop, which is also the resource's ID: 1 to 2048 characters. If it changes, Pulumi deletes the integration and creates a
   * new one.
   */
  externalBusinessId: Input<string>;
}

/** How to manage it. */
interface HandlingArguments {
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

/**
 * Arguments of a commerce integration. A field that you omit is not managed: Pinterest keeps its value, and its changes are not drift.
 *
 * Pinterest's API description (5.23.0 and 5.28.0) gives no limits for these fields.
 */
export interface CommerceIntegrationArgs extends IdArgument, FieldArguments, HandlingArguments {}
