import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { repository } from "../helpers/engine";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("README.md");
const readme = readFileSync(join(repository, "README.md"), "utf8");

const lab = labOfFile();

beforeAll(() => {
  // The quick start begins in an empty directory, and sets the environment itself.
  for (const name of ["Pulumi.yaml", "Pulumi.test.yaml", "package.json", "index.js"])
    rmSync(join(lab.directory, name), { force: true });
  for (const name of ["PINTEREST_API_URL", "PINTEREST_ACCESS_TOKEN", "PULUMI_BACKEND_URL"])
    delete lab.environment[name];
});

test("the quick start creates a project and an integration in an empty directory", async () => {
  await guide.next(lab, {
    replace: {
      "(cd pulumi-pinterest && npm ci && npm pack)\nmkdir quickstart\ncd quickstart\n": "",
      // The package is linked here, as npm would install it.
      "npm install ../pulumi-pinterest/pulumi-pinterest-0.1.0.tgz @pulumi/pulumi":
        "ls node_modules/pulumi-pinterest",
    },
  });
  writeFileSync(join(lab.directory, "Pulumi.yaml"), `${guide.program()}\n`);
  writeFileSync(join(lab.directory, "index.ts"), `${guide.program()}\n`);
  const { output, stdout } = await guide.next(lab, { replace: origin() });
  expect(output).not.toMatch(/warning/i);
  expect(linesOf(stdout)).toEqual(expect.arrayContaining(shown("pulumi up --yes")));
  expect(lab.emulator.integration("my-shop-1")).toMatchObject({ connected_tag_id: "2613187432" });
});

test("the quick start finds and fixes drift, and deletes the integration", async () => {
  const { stdout } = await guide.next(lab, { replace: origin(), exitCode: 7 });
  expect(linesOf(stdout)).toEqual(expect.arrayContaining(shown("npx pulumi-pinterest drift")));
  expect((await guide.next(lab)).stdout).toMatch(/1 updated[\s\S]*2 deleted/);
  expect(lab.emulator.integrations()).toEqual([]);
});

test("the last commands check a token in a new stack", async () => {
  const { output } = await guide.next(lab, {
    stdin: lab.emulator.token(),
    replace: { "pulumi stack init": "unset PINTEREST_ACCESS_TOKEN\npulumi stack init" },
  });
  expect(output).toContain("Pinterest accepts the access token in pinterest:accessToken");
});

/** The emulator's origin in the guide, and in this test. */
function origin(): Record<string, string> {
  return { "http://127.0.0.1:4010": new URL(lab.emulator.url).origin };
}

/** The lines that the README shows below a command. */
function shown(command: string): string[] {
  const [, output] = readme.split(`\n${command}\n\`\`\`\n\n\`\`\`console\n`);
  if (output === undefined) throw new Error(`README.md shows no output of ${command}`);
  return linesOf(output.slice(0, output.indexOf("\n```")));
}

/** The lines of an output, without durations, times, integration IDs, and the lines that the README omits. */
function linesOf(output: string): string[] {
  return output
    .replaceAll(/ \([\d.]+m?s\)/g, "")
    .replaceAll(/[\dTZ:-]{20}/g, "TIME")
    .replaceAll(/"\d{19}"/g, '"ID"')
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "…");
}

test("runs every command of the quick start", () => guide.finish());
