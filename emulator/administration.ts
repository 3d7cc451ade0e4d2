import { z } from "zod";
import type { Account, AccountSettings, TokenSettings } from "./account";
import { AdministrationError } from "./administration-error";
import type { ArmedFault, Fault } from "./faults";
import { type Integration, type IntegrationFields, integrationFieldsSchema, UNSET_FIELDS } from "./fields";
import type { Listener } from "./hooks";
import type { Counters, RequestEntry } from "./journal";
import type { IntegrationLog } from "./log-schema";
import type { Runtime } from "./state";
import type { Switches } from "./switches";

const externalIdSchema = z.string().min(1);

/** The owner of an integration. */
export interface Ownership {
  /** Name of the account. Default: the current owner; for a new integration, the first account. */
  account?: string | undefined;
}

/** The integrations to create. */
export interface Seeding extends Ownership {
  /** Prefix of the external business IDs, before a number from 1. Default: "seed-". */
  prefix?: string | undefined;
  /** Fields of the integration with a number. Default: none. */
  fields?: ((number: number) => IntegrationFields) | undefined;
}

/**
 * Actions that Pinterest's API does not offer. They act on the emulator directly: they need no token, appear neither in the log nor in the
 * counters, and are visible at once, regardless of `readLag` and `readLagMs`.
 *
 * Data (integrations, accounts, log entries) has the names of Pinterest's API, options and switches those of TypeScript. Each method throws
 * an Error that names what does not exist, or a ZodError for a value of the wrong form.
 */
export class Administration {
  readonly #runtime: Runtime;

  /** @internal */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Resets the emulator to its start: no integrations, logs, faults and listeners, the first accounts, and counters at zero. */
  reset(): void {
    this.#runtime.reset();
  }

  /** All integrations or those of one account, the oldest first. */
  integrations(account?: string): Integration[] {
    const { store } = this.#state;
    if (account === undefined) return store.all();
    const owner = this.account(account).connected_user_id;
    return store.all().filter((integration) => integration.connected_user_id === owner);
  }

  /** One integration, or undefined. */
  integration(externalId: string): Integration | undefined {
    return this.#state.store.current(externalId);
  }

