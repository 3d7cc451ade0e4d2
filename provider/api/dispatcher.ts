import type { Agent, Dispatcher } from "undici";
import type { ApiAddress } from "./address";
import { proxyUrl } from "./proxy";

/**
 * Connections per origin, shared by all clients of the process. Below the published 100 requests a second and user an answer takes
 * well under a second, so that more would only wait.
 */
const connectionsPerOrigin = 64;

const connectTimeoutMs = 10_000;

const agentOptions: Agent.Options = {
  connections: connectionsPerOrigin,
  // One request at a time on a connection: what was not yet written to it has surely not been sent.
  allowH2: false,
  pipelining: 1,
  connectTimeout: connectTimeoutMs,
  // Each call has a deadline of its own, which covers these.
  headersTimeout: 0,
  bodyTimeout: 0,
};

let direct: Dispatcher | undefined;
let throughProxy: Dispatcher | undefined;

/**
 * The process's dispatcher for an address: hundreds of clients, one for each account, share its connections. Outside this
 * machine it honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case. A further certificate authority is
 * named by NODE_EXTRA_CA_CERTS, which Node reads itself when the process starts.
 *
 * @throws Error for a proxy address that is no URL; the message does not repeat it.
 */
export function sharedDispatcher(address: ApiAddress): Dispatcher {
  if (address.loopback) {
    direct ??= new (loadUndici().Agent)(agentOptions);
    return direct;
  }
  throughProxy ??= dispatcherByEnvironment();
  return throughProxy;
}

function dispatcherByEnvironment(): Dispatcher {
  const undici = loadUndici();
  return new undici.EnvHttpProxyAgent({
    ...agentOptions,
    httpProxy: proxyUrl("HTTP_PROXY"),
    httpsProxy: proxyUrl("HTTPS_PROXY"),
    // Otherwise a proxy that never answers CONNECT would be waited for in vain, five minutes, after the call is over.
    clientFactory: (origin: URL, options: object) =>
      new undici.Pool(origin, { ...options, headersTimeout: connectTimeoutMs }),
  });
}

/** With the first request: who only imports this package does not wait for it. */
export function loadUndici(): typeof import("undici") {
  return require("undici");
}
