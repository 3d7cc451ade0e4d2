import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { kit } from "../ci/helpers/kit";
import { githubEnvironment, gitlabEnvironment } from "../ci/helpers/platform-environment";
import { github, gitlab, PlatformServer } from "../ci/helpers/platform-server";
import { temporaryDirectory } from "../temporary-directory";

/** The exit code and counts of a check's report, or undefined if the check wrote no report. */
type CheckReport =
  | {
      exitCode: number;
      drifted?: number;
      missing?: number;
      accepted?: number;
      unmanaged?: number;
      /** Integrations with new findings, if there is an earlier report. */
      new?: number;
      newUnmanaged?: number;
      newFailures?: number;
      /** The time of the earlier report. */
      baseline?: string;
      /** Pending changes by external business ID. */
      pending?: Record<string, string[]>;
      /** Statuses by external business ID. The default is "in-sync". */
      statuses?: Record<string, string>;
      /** Aliases of renamed integrations whose update is refused, by external business ID. */
      refused?: Record<string, string>;
      deleteLimit?: string;
      onDelete?: string;
      markdown?: string;
    }
  | undefined;

let directory: string;

beforeEach(() => {
  directory = temporaryDirectory();
});

function writeReports(checks: Record<string, CheckReport>, total = Object.keys(checks).length): void {
  rmSync(directory, { recursive: true, force: true });
  for (const [index, [stack, report]] of Object.entries(checks).entries()) {
    const folder = join(directory, String(index));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "stack"), `${stack}\n`);
    writeFileSync(join(folder, "total"), `${total}\n`);
    writeFileSync(join(folder, "preview.txt"), `a preview of ${stack} with \`\`\` in it\n`);
    if (report === undefined) continue;
    const {
      exitCode,
      markdown = `report of ${stack}`,
      pending = {},
      deleteLimit = "",
      onDelete = "",
      statuses = {},
      refused = {},
      baseline,
      ...summary
    } = report;
    writeFileSync(join(folder, "delete-limit"), deleteLimit);
    writeFileSync(join(folder, "on-delete"), onDelete);
    const merchants = Object.entries(pending).map(([id, changes]) => ({
      name: id,
      externalBusinessId: id,
      status: statuses[id] ?? "in-sync",
      pending: changes,
      ...(refused[id] !== undefined && { alias: refused[id], refused: true }),
    }));
    const written = { version: 1, exitCode, summary, baseline, stacks: [{ merchants }] };
    writeFileSync(join(folder, "drift.json"), JSON.stringify(written));
    writeFileSync(join(folder, "drift.md"), `${markdown}\n`);
  }
}

