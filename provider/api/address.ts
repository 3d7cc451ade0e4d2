import type { Agent, Dispatcher } from "undici";

/** The parts of the API's URL. */
export interface ApiAddress {
  readonly origin: string;
  /** Host, and port if it is not the scheme's default. */
  readonly host: string;
  /** The beginning of every operation's path, without a trailing slash. */
  readonly basePath: string;
  /** Whether the host is this machine. It may be accessed without TLS, and never through a proxy. */
  readonly loopback: boolean;
}

const example = "such as https://api.pinterest.com/v5";

/**
 * Checks and parses the API's URL. Ignores a trailing slash.
 *
 * @param name the name of the URL in messages.
 * @throws Error if it is not an absolute URL, has credentials, a query or a fragment, or is not https (http is allowed for localhost,
 *   127.0.0.0/8 and [::1]). The message does not contain the URL.
 */
export function parseApiUrl(apiUrl: string, name = "apiUrl"): ApiAddress {
  // The message of the URL parser contains the URL, and with it credentials.
  if (!URL.canParse(apiUrl)) throw new Error(`${name} must be an absolute URL ${example}`);
  const url = new URL(apiUrl);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new Error(`${name} must be an https URL ${example}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new Error(
      `${name} must not contain a user name or password: the access token is an option of its own`,
    );
  }
  if (/[?#]/.test(apiUrl)) {
    throw new Error(`${name} must end with a path, without a query or fragment, ${example}`);
  }
  // The URL parser has converted every form of an IPv4 address to four decimal numbers.
  const loopback = /^(localhost|\[::1\]|127(\.\d+){3})$/.test(url.hostname);
  if (url.protocol === "http:" && !loopback) {
    throw new Error(
      `${name} must use https, since it carries an access token: plain http is for this machine only (localhost, 127.0.0.0/8, [::1]), not for ${url.host}`,
    );
  }
  return { origin: url.origin, host: url.host, basePath: url.pathname.replace(/\/+$/, ""), loopback };
}

const connectTimeoutMs = 10_000;

const agentOptions: Agent.Options = {
  // Per origin, shared by all clients. Pinterest allows 100 requests a second per user, and a response takes well under a second.
  connections: 64,
  // With one request at a time on a connection, a request that was not written to it was certainly not sent.
  allowH2: false,
  pipelining: 1,
  connectTimeout: connectTimeoutMs,
  // Each request has a time limit of its own.
  headersTimeout: 0,
  bodyTimeout: 0,
};

/** By the URL of the proxy that they use ("" for none), and the hosts without it. */
const dispatchers = new Map<string, Dispatcher>();

/** The dispatcher of the process for an address, whose connections all clients share. @throws Error like {@link proxyFor}. */
export function sharedDispatcher(address: ApiAddress, variables: ProxyVariables): Dispatcher {
  const uri = proxyFor(address, variables)?.uri ?? "";
  const noProxy = noProxyIn(variables);
  const key = JSON.stringify([uri, noProxy]);
  const existing = dispatchers.get(key);
  if (existing !== undefined) return existing;
  const { EnvHttpProxyAgent, Pool } = loadUndici();
  const dispatcher = new EnvHttpProxyAgent({
    ...agentOptions,
    httpProxy: uri,
    httpsProxy: uri,
    noProxy,
    // Without this limit, a proxy that never responds to CONNECT keeps the process running for five minutes.
    clientFactory: (origin: URL, options: object) =>
      new Pool(origin, { ...options, headersTimeout: connectTimeoutMs }),
  });
  dispatchers.set(key, dispatcher);
  return dispatcher;
}

/** Loads undici at the first request, so that importing the package stays fast. */
export function loadUndici(): typeof import("undici") {
  return require("undici");
}

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in lower or upper case. Other variables are ignored. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

/** The hosts that NO_PROXY excludes, in its format; "" for none. */
export function noProxyIn(variables: ProxyVariables): string {
  return variables.no_proxy ?? variables.NO_PROXY ?? "";
}

/**
 * The proxy for an address, if NO_PROXY does not exclude it: the one in HTTPS_PROXY, otherwise HTTP_PROXY, in lower or upper case. Accepts
 * "host:port", like curl. Undefined for this machine, or without these variables. The URL can contain a user name and password.
 *
 * @throws Error for a proxy that is not a URL, without the value.
 */
export function proxyFor(
  { loopback }: ApiAddress,
  variables: ProxyVariables,
): { readonly variable: string; readonly uri: string } | undefined {
  const proxies = ["HTTPS_PROXY", "HTTP_PROXY"].map((variable) => ({
    variable,
    value: (variables[variable.toLowerCase()] ?? variables[variable] ?? "").trim(),
  }));
  const proxy = proxies.find(({ value }) => value !== "");
  if (loopback || proxy === undefined) return undefined;
  const { variable, value } = proxy;
  const uri = value.includes("://") ? value : `http://${value}`;
  if (!URL.canParse(uri)) throw new Error(`${variable} is not a URL such as http://proxy.example:3128`);
  return { variable, uri };
}
