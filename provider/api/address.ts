/** The parts of the API's URL. */
export interface ApiAddress {
  /** Scheme, host and port. */
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
  const loopback = isLoopback(url.hostname);
  if (url.protocol === "http:" && !loopback) {
    throw new Error(
      `${name} must use https, since it carries an access token: plain http is for this machine only (localhost, 127.0.0.0/8, [::1]), not for ${url.host}`,
    );
  }
  return { origin: url.origin, host: url.host, basePath: url.pathname.replace(/\/+$/, ""), loopback };
}

/** The URL parser has converted every form of an IPv4 address to four decimal numbers. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** Why a string cannot be one segment of a URL's path, as a predicate; undefined if it can be. */
export function pathSegmentProblem(segment: string): string | undefined {
  if (segment === "") return "is empty";
  if (segment === "." || segment === "..") {
    return 'is a dot segment ("." or ".."), which servers and proxies remove from a path';
  }
  if (!segment.isWellFormed()) return "contains half of a surrogate pair, which is not Unicode";
  return undefined;
}

/**
 * Encodes a string as one segment of a URL's path.
 *
 * @throws RangeError if it has a {@link pathSegmentProblem}.
 */
export function pathSegment(segment: string): string {
  const problem = pathSegmentProblem(segment);
  if (problem !== undefined) throw new RangeError(problem);
  return encodeURIComponent(segment);
}

/**
 * Returns an integration ID as a segment of a URL's path.
 *
 * @throws RangeError if it has other characters than digits, because `commerce` and `logs` are at the same place of the path.
 */
export function integrationIdSegment(integrationId: string): string {
  if (!/^\d+$/.test(integrationId)) {
    throw new RangeError(
      "the integration ID must consist of digits only. It differs from the external business ID",
    );
  }
  return integrationId;
}
