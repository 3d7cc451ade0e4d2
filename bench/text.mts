// How measured values are written.
import type { Accounts } from "./results.mts";

/** What a value is a number of; "times" are ratios. */
export type Unit = "times" | "milliseconds" | "bytes" | "requests" | "processes" | "packages";

/** What stands where nothing was measured. */
export const notMeasured = "–";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function whole(value: number): string {
  return grouped.format(value);
}

/** Three digits of what is large enough to have them. */
function digits(value: number): string {
  if (value >= 100) return whole(value);
  return value.toFixed(value >= 10 ? 1 : 2);
}

export function times(value: number): string {
  return `${digits(value)}×`;
}

export function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${digits(milliseconds / 1000)} s`;
  return `${milliseconds >= 100 ? whole(milliseconds) : milliseconds.toFixed(1)} ms`;
}

/** Decimal units, as in the targets: 1 MB is 1,000,000 bytes. */
export function bytes(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)} MB`;
  return value >= 1e5 ? `${digits(value / 1e3)} kB` : `${whole(value)} bytes`;
}

export function quantity(value: number, unit: Unit): string {
  switch (unit) {
    case "times":
      return times(value);
    case "milliseconds":
      return duration(value);
    case "bytes":
      return bytes(value);
    default:
      return whole(value);
  }
}

/** As `quantity`, without what is only there to show how exactly it was measured: "3×", not "3.00×". */
export function limit(value: number, unit: Unit): string {
  return quantity(value, unit).replace(/\.(\d*?)0+(?!\d)/, (_, kept: string) => (kept ? `.${kept}` : ""));
}

/** As `quantity`, with as many digits as show on which side of a limit a ratio lies. */
export function quantityBeside(value: number, beside: number, unit: Unit): string {
  const text = quantity(value, unit);
  if (unit !== "times" || value === beside || text !== quantity(beside, unit)) return text;
  const digitsEnough = [3, 4, 5, 6].find((count) => Number(value.toFixed(count)) !== beside) ?? 6;
  return `${value.toFixed(digitsEnough)}×`;
}

/** "1 integration", "1,000 integrations" */
export function integrations(count: number): string {
  return `${whole(count)} ${count === 1 ? "integration" : "integrations"}`;
}

/** "1,000 integrations" where they are one account's, else "1,000 accounts". */
export function sizeOf(count: number, accounts: Accounts): string {
  return accounts === "one" ? integrations(count) : `${whole(count)} accounts`;
}

/** As `quantity`, for what may not have been measured. */
export function quantityOrNone(value: number | undefined, unit: Unit): string {
  return value === undefined ? notMeasured : quantity(value, unit);
}
