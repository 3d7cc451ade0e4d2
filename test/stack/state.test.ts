import { expect, test } from "@jest/globals";
import { providerUrnOf } from "../../stack/state";

test("a provider's URN is its reference without the provider's ID", () => {
  const urn = "urn:pulumi:prod::lab::pulumi:providers:pinterest::shops::west";
  expect(providerUrnOf(`${urn}::0b8e1b5c-6a3f-4d0e-9f39-3a3c2f8f1a11`)).toBe(urn);
});
