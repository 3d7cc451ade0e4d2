/** Pinterest's categories of these operations. Each has its own rate limits. */
export type RateCategory = "ads_read" | "ads_write";

/** An operation of Pinterest's integrations API. */
export interface Operation {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The OAuth scope that the token needs. */
  readonly scope: "ads:read" | "ads:write";
  /** The beginning of messages about it. */
  readonly doing: string;
}

/** The operations by the name of the client's method. Methods and scopes are those of API description 5.23.0. */
export const operations = {
  createCommerceIntegration: { method: "POST", scope: "ads:write", doing: "creating commerce integration" },
  getCommerceIntegration: { method: "GET", scope: "ads:read", doing: "reading commerce integration" },
  updateCommerceIntegration: { method: "PATCH", scope: "ads:write", doing: "updating commerce integration" },
  deleteCommerceIntegration: { method: "DELETE", scope: "ads:write", doing: "deleting commerce integration" },
  getIntegration: { method: "GET", scope: "ads:read", doing: "reading integration ID" },
  reportLogs: { method: "POST", scope: "ads:write", doing: "reporting logs" },
  listIntegrations: { method: "GET", scope: "ads:read", doing: "listing the account's integrations" },
} as const satisfies Readonly<Record<string, Operation>>;

/** Name of an operation, and of the client's method for it. */
export type OperationName = keyof typeof operations;

/** The category of an operation. API description 5.23.0 gives each operation that of its scope. */
export function rateCategoryOf({ scope }: Operation): RateCategory {
  return scope === "ads:read" ? "ads_read" : "ads_write";
}

/** The reason why a string cannot be one segment of a URL's path, as a predicate; undefined if it can be. */
export function pathSegmentProblem(segment: string): string | undefined {
  if (segment === "") return "is empty";
  if (segment === "." || segment === "..") {
    return 'is a dot segment ("." or ".."), which servers and proxies remove from a path';
  }
  if (!segment.isWellFormed()) return "contains half of a surrogate pair, which is not Unicode";
  return undefined;
}
