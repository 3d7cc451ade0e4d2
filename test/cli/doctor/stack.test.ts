import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "@jest/globals";
import { inspectStack } from "../../../cli/doctor/stack";
import { dynamicType, integrationType } from "../../../provider/run/constants";
import { testOnPosix } from "../../platform";
import { temporaryDirectory } from "../../temporary-directory";
import { summaryOf } from "./helpers/checked-accounts";

// The engine is a shell script.
const test = testOnPosix("shell scripts as programs");

const { PATH } = process.env;
let directory: string;

beforeEach(() => {
  directory = temporaryDirectory();
  process.env.PATH = `${directory}:${PATH}`;
});

afterEach(() => {
  process.env.PATH = PATH;
});

/** Finds the accounts of a project with an engine whose stack contains these resources. */
function inspect(...resources: readonly object[]) {
  writeFileSync(join(directory, "state.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
  const engine = `#!/bin/sh
case "$1 $2" in
  "version ") echo v3.259.0 ;;
  "stack ls") echo '[]' ;;
  "stack export") cat '${join(directory, "state.json")}' ;;
  *) echo '{}' ;;
esac
`;
  writeFileSync(join(directory, "pulumi"), engine, { mode: 0o755 });
  return inspectStack({ cwd: directory, stack: "prod", environment: process.env });
}

const resource = (type: string, more: object) => ({
  urn: `urn:pulumi:prod::lab::${type}::shop`,
  type,
  ...more,
});

test("finds the accounts of integrations, except those that an explicit provider owns", async () => {
  const { checks, used } = await inspect(
    resource(dynamicType, { inputs: { account: "north" } }),
    resource(dynamicType, { inputs: { account: "south", providerName: "west" } }),
    resource(dynamicType, { inputs: { account: "north", providerName: "west" } }),
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
  const { used } = await inspect(ofProvider("default_0_1_0"), ofProvider("west"));
  expect([[...used.accounts], [...used.providers]]).toEqual([[undefined], ["west"]]);
});
