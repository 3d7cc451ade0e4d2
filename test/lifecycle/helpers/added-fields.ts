import { jest } from "@jest/globals";
import type * as fields from "../../../provider/api/fields";

/** Add rows to the table of the fields: scopes, a secret, and an expiry. Modules that are imported later use it. */
jest.mock("../../../provider/api/fields", () => {
  const actual = jest.requireActual<typeof fields>("../../../provider/api/fields");
  const { integrationFields } = actual;
  const row = (like: keyof typeof integrationFields, letter: string, wire: string) => ({
    ...integrationFields[like],
    letter,
    wire,
  });
  Object.assign(integrationFields, {
    addedScopes: row("scopes", "1", "added_scopes"),
    addedToken: row("partnerAccessToken", "2", "added_token"),
    addedExpiry: row("partnerAccessTokenExpiry", "3", "added_expiry"),
  });
  const fieldNames = Object.keys(integrationFields) as fields.IntegrationFieldName[];
  return {
    ...actual,
    fieldNames,
    secretFieldNames: fieldNames.filter(actual.isSecretField),
    readableFieldNames: fieldNames.filter((name) => !actual.isSecretField(name)),
  };
});
