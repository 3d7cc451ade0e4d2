import { expect } from "@jest/globals";
import { inspectStack } from "../../../cli/doctor/stack";
import { dynamicType, integrationType } from "../../../provider/run/constants";
import { testOnPosix } from "../../platform";
import { ScriptedEngine } from "../helpers/scripted-engine";
import { summaryOf } from "./helpers/checked-accounts";

const test = testOnPosix("shell scripts as programs");
const engine = new ScriptedEngine();

/** Inspects a stack of a project, with an engine that responds in this way. */
function inspect(
  responses: Parameters<typeof engine.write>[0],
  options: { stack?: string } = { stack: "prod" },
) {
  engine.file("Pulumi.yaml", "name: lab\nruntime: nodejs\n");
  engine.write(responses);
  return inspectStack({ cwd: engine.directory, ...options, environment: process.env });
}

const stateOf = (...resources: readonly object[]) => ({
  "stack export": { output: { version: 3, deployment: { resources } } },
});

const resource = (type: string, more: object) => ({
  urn: `urn:pulumi:prod::lab::${type}::shop`,
  type,
  ...more,
});

test("finds the accounts of integrations, except those that an explicit provider owns", async () => {
  const { checks, used } = await inspect(
    stateOf(
      resource(dynamicType, { inputs: { account: "north" } }),
      resource(dynamicType, { inputs: { account: "south", providerName: "west" } }),
      resource(dynamicType, { inputs: { account: "north", providerName: "west" } }),
    ),
  );
  expect(checks.map(summaryOf)).toEqual(["- stack ok: stack 'prod' of project 'lab', with 3 integrations"]);
  expect([[...used.accounts], [...used.providers]]).toEqual([["north"], ["west"]]);
});

test("finds the explicit providers of a program without `providerName`, such as a YAML program", async () => {
  const ofProvider = (name: string) =>
    resource(integrationType, {
      provider: `urn:pulumi:prod::lab::pulumi:providers:pinterest::${name}::1`,
      inputs: {},
    });
  const { used } = await inspect(stateOf(ofProvider("default_0_1_0"), ofProvider("west")));
  expect([[...used.accounts], [...used.providers]]).toEqual([[undefined], ["west"]]);
});

test("warns if no stack is selected, because the environment may have the whole configuration", async () => {
  const { checks, isUnreadable } = await inspect({}, {});
  expect(checks.map(summaryOf)).toEqual([
    "- stack warning: no stack is selected; only the environment is checked",
  ]);
  expect(isUnreadable).toBe(false);
});

test.each([
  ["stack export", "the state of stack 'prod' of project 'lab' cannot be read: no access", false],
  ["config", "the configuration of stack 'prod' of project 'lab' cannot be read: no access", true],
  ["stack --stack", "stack 'prod' of project 'lab' cannot be opened: no access", true],
])(
  "if `pulumi %s` fails, reports its reason, and whether accounts are unknown",
  async (command, found, isUnreadable) => {
    const findings = await inspect({ [command]: { error: "error: no access" } });
    expect(findings.checks.map(summaryOf)).toEqual([`- stack error: ${found}`]);
    expect(findings.isUnreadable).toBe(isUnreadable);
  },
);

test("reports a named stack that does not exist", async () => {
  const { checks } = await inspect({ "stack --stack": { error: "error: no stack named 'prod' found" } });
  expect(checks).toMatchObject([{ status: "error", remedy: expect.stringContaining("`pulumi stack init") }]);
});
