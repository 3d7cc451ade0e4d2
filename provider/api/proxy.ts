import type { ApiAddress } from "./address";

/** The variables that name a proxy. */
export type ProxyVariable = "HTTP_PROXY" | "HTTPS_PROXY";

/** How requests to an address leave this machine. */
export type Route =
  /** No variable names a proxy, or the address is this machine's, which no proxy leads to. */
  | { readonly via: "direct" }
  /** A variable names a proxy, and NO_PROXY excepts the address. */
  | { readonly via: "direct"; readonly exceptedFrom: ProxyVariable }
  /** By host and port: user name and password are left out. */
  | { readonly via: "proxy"; readonly variable: ProxyVariable; readonly proxy: string };

/**
 * The proxy that a variable names, in upper or lower case; "" for none. "host:port" is taken as curl takes it.
 *
 * @throws Error for a proxy address that is no URL; the message does not repeat it.
 */
export function proxyUrl(variable: ProxyVariable, environment: NodeJS.ProcessEnv = process.env): string {
  const value = (environment[variable.toLowerCase()] ?? environment[variable] ?? "").trim();
  if (value === "") return "";
  const url = value.includes("://") ? value : `http://${value}`;
  if (!URL.canParse(url)) throw new Error(`${variable} is not a URL such as http://proxy.example:3128`);
  return url;
}

/**
 * Which way the dispatcher takes to an address. For https it takes HTTP_PROXY too where HTTPS_PROXY is not set.
 *
 * @throws Error as {@link proxyUrl} does.
 */
export function routeTo(
  { origin, loopback }: ApiAddress,
  environment: NodeJS.ProcessEnv = process.env,
): Route {
  if (loopback) return { via: "direct" };
  const urls = {
    HTTPS_PROXY: proxyUrl("HTTPS_PROXY", environment),
    HTTP_PROXY: proxyUrl("HTTP_PROXY", environment),
  };
  const variable = (["HTTPS_PROXY", "HTTP_PROXY"] as const).find((name) => urls[name] !== "");
  if (variable === undefined) return { via: "direct" };
  const noProxy = environment.no_proxy ?? environment.NO_PROXY ?? "";
  return isExcepted(new URL(origin), noProxy)
    ? { via: "direct", exceptedFrom: variable }
    : { via: "proxy", variable, proxy: new URL(urls[variable]).host };
}

/** As undici's EnvHttpProxyAgent understands NO_PROXY: names with their subdomains, `*.` for subdomains alone, `*` for all, each with a port or without. */
function isExcepted(url: URL, noProxy: string): boolean {
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
