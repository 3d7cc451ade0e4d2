import {
  isOfKind,
  isRateLimited,
  missingPermission,
  PinterestError,
  type ResponseEvent,
} from "../../provider/api";
import { formatDuration } from "../../provider/api/clock";
import { CredentialsError, type ExpiryEvent, expiryNotice } from "../../provider/api/credentials";
import type { ExchangeEvent } from "../../provider/api/credentials/refresh-token";
import { safetyNet } from "../../provider/api/rate-limits";
import type { RateLimit } from "../../provider/api/response-headers";
import {
  type AccountSource,
  type Clients,
  type Configuration,
  type ConfigurationKey,
  type ConfiguredValue,
  environmentVariable,
  fullKey,
  knownExpiry,
  sourceOf,
} from "../../provider/config";
import { figure } from "../text/words";
import { type Check, failure, failureOf, ok, warning } from "./check";
import { setCommand } from "./configuration";

/** The last events of an account's client. */
export interface AccountEvents {
  readonly response?: ResponseEvent;
  readonly exchange?: ExchangeEvent;
  readonly expiry?: ExpiryEvent;
}

/** What the checks of all accounts share. */
export interface AccountContext {
  readonly configuration: Configuration;
  readonly values: ReadonlyMap<ConfigurationKey, ConfiguredValue>;
  /** Undefined if no request can be sent. */
  readonly clients: Pick<Clients, "client"> | undefined;
  readonly eventsOf: (account: string | undefined) => AccountEvents;
  readonly now: () => number;
  /** Options of printed commands that select the stack. */
  readonly onStack: string;
}

/** Checks an account's configuration, and lists one of its integrations. */
export async function checkAccount(account: string | undefined, context: AccountContext): Promise<Check[]> {
  const { configuration, clients, eventsOf } = context;
  let source: AccountSource;
  try {
    source = sourceOf(configuration, account);
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return [failureOf("account-token", error)];
  }
  const error = clients && (await listOne(clients, account, timeLimit(source, configuration)));
  const failures = error === undefined ? [] : [requestFailure(error, account, source, context)];
  // After the request, because an exchange can change the expiry.
  const expiry = checkExpiry(account, source, context);
  if (isOfKind(error, "credentials")) return [...failures, expiry];
  const token = checkToken(account, source, context);
  if (clients === undefined || error !== undefined) return [token, ...failures, expiry];
  const { exchange, response } = eventsOf(account);
  return [
    token,
    ok("account-access", "Pinterest accepts the token"),
    checkScopes(exchange?.scopes),
    ok("account-beta", "the app is part of the integrations beta"),
    expiry,
    checkLimits(response?.rate),
  ];
}

/** An account command has its own time limit in addition. */
function timeLimit(source: AccountSource, configuration: Configuration): number {
  const { operationTimeoutMs, accountCommandTimeoutMs } = configuration;
  return operationTimeoutMs + ("command" in source ? accountCommandTimeoutMs : 0);
}

