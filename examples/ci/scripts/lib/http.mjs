// A client for the API of the CI platform.

/**
 * @param {string} base such as https://api.github.com
 * @param {Record<string, string>} headers
 */
export function api(base, headers) {
  return async function call(method, path, body) {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { ...headers, accept: "application/json", "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path} failed with HTTP ${response.status}: ${text.slice(0, 300)}`);
    }
    return text === "" ? undefined : JSON.parse(text);
  };
}

/**
 * All items of a paginated list.
 *
 * @param {(path: string) => Promise<unknown[]>} get
 * @param {string} path
 */
export async function allPages(get, path) {
  const items = [];
  for (let page = 1; ; page++) {
    const found = await get(`${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
    items.push(...found);
    if (found.length < 100) return items;
  }
}

/**
 * The value of an environment variable.
 *
 * @param {string} name
 * @throws Error if it is not set
 */
export function requiredVariable(name) {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
