/** Pinterest's classes of these operations, each with rate limits of its own. */
export type RateCategory = "ads_read" | "ads_write";

/** What is known of an operation of Pinterest's integrations API, apart from its bodies. */
export interface Operation {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The OAuth scope that a token needs for it. */
  readonly scope: "ads:read" | "ads:write";
  /** The class of operations that share one rate limit. */
  readonly category: RateCategory;
  /** What it does, as messages say it. */
  readonly doing: string;
}

/** The operations, by the name of the client's method. Methods, scopes and categories are those of API description 5.23.0. */
export const operations = {
  createCommerceIntegration: {
    method: "POST",
    scope: "ads:write",
    category: "ads_write",
    doing: "creating commerce integration",
  },
  getCommerceIntegration: {
    method: "GET",
    scope: "ads:read",
    category: "ads_read",
    doing: "reading commerce integration",
  },
  updateCommerceIntegration: {
    method: "PATCH",
    scope: "ads:write",
    category: "ads_write",
    doing: "updating commerce integration",
  },
  deleteCommerceIntegration: {
    method: "DELETE",
    scope: "ads:write",
    category: "ads_write",
    doing: "deleting commerce integration",
  },
  getIntegration: {
    method: "GET",
    scope: "ads:read",
    category: "ads_read",
    doing: "reading integration number",
  },
  reportLogs: { method: "POST", scope: "ads:write", category: "ads_write", doing: "reporting logs" },
  listIntegrations: {
    method: "GET",
    scope: "ads:read",
    category: "ads_read",
    doing: "listing the account's integrations",
  },
} as const satisfies Readonly<Record<string, Operation>>;

/** The name of an operation, which is that of the client's method. */
export type OperationName = keyof typeof operations;
