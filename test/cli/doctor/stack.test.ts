import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { checkStack } from "../../../provider/cli/doctor/stack";
import { dynamicType } from "../../../provider/dynamic/constant";
import { temporaryDirectory } from "../../temporary-directory";
import { inShort } from "./helpers/examined";

const { PATH } = process.env;
let directory: string;

beforeEach(() => {
  directory = temporaryDirectory();
  process.env.PATH = `${directory}:${PATH}`;
});

afterEach(() => {
  process.env.PATH = PATH;
});

/** Makes a project whose engine exports these inputs of integrations as the state of each stack. */
function projectWith(...inputs: Record<string, unknown>[]): string {
  const resources = inputs.map((each, index) => ({
    urn: `urn:pulumi:prod::lab::${dynamicType}::shop-${index}`,
    type: dynamicType,
    inputs: each,
  }));
  writeFileSync(join(directory, "state.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
  const engine = `#!/bin/sh
case "$1 $2" in
  "version ") echo v3.259.0 ;;
  "stack export") cat '${join(directory, "state.json")}' ;;
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
  const { checks, accounts, providers } = await checkStack({ cwd, stack: "prod" });
  expect(checks.map(inShort)).toEqual(["- stack ok: stack 'prod' of project 'lab', with 3 integrations"]);
  expect([...accounts]).toEqual(["north"]);
  expect([...providers]).toEqual(["west"]);
});
