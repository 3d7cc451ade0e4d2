import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { edit, installPackageCopy, installSdkCopy } from "./helpers/copies";
import { Lab } from "./helpers/lab";

let lab: Lab;

// The tests share one project, in which each test installs additional packages.
beforeAll(async () => {
  lab = await Lab.open();
  lab.program({ shop: { externalBusinessId: "shop-1", connectedTagId: "1" } });
});

afterAll(() => lab.close());

test("rejects a second copy of Pulumi's SDK, and names the remedy", async () => {
  installSdkCopy(lab, "3.269.1");
  const { output } = await lab.fail("preview");
  expect(output).toMatch(
    /two copies of @pulumi\/pulumi: the program has 3\.269\.1, pulumi-pinterest \d+\.\d+\.\d+ of its own/,
  );
  expect(output).toContain("npm dedupe");
});

test("accepts a copy of the package that shares the program's copy of the SDK", async () => {
  installPackageCopy(lab);
  await lab.succeed("preview");
});

test("rejects an SDK that is too old, and names the remedy", async () => {
  const sdk = join(lab.directory, "node_modules/@pulumi/pulumi/package.json");
  edit(sdk, /"version": "3\.269\.1"/, '"version": "3.267.9"');
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/needs @pulumi\/pulumi 3\.268\.0 or newer, and found 3\.267\.9/);
  expect(output).toContain("npm install @pulumi/pulumi@latest");
});
