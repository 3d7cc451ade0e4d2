import type { LogEntry } from "../../pinterest";

/** Longer ones are no values that an answer repeats whole. */
const longest = 2048;

/** The texts of entries, so that no message of an error repeats them; those of a fixed choice are no secret. */
export function hiddenTexts(entries: readonly LogEntry[]): string[] {
  const texts = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string") {
      if (value !== "" && value.length <= longest) texts.add(value);
    } else if (typeof value === "object" && value !== null) {
      Object.values(value).forEach(collect);
    }
  };
  for (const { eventType: _event, logLevel: _level, request, ...rest } of entries) {
    const { method: _method, ...others } = request ?? {};
    collect(rest);
    collect(others);
  }
  return [...texts];
}
