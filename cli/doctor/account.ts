import {
  isRateLimited,
  missingPermission,
  PinterestCredentialsError,
  PinterestError,
  type ResponseEvent,
} from "../../provider/api";
import { CredentialsError } from "../../provider/api/credentials";
import type { ExpiryEvent } from "../../provider/api/credentials/notices";
import { expiryNotice } from "../../provider/api/credentials/notices";
import type { ExchangeEvent } from "../../provider/api/credentials/refresh-token";
import {
  type AccountSource,
  type Clients,
  type Configuration,
  type ConfigurationKey,
  type ConfiguredValue,
  environmentVariable,
  fullKey,
  KnownExpiries,
  sourceOf,
} from "../../provider/config";
import { type Check, type CheckId, failure, failureOf, ok, warning } from "./check";
import { checkLimits } from "./limits";

/** What the checks of all accounts share, and the events of each. */
export interface AccountSurroundings {
  readonly configuration: Configuration;
  readonly values: ReadonlyMap<ConfigurationKey, ConfiguredValue>;
  /** Undefined if no request can be sent. */
  readonly clients: Clients | undefined;
  readonly answers: ReadonlyMap<string | undefined, ResponseEvent>;
  readonly exchanges: ReadonlyMap<string | undefined, ExchangeEvent>;
  readonly expiries: ReadonlyMap<string | undefined, ExpiryEvent>;
  readonly now: () => number;
}

/** Checks an account's configuration, and lists one of its integrations. */
export async function examineAccount(
  account: string | undefined,
  surroundings: AccountSurroundings,
): Promise<Check[]> {
  let source: AccountSource;
  try {
    source = sourceOf(surroundings.configuration, account);
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return [failureOf("account-token", error)];
  }
  const { clients, answers, configuration } = surroundings;
  const error =
    clients === undefined ? undefined : await asked(clients, account, timeFor(source, configuration));
  const findings = error === undefined ? [] : [requestFailure(error)];
  const expiry = checkExpiry(account, source, surroundings);
  if (error instanceof PinterestCredentialsError) return [...findings, ...expiry];
  const token = checkToken(account, source, surroundings);
  if (clients === undefined || error !== undefined) return [token, ...findings, ...expiry];
  return [
    token,
    ok("account-access", "Pinterest accepts the token"),
    checkScopes(surroundings.exchanges.get(account)),
    ok("account-beta", "the app is part of the integrations beta"),
    ...expiry,
    checkLimits(answers.get(account)),
  ];
}

/** An account command has its own time limit in addition. */
function timeFor(source: AccountSource, configuration: Configuration): number {
  const { operationTimeoutMs, accountCommandTimeoutMs } = configuration;
  return operationTimeoutMs + ("command" in source ? accountCommandTimeoutMs : 0);
}

async function asked(
  clients: Clients,
  account: string | undefined,
  operationTimeoutMs: number,
): Promise<PinterestError | undefined> {
  try {
    await clients.client(account).listIntegrations({ pageSize: 1 }, { operationTimeoutMs });
    return undefined;
  } catch (error) {
    if (error instanceof PinterestError) return error;
    throw error;
  }
}

const rightChecks = { scope: "account-scopes", beta: "account-beta" } as const;

function requestFailure(error: PinterestError): Check {
  if (error instanceof PinterestCredentialsError) return failureOf("account-token", error);
  const right = missingPermission(error);
  const id: CheckId =
    right !== undefined ? rightChecks[right] : isRateLimited(error) ? "account-limits" : "account-access";
  return failureOf(id, error);
}

function checkToken(
  account: string | undefined,
  source: AccountSource,
  { configuration, values, exchanges }: AccountSurroundings,
): Check {
  if ("command" in source) {
    return ok("account-token", `an access token from ${placeOf("accountCommand", values)}`);
  }
  const isRefresh = "refreshToken" in source;
  const key = account !== undefined ? "accounts" : isRefresh ? "refreshToken" : "accessToken";
  const place = placeOf(key, values);
  if (!isRefresh) return ok("account-token", `an access token in ${place}`);
  const exchange = exchanges.get(account);
  if (exchange === undefined) {
    const kept = configuration.tokenFile === undefined ? "" : "; the token file has its access token";
    return ok("account-token", `a refresh token in ${place}${kept}`);
  }
  const found = `a refresh token in ${place}, which was exchanged for an access token, as an update does`;
  return exchange.renewed && configuration.tokenFile === undefined
    ? warning(
        "account-token",
        `${found}; Pinterest issued a new refresh token, which is not saved`,
        "Set pinterest:tokenFile (PINTEREST_TOKEN_FILE) to a file for new tokens, before the configured one expires.",
      )
    : ok("account-token", found);
}

function placeOf(key: ConfigurationKey, values: AccountSurroundings["values"]): string {
  return values.get(key)?.from === "environment" ? environmentVariable(key) : fullKey(key);
}

const writing = "ads:write";

/** The scopes of an access token are unknown. Only the exchange of a refresh token reports them. */
export const unverifiedScopes = `ads:read; doctor cannot verify ${writing}`;

function checkScopes(exchange: ExchangeEvent | undefined): Check {
  const scopes = exchange?.scopes;
  if (scopes === undefined) {
    return ok("account-scopes", unverifiedScopes);
  }
  return scopes.includes(writing)
    ? ok("account-scopes", scopes.join(", "))
    : warning(
        "account-scopes",
        `${scopes.join(", ")}, without ${writing}`,
        "The token can only read. Let the account's owner authorize the app with ads:write, and set the new token.",
      );
}

/** After the request, because an exchange can change the expiry. */
function checkExpiry(
  account: string | undefined,
  source: AccountSource,
  { configuration, expiries, now }: AccountSurroundings,
): Check[] {
  const expiry = expiries.get(account) ?? new KnownExpiries(configuration).of(account);
  if (expiry === undefined) {
    const whose = "refreshToken" in source ? "refresh token" : "access token";
    return [ok("account-expiry", `the expiry of the ${whose} is unknown`)];
  }
  const notice = expiryNotice(expiry.expiresAt, now());
  if (notice === undefined) {
    const day = new Date(expiry.expiresAt).toISOString().slice(0, 10);
    return [ok("account-expiry", `the ${expiry.token} expires on ${day}`)];
  }
  const make = expiry.expiresAt <= now() ? failure : warning;
  const remedy =
    expiry.token === "refresh token"
      ? "Renew it before it expires. Otherwise, the merchant must connect to the app again."
      : "Create a new one, and set it.";
  return [make("account-expiry", `the ${expiry.token} ${notice}`, remedy)];
}
