import { z } from "zod";
import { AdministrationError } from "./administration-error";

/** A scope of the integrations API. */
export type Scope = "ads:read" | "ads:write";

/** An account: the access of an app to a merchant's Pinterest user. */
export interface Account {
  /** Name in administrative calls, counters and the log of requests. */
  readonly name: string;
  /** ID of the Pinterest user. Accounts of the same user own the same integrations. @default a new ID */
  readonly connected_user_id: string;
  /** Scopes of its tokens. Scopes of other APIs are allowed. @default `ads:read` and `ads:write` */
  readonly scopes: readonly string[];
  /** ID of the app that the user authorized. @default the same app for all accounts */
  readonly app_id: string;
  /** Secret of the app. It starts with `emulator_app_secret_`. */
  readonly app_secret: string;
  /** Whether the app is part of the integrations beta. If not, the response is 401 with code 3. @default true */
  readonly beta: boolean;
  /** Whether the user revoked the app's access: access tokens get 401 with code 2, and refresh tokens are invalid. @default false */
  readonly revoked: boolean;
  /** Whether its access tokens are expired: 401 with code 2. A refresh issues a valid token. @default false */
  readonly expired: boolean;
  /** Whether Pinterest rejects every operation with 403 and code 29. @default false */
  readonly forbidden: boolean;
  /** Its access tokens, the oldest first. They start with `pina_emulator_` and the account's name. */
  readonly access_tokens: readonly string[];
  /** Its latest refresh token. It starts with `pinr_emulator_` and the account's name. */
  readonly refresh_token: string;
}

export const accountSettingsSchema = z.strictObject({
  connected_user_id: z.string().regex(/^\d+$/).optional(),
  scopes: z.array(z.string()).readonly().optional(),
  app_id: z.string().regex(/^\d+$/).optional(),
  beta: z.boolean().optional(),
  revoked: z.boolean().optional(),
  expired: z.boolean().optional(),
  forbidden: z.boolean().optional(),
});

/** Properties of an account that can be set. */
export type AccountSettings = z.infer<typeof accountSettingsSchema>;

/** Lifetime of an access token: 30 days. */
export const accessTokenLifetimeSeconds = 2_592_000;

/** Lifetime of a refresh token: 60 days. */
export const refreshTokenLifetimeSeconds = 5_184_000;

const defaultApp = "1500001";

const secretOf = (app: string): string => `emulator_app_secret_${app}`;

interface Token {
  readonly kind: "access" | "refresh";
  /** Name of the account. */
  readonly account: string;
  /** Scopes that differ from the account's. */
  readonly scopes?: readonly string[] | undefined;
  /** Milliseconds since 1970; -Infinity if an administrator has expired it. */
  expires: number;
}

/** Account and rights of an access token. */
export interface Holder {
  readonly account: Account;
  readonly scopes: readonly string[];
  /** Whether the token is neither expired nor revoked. */
  readonly valid: boolean;
}

/** The accounts, their apps and their tokens. */
export class Accounts {
  private readonly accounts = new Map<string, Account>();
  private readonly tokens = new Map<string, Token>();
  private added = 0;
  private refreshTokens = 0;

  constructor(private readonly now: () => number) {}

  all(): Account[] {
    return [...this.accounts.values()];
  }

  /** Returns the account with this name, or the first one. */
  get(name?: string): Account {
    const account = name === undefined ? this.all()[0] : this.accounts.get(name);
    if (account) return account;
    const missing =
      name === undefined ? "the emulator has no account" : `the account '${name}' does not exist`;
    throw new AdministrationError(404, missing);
  }

  add(given: string | undefined, settings: AccountSettings): Account {
    const properties = defined(accountSettingsSchema.parse(settings));
    const number = ++this.added;
    const name = given ?? `shop-${number}`;
    if (!/^[\w.-]+$/.test(name)) {
      const rule = "the name of an account must consist of letters, digits, '_', '.' and '-'";
      throw new AdministrationError(400, `${rule}, but is '${name}'`);
    }
    if (this.accounts.has(name)) throw new AdministrationError(409, `the account '${name}' already exists`);
    this.accounts.set(name, {
      name,
      connected_user_id: String(871_939_315_200_000_001n + BigInt(number)),
      scopes: ["ads:read", "ads:write"],
      app_id: defaultApp,
      beta: true,
      revoked: false,
      expired: false,
      forbidden: false,
      access_tokens: [],
      refresh_token: "",
      ...properties,
      app_secret: secretOf(properties.app_id ?? defaultApp),
    });
    this.issueToken(name);
    this.issueRefreshToken(name);
    return this.get(name);
  }

