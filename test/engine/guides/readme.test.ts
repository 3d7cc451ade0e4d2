import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { Lab } from "../helpers/lab";

const guide = Guide.read("README.md");

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  // The quick start begins in an empty directory, and configures the token itself.
  for (const name of ["Pulumi.yaml", "Pulumi.test.yaml", "package.json", "index.js"])
    rmSync(join(lab.directory, name), { force: true });
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
});

afterAll(() => lab.close());

test("the quick start creates a project and an integration in an empty directory", async () => {
  // The package is linked here, as npm would install it.
  const install = "npm install ../pulumi-pinterest/pulumi-pinterest-0.1.0.tgz @pulumi/pulumi";
  await guide.next(lab, { replace: { [install]: "ls node_modules/pulumi-pinterest" } });
  writeFileSync(join(lab.directory, "Pulumi.yaml"), `${guide.program()}\n`);
  writeFileSync(join(lab.directory, "index.ts"), `${guide.program()}\n`);
  const confirmed = { "pulumi up": "pulumi up --yes" };
  const { output } = await guide.next(lab, { stdin: lab.emulator.token(), replace: confirmed });
  expect(output).toContain("Pinterest accepts the access token in pinterest:accessToken");
  expect(output).not.toMatch(/warning/i);
  expect(lab.emulator.integration("my-shop-1")).toMatchObject({ connected_tag_id: "2613187432" });
});

test("runs every command of the quick start", () => guide.finish());
