import {
  type Account,
  type AccountSettings,
  accountSettingsSchema,
  type Holder,
  type TokenSettings,
  tokenSettingsSchema,
} from "./account";
import { AdministrationError } from "./administration-error";
import {
  ACCESS_TOKEN_LIFETIME,
  type AccessToken,
  REFRESH_TOKEN_LIFETIME,
  type RefreshToken,
  TokenShelf,
} from "./tokens";

const DEFAULT_APP = "1500001";

const secretOf = (app: string): string => `emulator_app_secret_${app}`;

/** The accounts, their apps, and whose token is whose. */
export class Accounts {
  readonly #byName = new Map<string, Account>();
  readonly #access: TokenShelf<AccessToken>;
  readonly #refresh: TokenShelf<RefreshToken>;
  readonly #now: () => number;
  #added = 0;
  #tokens = { app: 0, refresh: 0 };

  constructor(now: () => number) {
    this.#now = now;
    this.#access = new TokenShelf(now);
    this.#refresh = new TokenShelf(now);
  }

  all(): Account[] {
    return [...this.#byName.values()];
  }

  get(name: string): Account {
    const account = this.#byName.get(name);
    if (!account) throw new AdministrationError(404, `there is no account '${name}'`);
    return account;
  }

  /** The account to act for when the caller names none. */
  first(): Account {
    const [account] = this.#byName.values();
    if (!account) throw new AdministrationError(404, "there is no account");
    return account;
  }

  add(name: string | undefined, given: AccountSettings): Account {
    const settings = defined(accountSettingsSchema.parse(given));
    const number = ++this.#added;
    const chosen = name ?? `shop-${number}`;
    if (!/^[\w.-]+$/.test(chosen)) {
      throw new AdministrationError(400, `'${chosen}' is no account name: letters, digits, '_', '.' and '-'`);
    }
    if (this.#byName.has(chosen))
      throw new AdministrationError(409, `there is an account '${chosen}' already`);
    this.#byName.set(chosen, {
      name: chosen,
      connected_user_id: String(871_939_315_200_000_001n + BigInt(number)),
      scopes: ["ads:read", "ads:write"],
      app_id: DEFAULT_APP,
      beta: true,
      revoked: false,
      expired: false,
      forbidden: false,
      sandbox: false,
      access_tokens: [],
      refresh_token: "",
      ...settings,
      app_secret: secretOf(settings.app_id ?? DEFAULT_APP),
    });
    this.issueToken(chosen);
    this.issueRefreshToken(chosen);
    return this.get(chosen);
  }

  change(name: string, given: AccountSettings): Account {
    const changed = { ...this.get(name), ...defined(accountSettingsSchema.parse(given)) };
    this.#byName.set(name, { ...changed, app_secret: secretOf(changed.app_id) });
    return this.get(name);
  }

  issueToken(name: string, given: TokenSettings = {}): string {
    const account = this.get(name);
    const { scopes, sandbox = account.sandbox, lifetime } = tokenSettingsSchema.parse(given);
    const token = `pina_emulator_${name}_${padded(account.access_tokens.length + 1)}`;
    const expires = this.#after(lifetime ?? ACCESS_TOKEN_LIFETIME);
    this.#access.add(token, { account: name, kind: sandbox ? "sandbox" : "user", scopes, expires });
    this.#byName.set(name, { ...account, access_tokens: [...account.access_tokens, token] });
    return token;
  }

  /** An access token as a refresh gives it: good even where those before have run out. */
  renewAccess(name: string, scopes: readonly string[] | undefined): string {
    if (this.get(name).expired) {
      this.#access.endAll(name);
      this.change(name, { expired: false });
    }
    return this.issueToken(name, { scopes });
  }

  issueRefreshToken(name: string): string {
    const account = this.get(name);
    const token = `pinr_emulator_${name}_${padded(++this.#tokens.refresh)}`;
    this.#refresh.add(token, {
      account: name,
      expires: this.#after(REFRESH_TOKEN_LIFETIME),
    });
    this.#byName.set(name, { ...account, refresh_token: token });
    return token;
  }

  /** An access token for an app and no user. */
  issueAppToken(app: string, scopes: readonly string[]): string {
    const token = `pina_emulator_app_${app}_${padded(++this.#tokens.app)}`;
    const [first] = this.all().filter(({ app_id }) => app_id === app);
    const expires = this.#after(ACCESS_TOKEN_LIFETIME);
    this.#access.add(token, { account: first?.name ?? "", kind: "app", scopes, expires });
    return token;
  }

  /** Ends one token, access or refresh. */
  expireToken(token: string): void {
    if (!this.#access.end(token) && !this.#refresh.end(token)) {
      throw new AdministrationError(404, "no account has this token");
    }
  }

  /** Ends every access token that an account has, and leaves its refresh tokens. */
  expireTokens(name: string): void {
    this.#access.endAll(this.get(name).name);
  }

  /** Whose access token it is, and whether it still opens anything. */
  authenticate(token: string): Holder | undefined {
    const held = this.#access.get(token);
    if (!held) return undefined;
    const account = this.get(held.account);
    const shut = held.kind !== "app" && (account.expired || account.revoked);
    const scopes = held.scopes ?? account.scopes;
    return { account, kind: held.kind, scopes, valid: this.#access.good(token) && !shut };
  }

  /** Whether there is an app of this id with this secret. */
  isApp(id: string, secret: string): boolean {
    return secret === secretOf(id) && this.all().some(({ app_id }) => app_id === id);
  }

  /** Whose refresh token it is, be it good or not. */
  refreshedBy(token: string): Account | undefined {
    const held = this.#refresh.get(token);
    return held && this.get(held.account);
  }

  /** The account that an app may have a new access token for; undefined when the refresh token is not good for it. */
  grantee(token: string, app: string): Account | undefined {
    const account = this.refreshedBy(token);
    return this.#refresh.good(token) && account?.app_id === app && !account.revoked ? account : undefined;
  }

  /** When a refresh token runs out, in milliseconds since 1970. */
  expiryOf(refreshToken: string): number {
    return this.#refresh.get(refreshToken)?.expires ?? 0;
  }

  #after(seconds: number): number {
    return this.#now() + seconds * 1000;
  }
}

const padded = (number: number): string => String(number).padStart(12, "0");

function defined<T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