  change(name: string, settings: AccountSettings): Account {
    const changed = { ...this.get(name), ...defined(accountSettingsSchema.parse(settings)) };
    this.accounts.set(name, { ...changed, app_secret: secretOf(changed.app_id) });
    return this.get(name);
  }

  /** Issues an access token. @param scopes of the token. @default the scopes of the account */
  issueToken(name: string, scopes?: readonly string[]): string {
    const account = this.get(name);
    const token = `pina_emulator_${name}_${padded(account.access_tokens.length + 1)}`;
    this.addToken(token, { kind: "access", account: name, scopes }, accessTokenLifetimeSeconds);
    this.accounts.set(name, { ...account, access_tokens: [...account.access_tokens, token] });
    return token;
  }

  issueRefreshToken(name: string): string {
    const account = this.get(name);
    const token = `pinr_emulator_${name}_${padded(++this.refreshTokens)}`;
    this.addToken(token, { kind: "refresh", account: name }, refreshTokenLifetimeSeconds);
    this.accounts.set(name, { ...account, refresh_token: token });
    return token;
  }

  /** Issues the access token of a refresh. It is valid even if the account's access tokens are `expired`. */
  renewToken(name: string, scopes: readonly string[] | undefined): string {
    if (this.get(name).expired) {
      this.expireTokens(name);
      this.change(name, { expired: false });
    }
    return this.issueToken(name, scopes);
  }

  /** Expires an access token or refresh token. */
  expireToken(text: string): void {
    const token = this.tokens.get(text);
    if (!token) throw new AdministrationError(404, "no account has this token");
    token.expires = Number.NEGATIVE_INFINITY;
  }

  /** Expires all access tokens of an account. */
  expireTokens(name: string): void {
    this.get(name);
    for (const token of this.tokens.values()) {
      if (token.account === name && token.kind !== "refresh") token.expires = Number.NEGATIVE_INFINITY;
    }
  }

  /** The holder of the access token in an Authorization header. Undefined if no account has it. */
  holderOf(authorization: string | undefined): Holder | undefined {
    const [, text = ""] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    const token = this.tokens.get(text);
    if (!token || token.kind === "refresh") return undefined;
    const account = this.get(token.account);
    const valid = this.isValid(token) && !account.expired && !account.revoked;
    return { account, scopes: token.scopes ?? account.scopes, valid };
  }

  /** Whether an app with this ID exists and has this secret. */
  isApp(id: string, secret: string): boolean {
    return secret === secretOf(id) && this.all().some(({ app_id }) => app_id === id);
  }

  /** The account of a refresh token, even if the token is expired. */
  ownerOf(refreshToken: string): Account | undefined {
    const token = this.tokens.get(refreshToken);
    return token?.kind === "refresh" ? this.get(token.account) : undefined;
  }

  /** The account that an app can get an access token for. Undefined if the refresh token is invalid for the app. */
  grantee(refreshToken: string, app: string): Account | undefined {
    const token = this.tokens.get(refreshToken);
    const account = this.ownerOf(refreshToken);
    if (!token || !this.isValid(token)) return undefined;
    return account?.app_id === app && !account.revoked ? account : undefined;
  }

  /** The time in milliseconds since 1970 at which a token expires. */
  expiryOf(token: string): number {
    return this.tokens.get(token)?.expires ?? 0;
  }

  private addToken(text: string, token: Omit<Token, "expires">, lifetimeSeconds: number): void {
    this.tokens.set(text, { ...token, expires: this.now() + lifetimeSeconds * 1000 });
  }

  private isValid({ expires }: Token): boolean {
    return this.now() < expires;
  }
}

const padded = (number: number): string => String(number).padStart(12, "0");

function defined<T extends object>(settings: T) {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
