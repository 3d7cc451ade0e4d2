import type { FunctionName } from "./arguments";
import { getCommerceIntegration } from "./get-commerce-integration";
import { getIntegration } from "./get-integration";
import { getIntegrations } from "./get-integrations";

export type { FunctionName } from "./arguments";
export type { Lookup } from "./lookup";

/** All lookups, by their names. */
export const lookups = { getIntegrations, getIntegration, getCommerceIntegration } as const satisfies Record<
  FunctionName,
  unknown
>;
