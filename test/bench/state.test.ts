import { expect, test } from "@jest/globals";
import { isIntegration, stateFigures } from "../../bench/engine/state.mts";

const stack = { urn: "urn:pulumi:bench::bench::pulumi:pulumi:Stack::bench", type: "pulumi:pulumi:Stack" };
const provider = { urn: "urn:1", type: "pulumi:providers:pinterest", outputs: { version: "1" } };
const resource = (type: string, outputs: Record<string, unknown>) => ({ urn: "urn:2", type, outputs });

test("bytes are those of integrations alone, whichever peer's, and of their average", () => {
  const types = [
    "pulumi-nodejs:dynamic:Resource",
    "pulumi-nodejs:dynamic/pinterest:CommerceIntegration",
    "pinterest:index:CommerceIntegration",
    "nothing:index:CommerceIntegration",
  ];
  for (const type of types) {
    const short = resource(type, { name: "é" });
    const long = resource(type, { name: "éééé" });
    const bytes = Buffer.byteLength(JSON.stringify(short));
    expect(stateFigures([stack, provider, short, long]).bytesAResource).toBe(bytes + 3);
  }
  expect([stack, provider].filter(isIntegration)).toEqual([]);
});

test("the provider's text is that which one resource keeps; a plugin keeps none", () => {
  const dynamic = resource("pulumi-nodejs:dynamic:Resource", { __provider: "abc" });
  expect(stateFigures([dynamic]).providerTextBytes).toBe(3);
  expect(stateFigures([resource("pinterest:index:CommerceIntegration", {})]).providerTextBytes).toBe(0);
});
