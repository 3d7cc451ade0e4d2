import { z } from "zod";
import type { TokenKind } from "./tokens";

/** A right that Pinterest grants a token; the integrations API needs these two. */
export type Scope = "ads:read" | "ads:write";

/** What can be said of an account when it is added, and changed later. */
export interface AccountSettings {
  /** The Pinterest user behind it. Two accounts of one user own each other's integrations. Default: a number of its own. */
  connected_user_id?: string | undefined;
  /** What its tokens may do; more than the two that matter here is allowed. Default `ads:read` and `ads:write`. */
  scopes?: readonly string[] | undefined;
  /** The app that the user gave access to; its secret follows from it. Default: one app for all accounts. */
  app_id?: string | undefined;
  /** Whether the app is in the beta of the integrations API; if not, 401 code 3 "restricted feature". Default true. */
  beta?: boolean | undefined;
  /** Whether the user has withdrawn the app's access: 401 code 2 for every token, and no refresh. Default false. */
  revoked?: boolean | undefined;
  /** Whether its access tokens have run out: 401 code 2, until a refresh gives a new one. Default false. */
  expired?: boolean | undefined;
  /** Whether Pinterest refuses the account everything with 403 code 29. Default false. */
  forbidden?: boolean | undefined;
  /** Whether its tokens are of Pinterest's sandbox host: 401 code 2 for all but the logs. Default false. */
  sandbox?: boolean | undefined;
}

/** An account: somebody who has given an app access to a merchant's Pinterest user. */
export interface Account {
  /** What it is called in the log, in counters and in administrative calls. */
  readonly name: string;
  readonly connected_user_id: string;
  readonly scopes: readonly string[];
  readonly app_id: string;
  /** Starts with `emulator_app_secret_`. */
  readonly app_secret: string;
  readonly beta: boolean;
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly forbidden: boolean;
  readonly sandbox: boolean;
  /** Its access tokens, the oldest first. They start with `pina_emulator_` and the account's name. */
  readonly access_tokens: readonly string[];
  /** Its latest refresh token. It starts with `pinr_emulator_` and the account's name. */
  readonly refresh_token: string;
}

/** How an access token differs from the others of its account. */
export interface TokenSettings {
  /** Default: the account's. */
  scopes?: readonly string[] | undefined;
  /** Whether it is of Pinterest's sandbox host. Default: as the account's are. */
  sandbox?: boolean | undefined;
  /** Seconds for which it is good. Default: 30 days. */
  lifetime?: number | undefined;
}

/** Who sent an access token, and whether it still opens anything. */
export interface Holder {
  readonly account: Account;
  readonly kind: TokenKind;
  readonly scopes: readonly string[];
  readonly valid: boolean;
}

export const accountSettingsSchema = z.strictObject({
  connected_user_id: z.string().regex(/^\d+$/).optional(),
  scopes: z.array(z.string()).readonly().optional(),
  app_id: z.string().regex(/^\d+$/).optional(),
  beta: z.boolean().optional(),
  revoked: z.boolean().optional(),
  expired: z.boolean().optional(),
  forbidden: z.boolean().optional(),
  sandbox: z.boolean().optional(),
}) satisfies z.ZodType<AccountSettings>;

export const tokenSettingsSchema = z.strictObject({
  scopes: z.array(z.string()).readonly().optional(),
  sandbox: z.boolean().optional(),
  lifetime: z.number().min(0).optional(),
}) satisfies z.ZodType<TokenSettings>;
