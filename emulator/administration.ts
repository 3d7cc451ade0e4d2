import { z } from "zod";
import type { Account, AccountSettings } from "./accounts";
import { AdministrationError } from "./administration-error";
import type { ArmedFault, Fault } from "./faults";
import { type Integration, type IntegrationFields, integrationFieldsSchema, unsetFields } from "./fields";
import type { IntegrationLog } from "./integration-logs";
import type { Counters, Listener, RequestEntry } from "./request-log";
import type { Runtime } from "./state";
import type { Switches } from "./switches";

const externalIdSchema = z.string().min(1);

/** Owner of an integration. */
export interface Ownership {
  /** Name of the account. @default the present owner; for a new integration, the first account */
  account?: string | undefined;
}

/** Options of `seed`. */
export interface Seeding extends Ownership {
  /** Prefix of the external business IDs. A number from 1 follows. @default "seed-" */
  prefix?: string | undefined;
  /** Returns the fields of an integration by its number. @default no fields */
  fields?: ((number: number) => IntegrationFields) | undefined;
}

/**
 * Administration of an emulator. The methods need no token, are not in the log of requests and its counters, and take effect immediately,
 * regardless of `readLag`. Integrations, accounts and log entries have the API's names. Without an `account` parameter, methods about tokens
 * use the first account.
 *
 * Each method throws an Error if something does not exist, or a ZodError for an invalid value.
 */
export class Administration {
  /** @internal */
  constructor(private readonly runtime: Runtime) {}

  private get state() {
    return this.runtime.state;
  }

  /** Restores the state after the start: no integrations, logs, faults and listeners, the first accounts, and counters at zero. */
  reset(): void {
    this.runtime.reset();
  }

  /** Returns the integrations of an account, or of all, the oldest first. */
  integrations(account?: string): Integration[] {
    const all = this.state.store.all();
    if (account === undefined) return all;
    const owner = this.account(account).connected_user_id;
    return all.filter((integration) => integration.connected_user_id === owner);
  }

  /** Returns an integration, or undefined. */
  integration(externalId: string): Integration | undefined {
    return this.state.store.current(externalId);
  }

  /** Creates an integration. If it exists, sets the given fields and clears all others. */
  put(externalId: string, fields: IntegrationFields = {}, { account }: Ownership = {}): Integration {
    const checked = integrationFieldsSchema.parse(fields);
    externalIdSchema.parse(externalId);
    if (this.integration(externalId)) {
      return this.change(externalId, { ...unsetFields, ...checked }, { account });
    }
    return this.state.store.insert(this.account(account).connected_user_id, externalId, checked);
  }

  /** Creates a number of integrations. */
  seed(count: number, { prefix = "seed-", fields = () => ({}), account }: Seeding = {}): Integration[] {
    return Array.from({ length: count }, (_, index) =>
      this.put(`${prefix}${index + 1}`, fields(index + 1), { account }),
    );
  }

  /** Changes fields of an integration, as another program would. `null` clears a field; omitted fields stay. */
  change(externalId: string, fields: IntegrationFields, { account }: Ownership = {}): Integration {
    const checked = integrationFieldsSchema.parse(fields);
    const present = this.existing(externalId);
    const owner = account === undefined ? present.connected_user_id : this.account(account).connected_user_id;
    return this.state.store.change(present, checked, { owner });
  }

  /** Deletes an integration, as another program would. */
  remove(externalId: string): void {
    this.existing(externalId);
    this.state.store.delete(externalId);
  }

  /** Returns the accepted entries of the integration log of an account, or of all, the oldest first. */
  logs(account?: string): IntegrationLog[] {
    const name = account === undefined ? undefined : this.account(account).name;
    return this.state.logs
      .filter((reported) => name === undefined || reported.account === name)
      .map(({ log }) => log);
  }

  /** Deletes the accepted entries of the integration log. */
  clearLogs(): void {
    this.state.logs.length = 0;
  }

  /** Returns all accounts, in the order in which they were added. */
  accounts(): Account[] {
    return this.state.accounts.all();
  }

  /** Returns an account. Without a name, returns the first. */
  account(name?: string): Account {
    return this.state.accounts.get(name);
  }

  /** Adds an account with an access token and a refresh token. Without a name, its name is `shop-` and a number. */
  addAccount({ name, ...settings }: AccountSettings & { name?: string | undefined } = {}): Account {
    return this.state.accounts.add(name, settings);
  }

  /** Changes properties of an account. */
  setAccount(name: string, settings: AccountSettings): Account {
    return this.state.accounts.change(name, settings);
  }

  /** Returns the latest access token of an account. */
  token(account?: string): string {
    return this.account(account).access_tokens.at(-1) as string;
  }

  /** Issues another access token. Earlier tokens stay valid. */
  issueToken(account?: string): string {
    return this.state.accounts.issueToken(this.account(account).name);
  }

  /** Returns the latest refresh token of an account. */
  refreshToken(account?: string): string {
    return this.account(account).refresh_token;
  }

  /** Issues another refresh token, as if the user authorized the app again. Earlier tokens stay valid. */
  issueRefreshToken(account?: string): string {
    return this.state.accounts.issueRefreshToken(this.account(account).name);
  }

  /** Expires an access token or refresh token. */
  expireToken(token: string): void {
    this.state.accounts.expireToken(token);
  }

  /** Expires all present access tokens of an account. Its refresh tokens stay valid. */
  expireTokens(account?: string): void {
    this.state.accounts.expireTokens(this.account(account).name);
  }

  /** Returns the switches. */
  switches(): Switches {
    return { ...this.state.switches };
  }

  /** Changes switches. A new `generation` changes the switches that follow it, unless they were set. */
  setSwitches(switches: Partial<Switches>): Switches {
    this.state.setSwitches(switches);
    return this.switches();
  }

  /** Arms a fault for coming requests. If several faults match a request, the first armed one fires. */
  armFault(fault: Fault): ArmedFault {
    return this.state.faults.arm(fault);
  }

  /** Returns the faults, also those that do not fire any more. */
  faults(): ArmedFault[] {
    return this.state.faults.all();
  }

  /** Removes a fault by its number, or all faults. */
  disarmFaults(number?: number): void {
    if (number === undefined) this.state.faults.clear();
    else this.state.faults.disarm(number);
  }

  /** Returns the number of requests that a `slow` fault, or all of them, delay now. */
  held(number?: number): number {
    return this.state.faults.held(number).length;
  }

  /** Continues the requests that a `slow` fault, or all of them, delay now. */
  release(number?: number): void {
    for (const request of this.state.faults.held(number)) request.release();
  }

  /** Returns the numbers of requests. */
  counters(): Counters {
    return this.state.requests.counters();
  }

  /** Returns the latest requests, the oldest first. They contain tokens. */
  requests(): RequestEntry[] {
    return this.state.requests.entries().map((entry) => ({ ...entry }));
  }

  /** Clears the log of requests and its counters. */
  clearRequests(): void {
    this.state.requests.clear();
  }

  /** Calls `listener` for each request before it takes effect. Returns a function that removes the listener. */
  onRequest(listener: Listener): () => void {
    return add(this.state.requests.requestListeners, listener);
  }

  /** Calls `listener` for each request before its response is sent. Returns a function that removes the listener. */
  onResponse(listener: Listener): () => void {
    return add(this.state.requests.responseListeners, listener);
  }

  private existing(externalId: string): Integration {
    const integration = this.integration(externalId);
    if (!integration) throw new AdministrationError(404, `the integration '${externalId}' does not exist`);
    return integration;
  }
}

function add(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
