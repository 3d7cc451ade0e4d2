import { expect, test } from "@jest/globals";
import { yamlSource } from "../../../cli/adopt/yaml-source";
import { declaredSeveralTimes, notTheComparedValue } from "../../expected/reports";
import { adoptedIn, type Drift, directoryWith, driftedMerchant } from "./helpers";

const tag: Drift = { connectedTagId: ["1", "22"] };

function adopted(text: string, drift: Drift) {
  return adoptedIn(yamlSource(directoryWith({ "Pulumi.yaml": text })), [driftedMerchant("shop", drift)]);
}

const head = `name: shops # the project
runtime: yaml

resources:
  # Our first shop
  shop:
    type: pinterest:CommerceIntegration
    properties:
      externalBusinessId: my-shop   # stays
`;
const tail = `
  other:
    type: pinterest:CommerceIntegration
    properties: {externalBusinessId: other, connectedTagId: "1"}
`;

test.each<[string, Drift, before: string, after: string]>([
  [
    "strings in their quotation marks",
    { ...tag, connectedLbaId: ["1", "22"], additionalId1: ["a-1", "b-1"] },
    `      connectedTagId:   "1"  # tag\n      connectedLbaId: '1'\n      additionalId1: a-1\n`,
    `      connectedTagId:   "22"  # tag\n      connectedLbaId: '22'\n      additionalId1: b-1\n`,
  ],
  [
    "a plain string that needs quotes",
    { additionalId1: ["a-1", "12"] },
    "      additionalId1: a-1\n",
    `      additionalId1: "12"\n`,
  ],
  [
    "a dollar sign",
    { additionalId1: ["a$1", `\${b}`] },
    "      additionalId1: 'a$$1'\n",
    "      additionalId1: '$${b}'\n",
  ],
  [
    "an expiry",
    { partnerAccessTokenExpiry: [1_900_000_000_000, 1_900_000_001_000] },
    "      partnerAccessTokenExpiry: 1900000000000\n",
    "      partnerAccessTokenExpiry: 1900000001000\n",
  ],
  [
    "a list in brackets",
    { scopes: ["a,b", "a,b,c"] },
    "      scopes: [ b,  a ]\n",
    "      scopes: [ b,  a,  c ]\n",
  ],
  [
    "a list of lines",
    { scopes: ["a,b", "b,c"] },
    "      scopes:\n      - a\n      - b\n",
    "      scopes:\n      - b\n      - c\n",
  ],
  [
    "a list of one line",
    { scopes: ["a", "a,b"] },
    "      scopes:\n      - a\n",
    "      scopes:\n      - a\n      - b\n",
  ],
  [
    "Windows line ends",
    { scopes: ["a", "a,b"] },
    "      scopes:\r\n      - a\r\n",
    "      scopes:\r\n      - a\r\n      - b\r\n",
  ],
  [
    "metadata with a key that YAML 1.1 reads as a boolean",
    { partnerMetadata: ['{"v":1}', '{"v":1,"yes":2}'] },
    "      partnerMetadata: { v: 1 }\n",
    `      partnerMetadata: { v: 1, "yes": 2 }\n`,
  ],
  [
    "metadata in lines",
    { partnerMetadata: ['{"list":[1],"v":"2.1"}', '{"list":[1],"v":"2.2"}'] },
    `      partnerMetadata:\n        v: "2.1" # version\n        list: [1]\n`,
    `      partnerMetadata:\n        v: "2.2" # version\n        list: [1]\n`,
  ],
  [
    "metadata with other keys",
    { partnerMetadata: ['{"v":"2.1","w":1}', '{"new":{"a":true},"w":1}'] },
    `      partnerMetadata: { v: "2.1", w: 1 }\n`,
    `      partnerMetadata: { w: 1, new: { "a": true } }\n`,
  ],
  [
    "metadata as a block",
    { partnerMetadata: ['{"v":1}', '{"v":2}'] },
    `      partnerMetadata: |-\n        {"v": 1}\n      connectedTagId: "1"\n`,
    `      partnerMetadata: '{"v":2}'\n      connectedTagId: "1"\n`,
  ],
  [
    "a value that is not set at Pinterest",
    { connectedTagId: ["1", null] },
    `      connectedTagId: "1" # tag\n      # about the scopes\n      scopes: [a]\n`,
    "      # about the scopes\n      scopes: [a]\n",
  ],
])("writes %s, and keeps the rest", (_, drift, before, after) => {
  expect(adopted(head + before + tail, drift)).toEqual({ text: head + after + tail, unadopted: [] });
});

