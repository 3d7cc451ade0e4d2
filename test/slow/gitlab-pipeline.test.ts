import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { kitFile, withVault } from "../ci/helpers/kit";

const bin = resolve(__dirname, "../../node_modules/.bin");

describe("gitlab/.gitlab-ci.yml", () => {
  const pipeline = "gitlab/.gitlab-ci.yml";

  function jobs(text: string, source: string): { names: string[]; output: string; status: number | null } {
    const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-gitlab-"));
    try {
      execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: directory });
      execFileSync("git", ["remote", "add", "origin", "https://gitlab.example.com/shop/infra.git"], {
        cwd: directory,
      });
      const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
      execFileSync("git", [...author, "commit", "--quiet", "--allow-empty", "--message=first"], {
        cwd: directory,
      });
      writeFileSync(join(directory, ".gitlab-ci.yml"), text);
      const { stdout, stderr, status } = spawnSync(
        join(bin, "node"),
        [join(bin, "gitlab-ci-local"), "--list-csv", "--variable", `CI_PIPELINE_SOURCE=${source}`],
        { cwd: directory, encoding: "utf8", env: { ...process.env, HOME: directory } },
      );
      const rows = stdout.split("\n").filter((line) => /;(check|report|up);/.test(line));
      return { names: rows.map((row) => row.split(";")[0] ?? ""), output: stdout + stderr, status };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  test.each([
    ["merge_request_event", ["preview: [prod]", "preview-note"]],
    ["schedule", ["drift: [prod]", "drift-issue"]],
    ["push", ["up: [prod]"]],
    ["web", ["up: [prod]"]],
  ])("conforms to GitLab's schema, and has the expected jobs for %s", (source, names) => {
    const text = kitFile(pipeline);
    for (const variant of [text, withVault(text)]) {
      const found = jobs(variant, source);
      expect(found.output).toContain("json schema validated");
      expect([found.status, found.names]).toEqual([0, names]);
    }
    expect(withVault(text)).toContain("\n  id_tokens: ");
  });

  test("an unknown key violates the schema", () => {
    const wrong = kitFile(pipeline).replace("exit_codes: 7", "exit_code: 7");
    expect(jobs(wrong, "schedule").status).not.toBe(0);
  });
});
