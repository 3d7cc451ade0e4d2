import type { MerchantResult } from "../../fleet/store/results";

/** What a table tells of a merchant beside its status. */
export function detail({ properties, message }: Pick<MerchantResult, "properties" | "message">): string {
  const parts = [properties.join(", "), message ?? ""];
  return parts.filter((part) => part !== "").join("; ");
}