/** Returns the error of the request; undefined on success. */
async function listOne(
  clients: Pick<Clients, "client">,
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

function requestFailure(
  error: PinterestError,
  account: string | undefined,
  source: AccountSource,
  context: AccountContext,
): Check {
  if (isOfKind(error, "credentials")) return failureOf("account-token", error);
  if ("accessToken" in source && error.status === 401 && error.code === 2) {
    const check = failureOf("account-access", error);
    return { ...check, remedy: `${check.remedy} Set it with ${setTokenCommand(account, context)}.` };
  }
  const permission = missingPermission(error);
  if (permission !== undefined)
    return failureOf(permission === "scope" ? "account-scopes" : "account-beta", error);
  return failureOf(isRateLimited(error) ? "account-limits" : "account-access", error);
}

/** The command that sets an access token of the configuration, as code. */
function setTokenCommand(account: string | undefined, { values, onStack }: AccountContext): string {
  return setCommand(account === undefined ? "accessToken" : "accounts", values, onStack);
}

function checkToken(
  account: string | undefined,
  source: AccountSource,
  { configuration: { tokenFile }, values, eventsOf }: AccountContext,
): Check {
  const place = (key: ConfigurationKey) =>
    values.get(key)?.from === "environment" ? environmentVariable(key) : fullKey(key);
  if ("command" in source) return ok("account-token", `an access token from ${place("accountCommand")}`);
  const isRefresh = "refreshToken" in source;
  const where = place(account !== undefined ? "accounts" : isRefresh ? "refreshToken" : "accessToken");
  if (!isRefresh) return ok("account-token", `an access token in ${where}`);
  const { exchange } = eventsOf(account);
  if (exchange === undefined) {
    const saved = tokenFile === undefined ? "" : "; the token file has its access token";
    return ok("account-token", `a refresh token in ${where}${saved}`);
  }
  const found = `a refresh token in ${where}, which was exchanged for an access token, as an update does`;
  return exchange.renewed && tokenFile === undefined
    ? warning(
        "account-token",
        `${found}; Pinterest issued a new refresh token, which is not saved`,
        "Set pinterest:tokenFile (PINTEREST_TOKEN_FILE) to a file for new tokens, before the configured one expires.",
      )
    : ok("account-token", found);
}

const writeScope = "ads:write";

/** The scopes of an access token are unknown. Only the exchange of a refresh token reports them. */
export const unverifiedScopes = `ads:read; doctor cannot verify ${writeScope}`;

function checkScopes(scopes: readonly string[] | undefined): Check {
  if (scopes === undefined) return ok("account-scopes", unverifiedScopes);
  return scopes.includes(writeScope)
    ? ok("account-scopes", scopes.join(", "))
    : warning(
        "account-scopes",
        `${scopes.join(", ")}, without ${writeScope}`,
        "The token can only read. Let the account's owner authorize the app with ads:write, and set the new token.",
      );
}

function checkExpiry(account: string | undefined, source: AccountSource, context: AccountContext): Check {
  const { configuration, eventsOf, now } = context;
  const expiry = eventsOf(account).expiry ?? knownExpiry(configuration, account);
  if (expiry === undefined) {
    const token = "refreshToken" in source ? "refresh token" : "access token";
    return ok("account-expiry", `the expiry of the ${token} is unknown`);
  }
  const { token, expiresAt } = expiry;
  const notice = expiryNotice(expiresAt, now());
  if (notice === undefined) {
    return ok("account-expiry", `the ${token} expires on ${new Date(expiresAt).toISOString().slice(0, 10)}`);
  }
  const remedy =
    token === "refresh token"
      ? "Renew it before it expires. Otherwise, the merchant must connect to the app again."
      : `Create a new one, and set it${"command" in source ? "" : ` with ${setTokenCommand(account, context)}`}.`;
  return (expiresAt <= now() ? failure : warning)("account-expiry", `the ${token} ${notice}`, remedy);
}

const dayMs = 86_400_000;

/** Reports the app's kind of access and its remaining requests, from the headers of a response. */
function checkLimits(rate: ResponseEvent["rate"] | undefined): Check {
  const { limits = [], nearest } = rate ?? {};
  if (limits.length === 0) return ok("account-limits", "Pinterest's answer contains no rate limits");
  const left =
    nearest === undefined
      ? ""
      : `; ${figure(nearest.remaining)} of ${figure(nearest.limit.quota)} are left for ${formatDuration(nearest.resetMs)}`;
  const found = `${limits.map(limitInWords).join(", ")}${left}`;
  return limits.some(({ widthMs }) => widthMs >= dayMs)
    ? warning(
        "account-limits",
        `Trial access: ${found}`,
        "All accounts of the app share the daily limit. To get a higher one, ask Pinterest for Standard access.",
      )
    : ok("account-limits", `Standard access: ${found}`);
}

const periods = new Map([
  [1000, "a second"],
  [60_000, "a minute"],
  [3_600_000, "an hour"],
  [dayMs, "a day"],
]);

function limitInWords({ name, quota, widthMs }: RateLimit): string {
  const requests = name === "" || name === safetyNet ? "requests" : `requests of ${name}`;
  return `${figure(quota)} ${requests} ${periods.get(widthMs) ?? `in ${formatDuration(widthMs)}`}`;
}