test.each<[string, string]>([
  ["a: 1, connectedTagId: '1', b: 2", "a: 1, b: 2"],
  ["a: 1, connectedTagId: '1'", "a: 1"],
])("removes an entry of { %s }", (before, after) => {
  const text = (properties: string) =>
    `resources:\n  shop: { type: pinterest:index:CommerceIntegration, properties: { ${properties} } }\r\n`;
  expect(adopted(text(before), { connectedTagId: ["1", null] }).text).toBe(text(after));
});

test("finds a resource by its name, and ignores other types and resources that are read", () => {
  const text = (value: string) => `resources:
  shop: { type: aws:s3:Bucket, properties: { connectedTagId: "1" } }
  read: { type: pinterest:CommerceIntegration, name: shop, get: { id: shop } }
  key: { type: pinterest:CommerceIntegration, name: shop, properties: { connectedTagId: ${value} } }
`;
  expect(adopted(text('"1"'), tag)).toEqual({ text: text('"22"'), unadopted: [] });
});

test("reads Main.yaml if Pulumi.yaml has no resources", () => {
  const text = `resources:\n  shop: { type: pinterest:CommerceIntegration, properties: { connectedTagId: "1" } }\n`;
  const directory = directoryWith({ "Pulumi.yaml": "name: shops\nruntime: yaml\n", "Main.yaml": text });
  expect(adoptedIn(yamlSource(directory), [driftedMerchant("shop", tag)])).toEqual({
    text: text.replace('"1"', '"22"'),
    unadopted: [],
  });
});

test.each<[string, string]>([
  [`      connectedTagId: "\${tag}"\n`, "the value is an expression, line 10"],
  ["      connectedTagId: &tag '1'\n", "the value is a value with an anchor, line 10"],
  ["      connectedTagId: { fn::secret: '1' }\n", "the value is a function, line 10"],
  ["      additionalId1: &tag '1'\n      connectedTagId: *tag\n", "the value is an alias, line 11"],
  ["      connectedTagId: !tag '1'\n", "the value is a value with a tag, line 10"],
  ["      connectedTagId: { 1: a }\n", "the value is a mapping with other keys than strings, line 10"],
  [`      connectedTagId: { '\${tag}': a }\n`, "the value is a mapping with expressions, line 10"],
  ["      connectedTagId: '2'\n", `${notTheComparedValue}, line 10`],
  ["      <<: { connectedTagId: '1' }\n", "its properties are not a plain mapping, line 6"],
  ["\n", "its declaration does not set connectedTagId, line 6"],
  [
    "  shop2: { type: pinterest:CommerceIntegration, name: shop, properties: { connectedTagId: '1' } }\n",
    `${declaredSeveralTimes}, line 6`,
  ],
])("lists %j", (lines, reason) => {
  expect(adopted(head + lines + tail, tag)).toEqual({ unadopted: [`connectedTagId: ${reason}`] });
});

test("writes nothing if the edited file would not declare the value", () => {
  const text = `resources:\n  shop:\n    type: pinterest:CommerceIntegration\n    properties:\n      connectedTagId: "1"\n`;
  expect(adopted(text, { connectedTagId: ["1", null] })).toEqual({
    unadopted: ["connectedTagId: the edited file would not have Pinterest's value, line 5"],
  });
});

test("lists values between which there are comments", () => {
  const lines = "      scopes:\n        - a # first\n        - b\n";
  const { text, unadopted } = adopted(head + lines + tail, { scopes: ["a,b", "b"] });
  expect(text).toBeUndefined();
  expect(unadopted).toEqual(["scopes: a comment is between its values, line 10"]);
});
