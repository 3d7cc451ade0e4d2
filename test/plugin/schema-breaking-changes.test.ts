import { expect, test } from "@jest/globals";
import {
  breakingChanges,
  type ComparedSchema,
  mayBreak,
  unallowedChanges,
} from "../../scripts/schema/breaking-changes.mts";
import { repository, schema } from "./helpers/schema";

/** A schema whose parts can be changed and removed. */
// biome-ignore lint/suspicious/noExplicitAny: a change can make a schema that the types forbid
type Changeable = any;

const integration = "pinterest:index:CommerceIntegration";
const listing = "pinterest:index:getIntegrations";
const request = "pinterest:index:LogRequest";
const eventType = "pinterest:index:EventType";

/** The breaking changes between the schema and one in which this is changed. */
function changesAfter(change: (schema: Changeable) => void): string[] {
  const changed = JSON.parse(JSON.stringify(schema));
  change(changed);
  return breakingChanges(schema as unknown as ComparedSchema, changed as unknown as ComparedSchema);
}

const breaking: [found: string, change: (schema: Changeable) => void][] = [
  [`${integration}: removed`, ({ resources }) => delete resources[integration]],
  [`${listing}: removed`, ({ functions }) => delete functions[listing]],
  [`${request}: removed`, ({ types }) => delete types[request]],
  ["config apiUrl: removed", ({ config }) => delete config.variables.apiUrl],
  ["config accessToken: no longer secret", ({ config }) => delete config.variables.accessToken.secret],
  ["provider input apiUrl: removed", ({ provider }) => delete provider.inputProperties.apiUrl],
  [
    `${integration} input adopt: removed`,
    ({ resources }) => delete resources[integration].inputProperties.adopt,
  ],
  [
    `${integration} input adopt: type changed`,
    ({ resources }) => Object.assign(resources[integration].inputProperties.adopt, { type: "string" }),
  ],
  [
    `${integration} input connectedTagId: now required`,
    ({ resources }) => resources[integration].requiredInputs.push("connectedTagId"),
  ],
  [
    `${integration} input added: now required`,
    ({ resources }) => {
      resources[integration].inputProperties.added = { type: "string" };
      resources[integration].requiredInputs.push("added");
    },
  ],
  [
    `${integration} input account: changes now replace the resource`,
    ({ resources }) =>
      Object.assign(resources[integration].inputProperties.account, { willReplaceOnChanges: true }),
  ],
  [
    `${integration} output integrationId: removed`,
    ({ resources }) => delete resources[integration].properties.integrationId,
  ],
  [
    `${integration} output externalBusinessId: no longer always set`,
    ({ resources }) => resources[integration].required.splice(0, 1),
  ],
  [
    `${integration} output partnerAccessToken: no longer secret`,
    ({ resources }) => delete resources[integration].properties.partnerAccessToken.secret,
  ],
  [
    `${integration}: alias pulumi-nodejs:dynamic/pinterest:CommerceIntegration removed`,
    ({ resources }) => {
      resources[integration].aliases = [];
    },
  ],
  [
    `${integration} lookup account: removed`,
    ({ resources }) => delete resources[integration].stateInputs.properties.account,
  ],
  [
    `${integration} list account: removed`,
    ({ resources }) => delete resources[integration].listInputs.properties.account,
  ],
  [
    `${listing} input maxItems: removed`,
    ({ functions }) => delete functions[listing].inputs.properties.maxItems,
  ],
  [
    `${listing} output truncated: no longer always set`,
    ({ functions }) => functions[listing].outputs.required.pop(),
  ],
  [`${eventType}: value APP removed`, ({ types }) => types[eventType].enum.shift()],
  [`${request} requestHeaders: now required`, ({ types }) => types[request].required.push("requestHeaders")],
  [`${request} method: no longer always set`, ({ types }) => types[request].required.shift()],
  [
    `${eventType}: changed between an object and an enumeration`,
    ({ types }) => {
      types[eventType] = { type: "object", properties: {} };
    },
  ],
  [
    "language: options of the generated SDKs changed",
    ({ language }) => Object.assign(language.python, { packageName: "another" }),
  ],
];

test.each(breaking)("finds %j", (found, change) => {
  expect(changesAfter(change)).toEqual([found]);
});

const harmless: [what: string, change: (schema: Changeable) => void][] = [
  ["nothing", () => undefined],
  [
    "descriptions",
    ({ resources }) => Object.assign(resources[integration].inputProperties.adopt, { description: "" }),
  ],
  [
    "a new resource",
    ({ resources }) => Object.assign(resources, { "pinterest:index:Added": resources[integration] }),
  ],
  [
    "a new optional input",
    ({ resources }) => Object.assign(resources[integration].inputProperties, { added: { type: "string" } }),
  ],
  [
    "an input that is no longer required",
    ({ resources }) => {
      resources[integration].requiredInputs = [];
    },
  ],
  [
    "a new output that is always set",
    ({ resources }) => resources[integration].required.push("connectedTagId"),
  ],
  [
    "a new secret",
    ({ resources }) => Object.assign(resources[integration].properties.account, { secret: true }),
  ],
  ["a new value of an enumeration", ({ types }) => types[eventType].enum.push({ value: "ADDED" })],
];

test.each(harmless)("accepts %s", (_, change) => {
  expect(changesAfter(change)).toEqual([]);
});

test.each([
  ["0.1.0", "0.1.1", false],
  ["0.1.0", "0.2.0", true],
  ["0.9.0", "1.0.0", true],
  ["1.2.0", "1.3.0", false],
  ["1.2.0", "2.0.0", true],
  ["1.2.0", "1.2.0", false],
  ["1.2.0", "0.3.0", false],
])("after %s, whether %s may break programs: %p", (earlier, version, expected) => {
  expect(mayBreak(earlier, version)).toBe(expected);
});

test("the version allows the changes since the last release", () => {
  expect(unallowedChanges(repository)).toEqual([]);
});
