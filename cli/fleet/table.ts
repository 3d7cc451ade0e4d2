import type { MerchantResult } from "../../fleet/store/results";
import type { Terminal } from "../terminal";
import { columns } from "../text/columns";
import { shorten, visible } from "../text/visible";

/** Longest cell, in characters. --json has the whole string. */
const cellAtMost = 2_000;

/** Aligns rows of strings, which can come from outside, in columns. */
export function table(rows: readonly (readonly string[])[], { width }: Pick<Terminal, "width">): string[] {
  const cells = rows.map((row) => row.map((text) => ({ text: visible(shorten(text, cellAtMost)) })));
  return columns(cells, width, "  ");
}

/** The details of a merchant's status, in one line. */
export function detail({ properties, message }: Pick<MerchantResult, "properties" | "message">): string {
  const lines = (message ?? "").split("\n").map((line) => line.trim());
  const parts = [properties.join(", "), lines.filter((line) => line !== "").join(" ")];
  return parts.filter((part) => part !== "").join("; ");
}
