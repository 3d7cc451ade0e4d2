/** Where the API is, taken apart. */
export interface ApiAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host and port, the latter only where it is not the scheme's own. */
  readonly host: string;
  /** The path that every operation's path follows; without a trailing slash. */
  readonly basePath: string;
  /** Whether the host is this machine, which may be spoken to without TLS and never through a proxy. */
  readonly loopback: boolean;
}

const example = "such as https://api.pinterest.com/v5";

/**
 * Checks and takes apart the API's address. A trailing slash makes no difference.
 *
 * @throws TypeError if it is no absolute URL, has credentials, a query or a fragment, or is not https (http is
 *   allowed for localhost, 127.0.0.0/8 and [::1]). The message does not repeat the address.
 */
export function parseApiUrl(apiUrl: string, name = "apiUrl"): ApiAddress {
  let url: URL;
  try {
    url = new URL(apiUrl);
  } catch {
    // Node's own error carries the text, credentials and all.
    throw new TypeError(`${name} must be an absolute URL ${example}`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new TypeError(`${name} must be an https URL ${example}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(
      `${name} must not contain a user name or password: the access token is an option of its own`,
    );
  }
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(apiUrl)) {
    throw new TypeError(`${name} must end with a path, without a query or fragment, ${example}`);
  }
  const loopback = isLoopback(url.hostname);
  if (url.protocol === "http:" && !loopback) {
    throw new TypeError(
      `${name} must use https, since it carries an access token: plain http is for this machine only (localhost, 127.0.0.0/8, [::1]), not for ${url.host}`,
    );
  }
  return { origin: url.origin, host: url.host, basePath: url.pathname.replace(/\/+$/, ""), loopback };
}

/** The URL parser has already written every form of an IPv4 address as four decimals. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * Why a text cannot be sent as one segment of a URL's path, as the end of a sentence that begins with what it is; undefined if
 * it can be.
 */
export function pathSegmentProblem(segment: string): string | undefined {
  if (segment === "") return "is empty";
  if (segment === "." || segment === "..") {
    return 'is a dot segment ("." or ".."), which servers and proxies take out of a path';
  }
  if (!segment.isWellFormed()) return "holds half of a surrogate pair, which is no Unicode";
  return undefined;
}

/**
 * A text as exactly one segment of a URL's path, whatever characters it has.
 *
 * @throws RangeError where {@link pathSegmentProblem} finds a problem.
 */
export function pathSegment(segment: string): string {
  const problem = pathSegmentProblem(segment);
  if (problem !== undefined) throw new RangeError(problem);
  return encodeURIComponent(segment);
}

/**
 * Pinterest's own number of an integration, as a segment of a URL's path.
 *
 * @throws RangeError for anything but digits: "commerce" and "logs" stand in the same place of the path.
 */
export function integrationNumber(text: string): string {
  if (!/^\d+$/.test(text)) {
    throw new RangeError(
      "Pinterest's number of an integration is digits only; the id of the shop is another",
    );
  }
  return text;
}
