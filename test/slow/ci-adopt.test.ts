import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runJob } from "../../scripts/release/workflow-job.mts";
import { inSubdirectory, kit, kitFile } from "../ci/helpers/kit";
import { githubEnvironment } from "../ci/helpers/platform-environment";
import { github, PlatformServer } from "../ci/helpers/platform-server";
import { temporaryDirectory } from "../temporary-directory";

/** The workflow for GitHub, with commands that only exit. `test/engine/ci-github.test.ts` runs the other jobs with the engine. */

const workflow = kitFile("github/.github/workflows/drift.yml");

/** `drift` writes a report. With `--adopt`, it edits the program. There is no earlier report, so `--baseline` is an error. */
const npx = `#!/bin/sh
case "$*" in
  *--baseline*) exit 1 ;;
  *--adopt*) echo new > index.ts; exit "$ADOPT_CODE" ;;
  *) while [ "$1" != --json ]; do shift; done; echo "{}" > "$2"; exit "$DRIFT_CODE" ;;
esac
`;

let platform: PlatformServer;
let repository: string;

beforeEach(async () => {
  platform = await PlatformServer.start(github);
  repository = temporaryDirectory();
  const remote = temporaryDirectory();
  for (const [path, text] of Object.entries({
    "infra/index.ts": "old\n",
    "index.ts": "old\n",
    "bin/npx": npx,
    "bin/pulumi": "#!/bin/sh\n",
  })) {
    mkdirSync(join(repository, path, ".."), { recursive: true });
    writeFileSync(join(repository, path), text, { mode: 0o755 });
  }
  git("init", "--initial-branch=main");
  git("init", "--bare", remote);
  git("remote", "add", "origin", remote);
  git("add", ".");
  git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--message=first");
});

afterEach(() => platform.stop());

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: repository, encoding: "utf8", stdio: "pipe" });
}

function run(name: "drift" | "adopt", text: string, codes: { drift: number; adopt: number }) {
  return runJob(text.replace("node scripts/", `node ${kit}/scripts/`), name, {
    directory: repository,
    environment: {
      ...process.env,
      ...githubEnvironment(platform),
      PATH: `${join(repository, "bin")}:${process.env.PATH}`,
      DRIFT_CODE: String(codes.drift),
      ADOPT_CODE: String(codes.adopt),
    },
    values: { "github.token": "ghs_test", "vars.PINTEREST_ADOPT": "true" },
    variables: { STACKS: "prod" },
  });
}

test.each<[drift: number, adopt: number, isSuccess: boolean, hasPatch: boolean]>([
  // Everything was copied, and the check after the edit found no drift.
  [7, 0, true, true],
  // Some values cannot be copied.
  [7, 7, true, true],
  [0, 0, true, true],
  // Values could be missing in the patch.
  [7, 1, true, false],
  [7, 2, true, false],
  [7, 17, true, false],
  [17, 7, false, false],
  [17, 17, false, false],
  [1, 0, false, false],
])(
  "after the codes %i of the check and %i of --adopt, the job's success is %s, and that of the patch is %s",
  async (drift, adopt, isSuccess, hasPatch) => {
    const result = await run("drift", workflow, { drift, adopt });
    expect([result.isSuccess, existsSync(join(repository, "reports/drift/adopt.patch"))]).toEqual([
      isSuccess,
      hasPatch,
    ]);
  },
);

test.each([
  ["the root", "", workflow],
  ["a subdirectory", "infra/", inSubdirectory(workflow)],
])("the job pushes the edits of a program in %s", async (_, directory, text) => {
  const codes = { drift: 7, adopt: 0 };
  await run("drift", text, codes);
  // Each job has its own checkout.
  git("checkout", "--", ".");
  const { isSuccess, log } = await run("adopt", text, codes);
  expect([isSuccess, log]).toEqual([true, expect.stringContaining("Opened pull request")]);
  expect(git("diff", "--name-only", "main", "origin/pinterest-drift").trim()).toBe(`${directory}index.ts`);
  expect(git("show", `origin/pinterest-drift:${directory}index.ts`)).toBe("new\n");
  expect(readFileSync(join(repository, "reports/drift/stack"), "utf8")).toBe("prod\n");
});