describe.each([
  { name: "GitHub", api: github },
  { name: "GitLab", api: gitlab },
])("at $name", ({ name, api }) => {
  let platform: PlatformServer;
  let environment: Record<string, string>;

  beforeEach(async () => {
    platform = await PlatformServer.start(api);
    environment =
      name === "GitHub"
        ? { ...githubEnvironment(platform), GITHUB_TOKEN: "ghs_test", PULL_REQUEST: "12" }
        : { ...gitlabEnvironment(platform), CI_PROJECT_DIR: join(kit, "gitlab") };
  });

  afterEach(() => platform.stop());

  /** Runs a script in a thread, which starts faster than a process. */
  async function run(script: string): Promise<{ exitCode: number; output: string }> {
    const thread = new Worker(join(kit, "scripts", script), {
      argv: [directory],
      env: environment,
      stdout: true,
      stderr: true,
    });
    const output = Promise.all([thread.stdout, thread.stderr].map((stream) => text(stream)));
    const [exitCode] = await once(thread, "exit");
    return { exitCode, output: (await output).join("") };
  }

  async function updateIssue(checks: Record<string, CheckReport>, of?: number): Promise<void> {
    writeReports(checks, of);
    const { exitCode, output } = await run("drift-issue.mjs");
    expect([exitCode, output]).toEqual([0, output]);
  }

  test("opens an issue for drift, updates it with a comment if the drift changes, and closes it without drift", async () => {
    await updateIssue({ dev: { exitCode: 0 }, prod: { exitCode: 7, drifted: 2, missing: 1 } });
    expect(platform.issues).toMatchObject([
      {
        title: "Pinterest drift: 2 integrations differ, 1 is missing",
        labels: ["pinterest-drift"],
        comments: [],
      },
    ]);
    expect(platform.issues[0]?.body).toContain("report of prod");

    await updateIssue({ prod: { exitCode: 7, drifted: 3, markdown: "another report" } });
    expect(platform.issues).toMatchObject([
      { title: "Pinterest drift: 3 integrations differ", state: "open" },
    ]);
    expect(platform.issues[0]?.body).toContain("another report");
    expect(platform.issues[0]?.body).not.toContain("report of prod");
    expect(platform.issues[0]?.comments).toHaveLength(1);

    await updateIssue({ prod: { exitCode: 7, drifted: 3 } });
    expect(platform.issues[0]?.comments).toHaveLength(1);

    await updateIssue({ prod: { exitCode: 0 } });
    expect(platform.issues).toMatchObject([{ state: "closed" }]);
    expect(platform.issues[0]?.comments.at(-1)).toMatch(/^The check found no drift: https/);

    await updateIssue({ prod: { exitCode: 7, drifted: 1 } });
    expect(platform.open()).toMatchObject([{ title: "Pinterest drift: 1 integration differs" }]);
    expect(platform.issues).toHaveLength(2);

    await updateIssue({ prod: { exitCode: 0, accepted: 1 } });
    expect(platform.open()).toEqual([]);
    expect(platform.issues.flatMap(({ comments }) => comments)).toContainEqual(
      expect.stringContaining("only accepted drift (1 integration)"),
    );
  });

  test("comments on new findings only, if the check was compared with an earlier one", async () => {
    const baseline = "2026-08-01T00:00:00.000Z";
    await updateIssue({ prod: { exitCode: 7, drifted: 3 } });
    await updateIssue({ prod: { exitCode: 7, drifted: 2, new: 0, baseline } });
    await updateIssue({ prod: { exitCode: 17, drifted: 1, new: 0, baseline } });
    const [issue] = platform.issues;
    expect(issue).toMatchObject({
      title: "Pinterest drift: 1 integration differs; not everything could be checked",
      comments: [],
    });
    await updateIssue({ prod: { exitCode: 17, drifted: 1, new: 1, baseline } });
    expect(issue?.comments).toEqual([
      expect.stringMatching(/^1 new\. Pinterest drift: 1 integration differs; .*: https/),
    ]);
    await updateIssue({ prod: { exitCode: 17, drifted: 1, new: 0, newFailures: 1, baseline } });
    await updateIssue({ prod: { exitCode: 7, drifted: 1, new: 0, unmanaged: 2, newUnmanaged: 2, baseline } });
    expect(issue?.comments.slice(1)).toEqual([
      expect.stringMatching(/^1 new\. /),
      expect.stringMatching(/^2 new\. Pinterest drift: 1 integration differs, 2 are unmanaged: https/),
    ]);
  });

  test("without a job that deploys, the issue and the comment name a command", async () => {
    environment[name === "GitHub" ? "GITHUB_WORKSPACE" : "CI_PROJECT_DIR"] = directory;
    writeReports({ prod: { exitCode: 7, drifted: 1, pending: { a: ["delete"] }, deleteLimit: "0" } });
    await run("drift-issue.mjs");
    await run("preview-comment.mjs");
    expect(platform.issues[0]?.body).toContain("back, run `pulumi up --refresh --run-program`. This");
    expect(platform.comments[0]?.body).toContain(
      "merge, then run `PINTEREST_DELETE_LIMIT=1 pulumi up --refresh --run-program`.",
    );
  });

  test("ignores issues of others, and reads all pages of a list", async () => {
    const labels = ["pinterest-drift"];
    for (let count = 0; count < 120; count++) platform.addIssue({ title: "somebody's", labels });
    platform.addIssue({ title: "without the label", body: "<!-- pulumi-pinterest drift issue -->" });
    await updateIssue({ prod: { exitCode: 7, drifted: 1 } });
    const own = platform.issues.at(-1);
    await updateIssue({ prod: { exitCode: 0 } });
    expect(own).toMatchObject({ title: "Pinterest drift: 1 integration differs", state: "closed" });
    expect(platform.open()).toHaveLength(121);
    expect(platform.issues).toHaveLength(122);
    expect(platform.issues.slice(0, 121).flatMap(({ comments }) => comments)).toEqual([]);
  });

  test("shows the effects of a change in one comment, and updates it", async () => {
    platform.comments = [{ id: 1, body: "> <!-- pulumi-pinterest preview --> somebody quotes" }];
    writeReports({
      dev: { exitCode: 0, pending: { a: ["scopes", "connectedTagId"], b: ["create"], c: [] } },
      prod: { exitCode: 7, drifted: 1, pending: { a: ["scopes"] } },
    });
    expect(await run("preview-comment.mjs")).toEqual({ exitCode: 0, output: "Created the comment.\n" });
    const body = platform.comments[1]?.body ?? "";
    expect(body).toContain(
      "**Deploying this program updates 2 integrations at Pinterest and creates 1.** Current drift: 1 integration differs. [Run]",
    );
    expect(body).toContain("report of dev");
    expect(body).toContain("````text\na preview of prod with ``` in it\n````");

    writeReports({ dev: undefined, prod: { exitCode: 0 } });
    expect(await run("preview-comment.mjs")).toEqual({ exitCode: 0, output: "Updated the comment.\n" });
    expect(platform.comments).toHaveLength(2);
    expect(platform.comments[0]?.body).toContain("somebody quotes");
    expect(platform.comments[1]?.body).toContain("**The check failed, at least in part.**");
    expect(platform.comments[1]?.body).not.toContain("changes no integration");
    expect(platform.comments[1]?.body).toContain("a preview of dev");
  });

  test("the comment warns if a stack deletes more than its limit allows", async () => {
    const pending = { a: ["delete"], b: ["replace"], c: ["scopes"] };
    writeReports({
      dev: { exitCode: 0, pending, deleteLimit: "2\n" },
      prod: { exitCode: 0, pending, deleteLimit: "1\n" },
      test: { exitCode: 0, pending },
    });
    await run("preview-comment.mjs");
    expect(platform.comments[0]?.body.match(/stack `(\w+)` can fail: it deletes \d, .* allows \d/g)).toEqual([
      "stack `prod` can fail: it deletes 2, and `pinterest:deleteLimit` allows 1",
    ]);
    expect(platform.comments[0]?.body).toContain(
      name === "GitHub"
        ? "merge, then run the workflow `Pinterest up` by hand and enter 2 as `delete_limit`, which sets `PINTEREST_DELETE_LIMIT`."
        : "merge, then run a pipeline for the default branch with the variable `PINTEREST_DELETE_LIMIT` set to 2.",
    );
  });

  test("the comment says what happens to deletions that `pinterest:onDelete` prevents", async () => {
    writeReports({
      dev: { exitCode: 0, pending: { a: ["delete"] }, onDelete: "refuse\n" },
      prod: { exitCode: 0, pending: { a: ["delete"] }, onDelete: "retain\n" },
      test: { exitCode: 0, pending: { a: ["scopes"] }, onDelete: "refuse\n" },
    });
    await run("preview-comment.mjs");
    const warnings = platform.comments[0]?.body.match(/^> (The deployment of stack|In stack) .*$/gm);
    expect(warnings).toEqual([
      "> The deployment of stack `dev` will fail: it deletes 1, and `pinterest:onDelete` is `refuse`. If you want to delete them, set it to `disconnect` before you merge.",
      "> In stack `prod`, `pinterest:onDelete` is `retain`: integrations that are deleted in Pulumi stay at Pinterest, and no program manages them.",
    ]);
  });

  test("exits with 1 if the token is rejected, and names the request without the token", async () => {
    writeReports({ prod: { exitCode: 0 } });
    const token = name === "GitHub" ? "GITHUB_TOKEN" : "GITLAB_TOKEN";
    environment[token] = "wrong-token";
    const refused = await run("drift-issue.mjs");
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toMatch(/^error: GET \S+ failed with HTTP 401: .*Bad credentials/);
    expect(refused.output).not.toContain("wrong-token");
    delete environment[token];
    expect(await run("drift-issue.mjs")).toEqual({
      exitCode: 1,
      output: `error: the environment variable ${token} is not set\n`,
    });
  });

  // Reports and texts do not depend on the platform.
  if (name === "GitHub") {
    describe("reports and texts", () => {
      test("keeps an issue about earlier drift open, with its text, if a check fails", async () => {
        await updateIssue({ prod: { exitCode: 7, drifted: 1, markdown: "connectedTagId differs" } });
        for (const failed of [{ prod: { exitCode: 1 } }, { prod: undefined }]) {
          await updateIssue(failed);
          expect(platform.issues).toMatchObject([
            { state: "open", title: "Pinterest drift check failed; an earlier check found drift" },
          ]);
          expect(platform.issues[0]?.body.match(/connectedTagId differs/g)).toHaveLength(1);
        }
        expect(platform.issues[0]?.body).toContain("stack `prod` failed before it could write a report");
        await updateIssue({ prod: { exitCode: 7, drifted: 1, markdown: "connectedTagId still differs" } });
        expect(platform.issues[0]?.title).toBe("Pinterest drift: 1 integration differs");
        expect(platform.issues[0]?.body).not.toContain("connectedTagId differs");
        await updateIssue({ prod: { exitCode: 1 } });
        await updateIssue({ prod: { exitCode: 0 } });
        expect(platform.open()).toEqual([]);
        expect(platform.issues[0]?.comments.at(-1)).toMatch(/^The check found no drift: https/);
      });

      test("a check without a report, or with an incomplete one, counts as failed", async () => {
        await updateIssue({ prod: { exitCode: 0 } }, 2);
        expect(platform.open()).toMatchObject([{ title: "Pinterest drift check failed" }]);
        expect(platform.issues[0]?.body).toContain("One check wrote no report at all");
        platform.issues = [];
        await updateIssue({});
        expect(platform.open()).toMatchObject([{ title: "Pinterest drift check failed" }]);
        platform.issues = [];
        writeReports({ prod: { exitCode: 0 } });
        writeFileSync(join(directory, "0", "drift.json"), '{"version": 1, "exitC');
        await run("drift-issue.mjs");
        expect(platform.open()).toMatchObject([{ title: "Pinterest drift check failed" }]);
      });

      test.each([
        [
          { "my-shop-1": ["delete"], new: ["replace"], a: ["scopes"], b: ["scopes"], c: ["create"] },
          "deletes 1 integration at Pinterest (`my-shop-1`), replaces 1 (`new`), updates 2 and creates 1",
        ],
        [
          Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`s${index}`, ["delete"]])),
          "deletes 12 integrations at Pinterest (`s0`, `s1`, `s2`, `s3`, `s4` and 7 more)",
        ],
      ])(
        "the comment warns about deletions first, and names up to 5 integrations",
        async (pending, sentence) => {
          writeReports({ prod: { exitCode: 0, pending } });
          await run("preview-comment.mjs");
          const [comment] = platform.comments;
          expect(comment?.body).toMatch(
            /^<!-- .* -->\n> \[!CAUTION\]\n> \*\*Deploying this program deletes .*\*\* \[Run\]\(\S+\)\n\nreport of prod/,
          );
          expect(comment?.body).toContain(`**Deploying this program ${sentence}.**`);
        },
      );
    });
  }
});
