import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { exitCodeIs, exitCodes, nothingDiffers, programDiffers } from "../../expected/reports";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/tutorial.md");

const lab = labOfFile();

const file = (name: string) => join(lab.directory, name);
const tag = () => lab.emulator.integration("my-shop-1")?.connected_tag_id;
/** The emulator's origin in the guide, and in this test. */
const origin = () => ({ "http://127.0.0.1:4010": new URL(lab.emulator.url).origin });

beforeAll(() => {
  // The guide starts with an empty directory, and sets the rest of the environment itself.
  for (const name of ["Pulumi.yaml", "Pulumi.test.yaml", "package.json", "index.js"])
    rmSync(file(name), { force: true });
  for (const name of ["PINTEREST_API_URL", "PINTEREST_ACCESS_TOKEN", "PULUMI_BACKEND_URL"])
    delete lab.environment[name];
});

test("sets up a project", async () => {
  await guide.next(lab, {
    replace: {
      "mkdir shops\ncd shops\n": "",
      "cp ../pulumi-pinterest/pulumi-pinterest-0.1.0.tgz vendor/": "",
      // The package is linked here, as npm would install it.
      "npm install ./vendor/pulumi-pinterest-0.1.0.tgz @pulumi/pulumi": "ls node_modules/pulumi-pinterest",
    },
  });
  writeFileSync(file("Pulumi.yaml"), `${guide.program()}\n`);
  writeFileSync(file("index.ts"), `${guide.program()}\n`);
  await guide.next(lab, { replace: origin() });
});

test("a preview shows the integration, and an update creates it", async () => {
  const { stdout } = await guide.next(lab);
  expect(stdout).toContain("+ 2 to create");
  expect(stdout).not.toMatch(/warning/i);
  expect(lab.writes()).toEqual([]);
  expect((await guide.next(lab)).stdout).toContain("+ 2 created");
  expect(tag()).toBe("2613187432");
});

test("reports a change at Pinterest as drift, in a preview and by the command", async () => {
  await guide.next(lab, { replace: origin() });
  expect(tag()).toBe("2600000000001");
  expect((await guide.next(lab)).stdout).toContain("shop update [diff: ~connectedTagId]");
  expect((await guide.next(lab, { exitCode: exitCodes.drift })).stdout).toContain(
    `1 drifted. ${exitCodeIs(exitCodes.drift, programDiffers)}`,
  );
});

test("an update fixes the drift", async () => {
  expect((await guide.next(lab)).stdout).toContain(`1 in sync. ${exitCodeIs(0, nothingDiffers)}`);
  expect(tag()).toBe("2613187432");
});

// For what the workflow does, see test/engine/ci-github.test.ts.
test("copies the workflow that checks for drift", async () => {
  await guide.next(lab);
  expect(existsSync(file(".github/workflows/drift.yml"))).toBe(true);
});

test("runs every command of the guide", () => guide.finish());
