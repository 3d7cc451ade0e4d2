import { z } from "zod";
import type { TokenKind } from "./tokens";

/** A scope of a token. The integrations API needs these two. */
export type Scope = "ads:read" | "ads:write";

/** The settings of an account. */
export interface AccountSettings {
  /** The account's Pinterest user. Two accounts of one user own each other's integrations. Default: a user of its own. */
  connected_user_id?: string | undefined;
  /** Scopes of its tokens; others are allowed too. Default: `ads:read` and `ads:write`. */
  scopes?: readonly string[] | undefined;
  /** The app that the user authorized. Its secret is derived from it. Default: one app for all accounts. */
  app_id?: string | undefined;
  /** Whether the app is part of the integrations beta. If not, the answer is 401 with code 3. Default: true. */
  beta?: boolean | undefined;
  /** Whether the user revoked the app's access: 401 with code 2 for every token, and no refresh. Default: false. */
  revoked?: boolean | undefined;
  /** Whether its access tokens have expired: 401 with code 2 until a refresh returns a new one. Default: false. */
  expired?: boolean | undefined;
  /** Whether Pinterest refuses every request of the account with 403 and code 29. Default: false. */
  forbidden?: boolean | undefined;
  /** Whether its tokens belong to Pinterest's sandbox: 401 with code 2 for all requests except logs. Default: false. */
  sandbox?: boolean | undefined;
}

/** An account: a Pinterest user who authorized an app. */
export interface Account {
  /** Its name in the log, in counters and in administrative calls. */
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

/** The settings of a single access token. */
export interface TokenSettings {
  /** Default: those of the account. */
  scopes?: readonly string[] | undefined;
  /** Whether it belongs to Pinterest's sandbox. Default: like the account's tokens. */
  sandbox?: boolean | undefined;
  /** Lifetime in seconds. Default: the switch `accessTokenLifetime`. */
  lifetime?: number | undefined;
}

/** The account of an access token, and whether the token is valid. */
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