  /** Creates an integration. If the ID exists, the integration keeps its integration ID, and has only the given fields afterwards. */
  put(externalId: string, fields: IntegrationFields = {}, { account }: Ownership = {}): Integration {
    const { store } = this.#state;
    const checked = integrationFieldsSchema.parse(fields);
    externalIdSchema.parse(externalId);
    if (store.current(externalId))
      return this.change(externalId, { ...UNSET_FIELDS, ...checked }, { account });
    return store.insert(this.#state.account(account).connected_user_id, externalId, checked);
  }

  /** Creates several integrations. */
  seed(count: number, { prefix = "seed-", fields = () => ({}), account }: Seeding = {}): Integration[] {
    return Array.from({ length: count }, (_, index) =>
      this.put(`${prefix}${index + 1}`, fields(index + 1), { account }),
    );
  }

  /** Changes an integration, as somebody else would. null unsets a field, and omitted fields stay. */
  change(externalId: string, fields: IntegrationFields, { account }: Ownership = {}): Integration {
    const { store } = this.#state;
    const checked = integrationFieldsSchema.parse(fields);
    const present = this.#existing(externalId);
    const owned =
      account === undefined ? present : store.give(present, this.account(account).connected_user_id);
    return store.change(owned, checked);
  }

  /** Deletes an integration, as somebody else would. */
  remove(externalId: string): void {
    this.#existing(externalId);
    this.#state.store.delete(externalId);
  }

  /** The accepted log entries of one account or of all, the oldest first. */
  logs(account?: string): IntegrationLog[] {
    return this.#state.logs.all(account === undefined ? undefined : this.account(account).name);
  }

  /** Deletes the log entries. */
  clearLogs(): void {
    this.#state.logs.clear();
  }

  /** All accounts, in the order in which they were added. */
  accounts(): Account[] {
    return this.#state.accounts.all();
  }

  /** The account with this name. Default: the first one. */
  account(name?: string): Account {
    return this.#state.account(name);
  }

  /** Adds an account with one token. Default name: shop- and its number. */
  addAccount({ name, ...settings }: AccountSettings & { name?: string | undefined } = {}): Account {
    return this.#state.accounts.add(name, settings);
  }

  /** Changes the settings of an account. */
  setAccount(name: string, settings: AccountSettings): Account {
    return this.#state.accounts.change(name, settings);
  }

  /** The latest access token of an account. Default: the first account. */
  token(account?: string): string {
    return this.account(account).access_tokens.at(-1) as string;
  }

  /** Adds an access token to an account. Earlier ones stay valid. */
  issueToken(account?: string, settings?: TokenSettings): string {
    return this.#state.accounts.issueToken(this.account(account).name, settings);
  }

  /** The latest refresh token of an account. Default: the first account. */
  refreshToken(account?: string): string {
    return this.account(account).refresh_token;
  }

  /** Adds a refresh token to an account, as if its user had authorized the app again. Earlier ones stay valid. */
  issueRefreshToken(account?: string): string {
    return this.#state.accounts.issueRefreshToken(this.account(account).name);
  }

  /** Revokes one access or refresh token. */
  expireToken(token: string): void {
    this.#state.accounts.expireToken(token);
  }

  /** Revokes all access tokens of an account. Its refresh tokens stay valid. */
  expireTokens(account?: string): void {
    this.#state.accounts.expireTokens(this.account(account).name);
  }

  /** The current switches. */
  switches(): Switches {
    return { ...this.#state.switches };
  }

  /** Changes switches. Those that depend on `generation` follow it, unless they were set. */
  setSwitches(switches: Partial<Switches>): Switches {
    this.#state.setSwitches(switches);
    return this.switches();
  }

  /** Arms a fault, which makes later requests fail. If several faults match, the first armed one fires. */
  armFault(fault: Fault): ArmedFault {
    return this.#state.faults.arm(fault);
  }

  /** All faults, including used ones. */
  faults(): ArmedFault[] {
    return this.#state.faults.all();
  }

  /** Removes one fault. Default: all. */
  disarmFaults(number?: number): void {
    if (number === undefined) this.#state.faults.clear();
    else this.#state.faults.disarm(number);
  }

  /** Number of requests that one slow fault currently delays. Default: all slow faults. */
  held(number?: number): number {
    return this.#state.holds.count(number);
  }

  /** Releases the requests that one slow fault delays. Default: all slow faults. Later requests are delayed again. */
  release(number?: number): void {
    this.#state.holds.release(number);
  }

  /** The numbers of requests and answers. */
  counters(): Counters {
    return this.#state.journal.counters();
  }

  /** The latest requests, the oldest first. They contain what was sent, including tokens. */
  requests(): RequestEntry[] {
    return this.#state.journal.entries().map((entry) => ({ ...entry }));
  }

  /** Clears the log of requests, and resets the counters. */
  clearRequests(): void {
    this.#state.journal.clear();
  }

  /**
   * Calls a listener before a request takes effect.
   *
   * @returns a function that removes the listener.
   */
  onRequest(listener: Listener): () => void {
    return this.#runtime.hooks.onRequest(listener);
  }

  /**
   * Calls a listener after a request took effect and before its answer is sent.
   *
   * @returns a function that removes the listener.
   */
  onAnswer(listener: Listener): () => void {
    return this.#runtime.hooks.onAnswer(listener);
  }

  get #state() {
    return this.#runtime.state;
  }

  #existing(externalId: string): Integration {
    const integration = this.integration(externalId);
    if (!integration) throw new AdministrationError(404, `the integration '${externalId}' does not exist`);
    return integration;
  }
}
