import { z } from "zod";
import { AdministrationError } from "./administration-error";

/** A right that Pinterest grants a token; the integrations API needs these two. */
export type Scope = "ads:read" | "ads:write";

/** What can be said of an account when it is added, and changed later. */
export interface AccountSettings {
  /** The Pinterest user behind it. Two accounts of one user own each other's integrations. Default: a number of its own. */
  connected_user_id?: string | undefined;
  /** What its tokens may do; more than the two that matter here is allowed. Default `ads:read` and `ads:write`. */
  scopes?: readonly string[] | undefined;
  /** Whether the app is in the beta of the integrations API; if not, 401 code 3 "restricted feature". Default true. */
  beta?: boolean | undefined;
  /** Whether the user has withdrawn the app's access: 401 code 2 for every token. Default false. */
  revoked?: boolean | undefined;
  /** Whether its tokens have run out: 401 code 2. Default false. */
  expired?: boolean | undefined;
  /** Whether Pinterest refuses the account everything with 403 code 29. Default false. */
  forbidden?: boolean | undefined;
}

/** An account: somebody who has given an app access to a merchant's Pinterest user. */
export interface Account {
  /** What it is called in the log, in counters and in administrative calls. */
  readonly name: string;
  readonly connected_user_id: string;
  readonly scopes: readonly string[];
  readonly beta: boolean;
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly forbidden: boolean;
  /** Its access tokens, the oldest first. They start with `pina_emulator_` and the account's name. */
  readonly access_tokens: readonly string[];
}

export const accountSettingsSchema = z.strictObject({
  connected_user_id: z.string().regex(/^\d+$/).optional(),
  scopes: z.array(z.string()).readonly().optional(),
  beta: z.boolean().optional(),
  revoked: z.boolean().optional(),
  expired: z.boolean().optional(),
  forbidden: z.boolean().optional(),
}) satisfies z.ZodType<AccountSettings>;

/** The accounts, and whose token is whose. */
export class Accounts {
  readonly #byName = new Map<string, Account>();
  readonly #tokens = new Map<string, { account: string; expired: boolean }>();
  #added = 0;

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
      beta: true,
      revoked: false,
      expired: false,
      forbidden: false,
      access_tokens: [],
      ...settings,
    });
    this.issueToken(chosen);
    return this.get(chosen);
  }

  change(name: string, given: AccountSettings): Account {
    const changed = { ...this.get(name), ...defined(accountSettingsSchema.parse(given)) };
    this.#byName.set(name, changed);
    return changed;
  }

  issueToken(name: string): string {
    const account = this.get(name);
    const token = `pina_emulator_${name}_${String(account.access_tokens.length + 1).padStart(12, "0")}`;
    this.#tokens.set(token, { account: name, expired: false });
    this.#byName.set(name, { ...account, access_tokens: [...account.access_tokens, token] });
    return token;
  }

  expireToken(token: string): void {
    const held = this.#tokens.get(token);
    if (!held) throw new AdministrationError(404, "no account has this token");
    held.expired = true;
  }

  /** Whose token it is, and whether it still opens anything. */
  authenticate(token: string): { account: Account; valid: boolean } | undefined {
    const held = this.#tokens.get(token);
    if (!held) return undefined;
    const account = this.get(held.account);
    return { account, valid: !(held.expired || account.expired || account.revoked) };
  }
}

function defined<T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
