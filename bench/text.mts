// How measured values are written.
import type { Accounts } from "./results.mts";

/** What a value is a number of; "times" are ratios. */
export type Unit = "times" | "milliseconds" | "bytes" | "requests" | "processes" | "packages";

/** What stands where nothing was measured. */
export const notMeasured = "–";

/** What a value is written in: a part of its unit, and how many digits after the point. */
interface Scale {
  readonly by: number;
  readonly sign: string;
  readonly digits: number;
}

/** By their digits after the point; making one takes longer than writing a report's number. */
const formats = new Map<number, Intl.NumberFormat>();

function formatOf(digits: number): Intl.NumberFormat {
  const known = formats.get(digits);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formats.set(digits, format);
  return format;
}

function written(value: number, { by, sign, digits }: Scale): string {
  return `${formatOf(digits).format(value / by)}${sign}`;
}

/** Three digits of what is large enough to have them. */
function threeDigits(value: number): number {
  if (value >= 100) return 0;
  return value >= 10 ? 1 : 2;
}

const counted: Scale = { by: 1, sign: "", digits: 0 };

function scaleOf(value: number, unit: Unit): Scale {
  const of = (by: number, sign: string) => ({ by, sign, digits: threeDigits(value / by) });
  switch (unit) {
    case "times":
      return of(1, "×");
    case "milliseconds":
      if (value >= 1000) return of(1000, " s");
      return { by: 1, sign: " ms", digits: value >= 100 ? 0 : 1 };
    case "bytes":
      // Decimal, as in the targets: 1 MB is 1,000,000 bytes.
      if (value >= 1e6) return of(1e6, " MB");
      return value >= 1e5 ? of(1e3, " kB") : { by: 1, sign: " bytes", digits: 0 };
    default:
      return counted;
  }
}

export function quantity(value: number, unit: Unit): string {
  return written(value, scaleOf(value, unit));
}

export function whole(value: number): string {
  return written(value, counted);
}

/** "100, 500, and 1,000" */
export function wholes(values: readonly number[]): string {
  return new Intl.ListFormat("en").format(values.map(whole));
}

export function times(value: number): string {
  return quantity(value, "times");
}

export function duration(milliseconds: number): string {
  return quantity(milliseconds, "milliseconds");
}

export function bytes(value: number): string {
  return quantity(value, "bytes");
}

/** As `quantity`, without what is only there to show how exactly it was measured: "3×", not "3.00×". */
export function limit(value: number, unit: Unit): string {
  return quantity(value, unit).replace(/\.(\d*?)0+(?!\d)/, (_, kept: string) => (kept ? `.${kept}` : ""));
}

/** As `quantity`, with as many digits as show on which side of a limit it lies. */
export function quantityBeside(value: number, beside: number, unit: Unit): string {
  const scale = scaleOf(value, unit);
  const scales = [0, 1, 2, 3, 4].map((more) => ({ ...scale, digits: scale.digits + more }));
  const enough = scales.find((each) => written(value, each) !== written(beside, each));
  return written(value, enough ?? scale);
}

/** "1 integration", "1,000 integrations" */
export function integrations(count: number): string {
  return several(count, "integration");
}

/** "1 request", "1,000 requests" */
export function requests(count: number): string {
  return several(count, "request");
}

function several(count: number, what: string): string {
  return `${whole(count)} ${count === 1 ? what : `${what}s`}`;
}

/** ", answers after 80 ms", and nothing where they come at once: the end of what names a situation. */
export function answersAfter(latencyMs: number): string {
  return latencyMs === 0 ? "" : `, answers after ${latencyMs} ms`;
}

/** How integrations are spread, in words. */
export const spreadOver: Readonly<Record<Accounts, string>> = { one: "one account", each: "an account each" };

/** "1,000 integrations" where they are one account's, else "1,000 accounts". */
export function sizeOf(count: number, accounts: Accounts): string {
  return accounts === "one" ? integrations(count) : `${whole(count)} accounts`;
}

/** As `quantity`, for what may not have been measured. */
export function quantityOrNone(value: number | undefined, unit: Unit): string {
  return value === undefined ? notMeasured : quantity(value, unit);
}
