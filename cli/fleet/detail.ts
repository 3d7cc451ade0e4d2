import type { MerchantResult } from "../../fleet/store/results";

/** The details of a merchant's status, in one line. */
export function detail({ properties, message }: Pick<MerchantResult, "properties" | "message">): string {
  const lines = (message ?? "").split("\n").map((line) => line.trim());
  const parts = [properties.join(", "), lines.filter((line) => line !== "").join(" ")];
  return parts.filter((part) => part !== "").join("; ");
}
