import { type IntegrationFieldName, integrationFields } from "../pinterest/fields";

const others: Readonly<Record<string, "number" | "boolean">> = {
  adopt: "boolean",
  createdTimestamp: "number",
  updatedTimestamp: "number",
};

/** The type of a property of a commerce integration, in its canonical form. */
export function typeOfProperty(name: string): "string" | "number" | "boolean" {
  const kind = (integrationFields as Partial<Record<string, { kind: string }>>)[name as IntegrationFieldName]
    ?.kind;
  return kind === "expiry" ? "number" : (others[name] ?? "string");
}
