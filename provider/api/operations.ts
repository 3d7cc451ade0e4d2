/** Pinterest's categories of these operations. Each has its own rate limits. */
export type RateCategory = "ads_read" | "ads_write";

/** An operation of Pinterest's integrations API. */
export interface Operation {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Follows the API's base path. The request's IDs replace the names in braces. */
  readonly path: string;
  /** The beginning of messages about it. */
  readonly doing: string;
}

const commerce = "/integrations/commerce";
const byExternalId = `${commerce}/{externalBusinessId}`;

/** The operations by the name of the client's method. Methods and paths are those of API description 5.23.0. */
export const operations = {
  createCommerceIntegration: { method: "POST", path: commerce, doing: "creating commerce integration" },
  getCommerceIntegration: { method: "GET", path: byExternalId, doing: "reading commerce integration" },
  updateCommerceIntegration: { method: "PATCH", path: byExternalId, doing: "updating commerce integration" },
  deleteCommerceIntegration: { method: "DELETE", path: byExternalId, doing: "deleting commerce integration" },
  getIntegration: { method: "GET", path: "/integrations/{integrationId}", doing: "reading integration ID" },
  reportLogs: { method: "POST", path: "/integrations/logs", doing: "reporting logs" },
  listIntegrations: { method: "GET", path: "/integrations", doing: "listing the account's integrations" },
} as const satisfies Readonly<Record<string, Operation>>;

/** Name of an operation, and of the client's method for it. */
export type OperationName = keyof typeof operations;

/** The OAuth scope that the token needs for an operation, and the category of its rate limits, according to API description 5.23.0. */
export function accessOf({ method }: Operation) {
  const isRead = method === "GET";
  return isRead
    ? ({ scope: "ads:read", category: "ads_read" } as const)
    : ({ scope: "ads:write", category: "ads_write" } as const);
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
