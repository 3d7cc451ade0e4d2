import { keptConfiguration } from "../../provider/api/advice";
import type { ReadObservation } from "../../provider/lifecycle/observer";

/**
 * Why an integration was not read, and what to do about it. An observation's advice is the whole message: what was attempted and why
 * it failed are said already by the row itself.
 */
export function failureOf({ reason, advice = "" }: ReadObservation): { reason?: string; advice?: string } {
  const from = reason === undefined ? -1 : advice.indexOf(reason);
  const rest = from < 0 ? advice : advice.slice(from + (reason ?? "").length).replace(/^[.\s]+/, "");
  const todo = withoutRefreshAdvice(rest);
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(todo === "" ? {} : { advice: todo }),
  };
}

/** A message without its advice about refreshes that do not run the program. */
export function withoutRefreshAdvice(message: string): string {
  return message.replace(keptConfiguration, "").trim();
}
