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

/** On whose behalf an integration is put in place or changed. */
export interface Ownership {
  /** The owner's name. Default: the present owner; for a new integration the first account. */
  account?: string | undefined;
}

/** Which integrations are put in place at once. */
export interface Seeding extends Ownership {
  /** The external ids are this and a number from 1. Default "seed-". */
  prefix?: string | undefined;
  /** The fields of the integration of a number. Default: none set. */
  fields?: ((number: number) => IntegrationFields) | undefined;
}

/**
 * What Pinterest's API cannot do. The methods act on the emulator directly: they need no token, appear neither in
 * the log nor in the counters, and what they change is seen at once, whatever `readLag` says.
 *
 * Data (integrations, accounts, log entries) have the names of the wire; options and switches those of TypeScript.
 * Each method throws an Error that names what is not there, or a ZodError for a value of the wrong shape.
 */
export class Administration {
  readonly #runtime: Runtime;

  /** @internal */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Back to how it was started: no integration, no logs, the first accounts, no fault, no listener, counters at zero. */
  reset(): void {
    this.#runtime.reset();
  }

  /** All integrations, the oldest first, or those of one account. */
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

  /** Puts an integration in place. One of this id that is there keeps its number, and just these fields are set. */
  put(externalId: string, fields: IntegrationFields = {}, { account }: Ownership = {}): Integration {
    const { store } = this.#state;
    const checked = integrationFieldsSchema.parse(fields);
    externalIdSchema.parse(externalId);
    if (store.current(externalId))
      return this.change(externalId, { ...UNSET_FIELDS, ...checked }, { account });
    return store.insert(this.#state.account(account).connected_user_id, externalId, checked);
  }

  /** Puts many integrations in place. */
  seed(count: number, { prefix = "seed-", fields = () => ({}), account }: Seeding = {}): Integration[] {
    return Array.from({ length: count }, (_, index) =>
      this.put(`${prefix}${index + 1}`, fields(index + 1), { account }),
    );
  }

  /** Changes an integration behind the program's back: null unsets a field, absent ones stay. */
  change(externalId: string, fields: IntegrationFields, { account }: Ownership = {}): Integration {
    const { store } = this.#state;
    const checked = integrationFieldsSchema.parse(fields);
    const present = this.#existing(externalId);
    const owned =
      account === undefined ? present : store.give(present, this.account(account).connected_user_id);
    return store.change(owned, checked);
  }

  /** Removes an integration behind the program's back. */
  remove(externalId: string): void {
    this.#existing(externalId);
    this.#state.store.delete(externalId);
  }

  /** The logs that were reported and taken, the oldest first: those of one account, or all. */
  logs(account?: string): IntegrationLog[] {
    return this.#state.logs.all(account === undefined ? undefined : this.account(account).name);
  }

  /** Forgets the logs that were taken. */
  clearLogs(): void {
    this.#state.logs.clear();
  }

  /** All accounts, in the order in which they were added. */
  accounts(): Account[] {
    return this.#state.accounts.all();
  }

  /** The account of this name; the first one when no name is given. */
  account(name?: string): Account {
    return this.#state.account(name);
  }

  /** Adds an account with one token. Default name: shop- and its number. */
  addAccount({ name, ...settings }: AccountSettings & { name?: string | undefined } = {}): Account {
    return this.#state.accounts.add(name, settings);
  }

  /** Changes an account: its scopes, its standing, its Pinterest user. */
  setAccount(name: string, settings: AccountSettings): Account {
    return this.#state.accounts.change(name, settings);
  }

  /** The latest access token of an account; of the first one when no name is given. */
  token(account?: string): string {
    return this.account(account).access_tokens.at(-1) as string;
  }

  /** Gives an account a further access token; the older ones stay good. */
  issueToken(account?: string, settings?: TokenSettings): string {
    return this.#state.accounts.issueToken(this.account(account).name, settings);
  }

  /** The latest refresh token of an account; of the first one when no name is given. */
  refreshToken(account?: string): string {
    return this.account(account).refresh_token;
  }

  /** Gives an account a further refresh token, as if its user had consented again; the older ones stay good. */
  issueRefreshToken(account?: string): string {
    return this.#state.accounts.issueRefreshToken(this.account(account).name);
  }

  /** Ends one token, access or refresh, and no other of its account. */
  expireToken(token: string): void {
    this.#state.accounts.expireToken(token);
  }

  /** Ends every access token that an account has by now; its refresh tokens stay good. */
  expireTokens(account?: string): void {
    this.#state.accounts.expireTokens(this.account(account).name);
  }

  /** The switches as they stand. */
  switches(): Switches {
    return { ...this.#state.switches };
  }

  /** Changes some switches. Those that `generation` sets and nobody else has set follow it. */
  setSwitches(switches: Partial<Switches>): Switches {
    this.#state.setSwitches(switches);
    return this.switches();
  }

  /** Makes coming requests fail. Where several faults match, the one that was armed first fires. */
  armFault(fault: Fault): ArmedFault {
    return this.#state.faults.arm(fault);
  }

  /** The faults, those included that are used up. */
  faults(): ArmedFault[] {
    return this.#state.faults.all();
  }

  /** Removes one fault, or all when no number is given. */
  disarmFaults(number?: number): void {
    if (number === undefined) this.#state.faults.clear();
    else this.#state.faults.disarm(number);
  }

  /** How many requests slow faults keep waiting at the moment, or one of them. */
  held(number?: number): number {
    return this.#state.holds.count(number);
  }

  /** Lets the requests go on that slow faults keep waiting, or one of them; later ones wait again. */
  release(number?: number): void {
    this.#state.holds.release(number);
  }

  /** How many requests there were. */
  counters(): Counters {
    return this.#state.journal.counters();
  }

  /** The latest requests, the oldest first. They hold what was sent, tokens included. */
  requests(): RequestEntry[] {
    return this.#state.journal.entries().map((entry) => ({ ...entry }));
  }

  /** Empties the log and sets the counters to zero. */
  clearRequests(): void {
    this.#state.journal.clear();
  }

  /**
   * Calls a listener when a request has come and before it takes effect.
   * @returns how to stop that
   */
  onRequest(listener: Listener): () => void {
    return this.#runtime.hooks.onRequest(listener);
  }

  /**
   * Calls a listener when a request has taken effect and before its answer goes out.
   * @returns how to stop that
   */
  onAnswer(listener: Listener): () => void {
    return this.#runtime.hooks.onAnswer(listener);
  }

  get #state() {
    return this.#runtime.state;
  }

  #existing(externalId: string): Integration {
    const integration = this.integration(externalId);
    if (!integration) throw new AdministrationError(404, `there is no integration '${externalId}'`);
    return integration;
  }
}
