import type { ConfigurationKey } from "../config";
import type { Properties } from "./property-values";

/** A provider's properties as the texts that stack configuration would hold. */
export function configurationTexts({
  values,
}: Pick<Properties, "values">): (key: ConfigurationKey) => string | undefined {
  return (key) => {
    const value = values[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object") return JSON.stringify(value);
    return isEitherForm.has(key) ? withoutQuotes(String(value)) : String(value);
  };
}

/** The keys that programs give as text or as something nested. */
const isEitherForm: ReadonlySet<ConfigurationKey> = new Set(["accounts", "accountCommand"]);

/** Generated SDKs write JSON for a key that is not always text, and so put a text into quotes. */
function withoutQuotes(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "string" ? parsed : text;
  } catch {
    return text;
  }
}
