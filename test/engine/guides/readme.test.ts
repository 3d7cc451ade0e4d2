import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repository } from "../helpers/engine";
import { Guide } from "../helpers/guide";
import { Lab } from "../helpers/lab";

const guide = Guide.read("README.md");
const readme = readFileSync(join(repository, "README.md"), "utf8");

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
  const { output } = await guide.next(lab, { stdin: lab.emulator.token() });
  expect(output).toContain("Pinterest accepts the access token in pinterest:accessToken");
  expect(output).not.toMatch(/warning/i);
  expect(linesOf((await guide.next(lab)).stdout)).toEqual(expect.arrayContaining(shown("pulumi up --yes")));
  expect(lab.emulator.integration("my-shop-1")).toMatchObject({ connected_tag_id: "2613187432" });
});

test("the quick start shows drift in a preview, and deletes the integration", async () => {
  lab.emulator.change("my-shop-1", { connected_tag_id: "2600000000001" });
  const { stdout } = await guide.next(lab);
  expect(linesOf(stdout)).toEqual(expect.arrayContaining(shown("pulumi preview --diff")));
  expect((await guide.next(lab)).stdout).toContain("2 deleted");
  expect(lab.emulator.integrations()).toEqual([]);
});

/** The lines that the README shows below a command. */
function shown(command: string): string[] {
  const [, output] = readme.split(`\n${command}\n\`\`\`\n\n\`\`\`console\n…\n`);
  if (output === undefined) throw new Error(`README.md shows no output of ${command}`);
  return linesOf(output.slice(0, output.indexOf("\n```")));
}

/** The lines of an output, without durations and integration IDs. */
function linesOf(output: string): string[] {
  return output
    .replaceAll(/ \([\d.]+m?s\)/g, "")
    .replaceAll(/"\d{19}"/g, '"ID"')
    .split("\n")
    .map((line) => line.trimEnd());
}

test("runs every command of the quick start", () => guide.finish());
