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
 * @param name what messages call the URL.
 * @throws Error if it is not an absolute URL, has credentials, a query or a fragment, or is not https (http is allowed for localhost,
 *   127.0.0.0/8 and [::1]). The message does not contain the URL.
 */
export function parseApiUrl(apiUrl: string, name = "apiUrl"): ApiAddress {
  // The message of the URL parser contains the text, and so credentials.
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
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(apiUrl)) {
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

/** By the proxy that they use; undefined for none. */
const dispatchers = new Map<string | undefined, Dispatcher>();

/** The dispatcher of the process for an address, whose connections all clients share. @throws Error like {@link routeTo}. */
export function sharedDispatcher(address: ApiAddress): Dispatcher {
  const { uri } = routeTo(address);
  const dispatcher = dispatchers.get(uri) ?? newDispatcher(uri);
  dispatchers.set(uri, dispatcher);
  return dispatcher;
}

function newDispatcher(uri: string | undefined): Dispatcher {
  const { Agent, Pool, ProxyAgent } = loadUndici();
  if (uri === undefined) return new Agent(agentOptions);
  return new ProxyAgent({
    ...agentOptions,
    uri,
    // Without this limit, a proxy that never answers CONNECT keeps the process running for five minutes.
    clientFactory: (origin: URL, options: object) =>
      new Pool(origin, { ...options, headersTimeout: connectTimeoutMs }),
  });
}

/** Loads undici at the first request, so that importing the package stays fast. */
export function loadUndici(): typeof import("undici") {
  return require("undici");
}

/** How requests leave this machine. */
export interface Route {
  /** The variable that names a proxy. Missing if there is none, or if the address is on this machine. */
  readonly variable?: "HTTPS_PROXY" | "HTTP_PROXY";
  /** The proxy, which can contain a user name and password. Missing if requests use none, for example because NO_PROXY excludes the address. */
  readonly uri?: string;
}

/**
 * The route to an address, by the proxy in HTTPS_PROXY, otherwise HTTP_PROXY, and by NO_PROXY, in upper or lower case. Accepts "host:port" as
 * a proxy, like curl. No proxy is used for this machine.
 *
 * @throws Error for a proxy that is not a URL, without the value.
 */
export function routeTo(
  { origin, loopback }: ApiAddress,
  environment: NodeJS.ProcessEnv = process.env,
): Route {
  const proxies = (["HTTPS_PROXY", "HTTP_PROXY"] as const).map((variable) => ({
    variable,
    value: (environment[variable.toLowerCase()] ?? environment[variable] ?? "").trim(),
  }));
  const proxy = proxies.find(({ value }) => value !== "");
  if (loopback || proxy === undefined) return {};
  const { variable, value } = proxy;
  const uri = value.includes("://") ? value : `http://${value}`;
  if (!URL.canParse(uri)) throw new Error(`${variable} is not a URL such as http://proxy.example:3128`);
  const noProxy = environment.no_proxy ?? environment.NO_PROXY ?? "";
  return isExcluded(new URL(origin), noProxy) ? { variable } : { variable, uri };
}

/**
 * Whether NO_PROXY excludes a URL, as [undici](https://github.com/nodejs/undici/blob/main/lib/dispatcher/env-http-proxy-agent.js) reads it: names
 * with their subdomains, `*.` for subdomains only, `*` for all hosts, each with or without a port.
 */
function isExcluded(url: URL, noProxy: string): boolean {
  const host = url.hostname
    .replace(/^\[(.+)\]$/, "$1")
    .replace(/(.)\.$/, "$1")
    .toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy
    .split(/[,\s]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      const [, bracketed, plain, only] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
      const pattern = (bracketed ?? plain ?? entry).toLowerCase();
      if (only !== undefined && only !== port) return false;
      if (pattern === "*") return true;
      const name = pattern.replace(/^\*?\./, "").replace(/(.)\.$/, "$1");
      return (!pattern.startsWith("*") && host === name) || host.endsWith(`.${name}`);
    });
}
