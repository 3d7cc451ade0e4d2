import type { MerchantResult } from "../../fleet/store/results";

/** The details of a merchant's status, in one line. */
export function detail({ properties, message }: Pick<MerchantResult, "properties" | "message">): string {
  const parts = [properties.join(", "), (message ?? "").replaceAll(/\s*\n\s*/g, " ")];
  return parts.filter((part) => part !== "").join("; ");
}
