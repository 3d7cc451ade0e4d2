import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "@jest/globals";
import { inspectStack } from "../../../cli/doctor/stack";
import { dynamicType } from "../../../provider/run/constants";
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

/** Creates a project with an engine whose stacks contain integrations with these inputs. */
function projectWith(...integrations: Record<string, unknown>[]): string {
  return projectOf(
    integrations.map((inputs, index) => ({
      urn: `urn:pulumi:prod::lab::${dynamicType}::shop-${index}`,
      type: dynamicType,
      inputs,
    })),
  );
}

function projectOf(resources: readonly object[], configuration: object = {}): string {
  writeFileSync(join(directory, "state.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
  const engine = `#!/bin/sh
case "$1 $2" in
  "version ") echo v3.259.0 ;;
  "stack ls") echo '[]' ;;
  "stack export") cat '${join(directory, "state.json")}' ;;
  "config --"*) echo '${JSON.stringify(configuration)}' ;;
  *) echo '{}' ;;
esac
`;
  writeFileSync(join(directory, "pulumi"), engine, { mode: 0o755 });
  return directory;
}

test("finds the accounts of integrations, except those that an explicit provider owns", async () => {
  const cwd = projectWith(
    { account: "north" },
    { account: "south", providerName: "west" },
    { account: "north", providerName: "west" },
  );
  const { checks, used } = await inspectStack({ cwd, stack: "prod", environment: process.env });
  expect(checks.map(summaryOf)).toEqual(["- stack ok: stack 'prod' of project 'lab', with 3 integrations"]);
  expect([...used.accounts]).toEqual(["north"]);
  expect([...used.providers]).toEqual(["west"]);
});

test("finds the explicit providers of a program without `providerName`, such as a YAML program", async () => {
  const type = "pinterest:index:CommerceIntegration";
  const resource = (name: string, provider: string) => ({
    urn: `urn:pulumi:prod::lab::${type}::${name}`,
    type,
    provider: `urn:pulumi:prod::lab::pulumi:providers:pinterest::${provider}::1`,
    inputs: {},
  });
  const cwd = projectOf([resource("a", "default_0_1_0"), resource("b", "west")]);
  const { used } = await inspectStack({ cwd, stack: "prod", environment: process.env });
  expect([...used.accounts]).toEqual([undefined]);
  expect([...used.providers]).toEqual(["west"]);
});
