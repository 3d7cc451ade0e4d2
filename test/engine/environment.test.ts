import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { edit, installPackageCopy, installSdkCopy } from "./helpers/copies";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeEach(async () => {
  lab = await Lab.open();
  lab.program({ shop: { externalBusinessId: "shop-1", connectedTagId: "1" } });
});

afterEach(() => lab.close());

test("copies of SDK and package beside the program are as good as a link", async () => {
  installSdkCopy(lab);
  installPackageCopy(lab);
  await lab.succeed("preview");
});

test("a second copy of Pulumi's SDK is named at once, and how to be rid of it", async () => {
  installSdkCopy(lab, "3.269.1");
  const { output } = await lab.fail("preview");
  expect(output).toMatch(
    /two copies of @pulumi\/pulumi: the program has 3\.269\.1, pulumi-pinterest \d+\.\d+\.\d+ of its own/,
  );
  expect(output).toContain("npm dedupe");
});

test("an SDK that is too old is named, and how to renew it", async () => {
  installSdkCopy(lab, "3.267.9");
  installPackageCopy(lab);
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/needs @pulumi\/pulumi 3\.268\.0 or newer, and found 3\.267\.9/);
  expect(output).toContain("npm install @pulumi/pulumi@latest");
});

test("an engine that is too old is named with its version", async () => {
  installPackageCopy(lab);
  // There is no older engine here, so the package asks for a newer one.
  edit(
    join(lab.directory, "node_modules/pulumi-pinterest/dist/provider/installation/requirements.js"),
    /"3\.254\.0"/,
    '"99.0.0"',
  );
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/pulumi-pinterest needs Pulumi's command line at 99\.0\.0 or newer: .*3\.\d+\.\d+/);
});
