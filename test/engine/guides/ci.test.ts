import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/ci.md");
const scripts = ["scripts/drift-issue.mjs", "scripts/preview-comment.mjs", "scripts/tokens-from-vault.mjs"];

const lab = labOfFile();

test.each([
  ["GitHub", ["preview", "up", "drift"].map((name) => `.github/workflows/${name}.yml`)],
  ["GitLab", [".gitlab-ci.yml"]],
])("the commands copy the files for %s", async (_platform, jobs) => {
  rmSync(join(lab.directory, "scripts"), { recursive: true, force: true });
  await guide.next(lab);
  const missing = [...jobs, ...scripts].filter((name) => !existsSync(join(lab.directory, name)));
  expect(missing).toEqual([]);
  expect(readFileSync(join(lab.directory, ".gitignore"), "utf8")).toContain("reports/\n");
});

test("runs every command of the guide", () => guide.finish());
