import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type JobResult, runJob } from "../../scripts/release/workflow-job.mts";
import { inSubdirectory, kitFile, withVault } from "../ci/helpers/kit";
import { jobEnvironment, openKitLab, program } from "../ci/helpers/kit-lab";
import { githubEnvironment } from "../ci/helpers/platform-environment";
import { github, PlatformServer } from "../ci/helpers/platform-server";
import type { VaultServer } from "../ci/helpers/vault-server";
import { mergeDeploysPending } from "../expected/reports";
import type { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

let lab: Lab;
let vault: VaultServer;
let platform: PlatformServer;
let allOutput = "";

const drifted = "2600000000001";
const setTag = (tag: string) => lab.emulator.change("prod-shop", { connected_tag_id: tag });
const tag = () => lab.emulator.integration("prod-shop")?.connected_tag_id;

beforeAll(async () => {
  ({ lab, vault } = await openKitLab());
  platform = await PlatformServer.start(github);
});

afterAll(async () => {
  await platform?.stop();
  await vault?.stop();
  await lab?.close();
});

/** Settings of a run, in addition to the repository's. */
interface Settings {
  /** @default only `prod` */
  stacks?: readonly string[];
  /** Values of expressions. */
  values?: Record<string, string>;
  environment?: Record<string, string>;
  change?: (text: string) => string;
}

interface WorkflowResult extends Pick<JobResult, "log" | "summary"> {
  /** Whether each job succeeded. */
  readonly jobs: Readonly<Record<string, boolean>>;
}

/** The jobs of each workflow. All but the first one also run if another one fails. For `adopt`, see test/slow/ci-adopt.test.ts. */
const jobsOf = { up: ["up"], drift: ["drift", "issue"], preview: ["preview", "comment"] } as const;

/** Runs the jobs of a workflow. A job with a matrix runs once for each stack. */
async function run(name: keyof typeof jobsOf, settings: Settings = {}): Promise<WorkflowResult> {
  const { stacks = ["prod"], values = {}, environment = {}, change = (text) => text } = settings;
  const job = jobEnvironment(lab);
  const reports = join(lab.directory, "reports");
  rmSync(reports, { recursive: true, force: true });
  const matrix: Record<string, string>[] = stacks.map((stack, index) => ({
    STACK: stack,
    REPORT: join(reports, String(index)),
    CHECKS: String(stacks.length),
  }));
  const result = { jobs: {} as Record<string, boolean>, log: "", summary: "" };
  const text = change(kitFile(`github/.github/workflows/${name}.yml`));
  for (const [index, jobName] of jobsOf[name].entries()) {
    const isFirst = index === 0;
    const runs = !isFirst ? [{}] : name === "drift" ? [{ STACKS: stacks.join(" ") }] : matrix;
    for (const variables of runs) {
      const { isSuccess, log, summary } = await runJob(text, jobName, {
        directory: lab.directory,
        environment: { ...job.environment, ...githubEnvironment(platform), ...environment },
        values: { "github.token": "ghs_test", ...job.values, ...values },
        variables,
        cache: join(lab.directory, "cache"),
      });
      result.jobs[jobName] = isSuccess && result.jobs[jobName] !== false;
      result.log += log;
      result.summary += summary;
    }
  }
  allOutput += result.log + result.summary;
  return result;
}

/** Runs a workflow with the changes for a project in `infra/`. Moves the project there for the run. */
async function runInSubdirectory(
  name: keyof typeof jobsOf,
  settings: Settings = {},
): Promise<WorkflowResult> {
  const { change = (text) => text } = settings;
  const infra = join(lab.directory, "infra");
  const files = readdirSync(lab.directory).filter((file) => /^(Pulumi|package|index|scripts)/.test(file));
  mkdirSync(infra);
  symlinkSync(join(lab.directory, "node_modules"), join(infra, "node_modules"));
  for (const file of files) renameSync(join(lab.directory, file), join(infra, file));
  try {
    return await run(name, { ...settings, change: (text) => inSubdirectory(change(text)) });
  } finally {
    for (const file of files) renameSync(join(infra, file), join(lab.directory, file));
    rmSync(infra, { recursive: true });
  }
}

/** The settings for tokens from the vault. */
const forVault = (...stacks: string[]) => ({
  stacks,
  change: withVault,
  values: { "vars.VAULT_ADDR": vault.url, "vars.VAULT_ROLE": "pinterest" },
  environment: vault.githubEnvironment,
});

test("a push to main deploys the program with tokens from a vault, in a subdirectory, and only to the stacks that the nightly check covers", async () => {
  expect((await runInSubdirectory("up", forVault("prod", "vault"))).jobs).toEqual({ up: true });
  expect(lab.idsAtPinterest("shop-1")).toEqual(["prod-other", "prod-shop"]);
  expect(lab.idsAtPinterest("north")).toEqual(["vault-other", "vault-shop"]);
  const wrong = await run("up", { stacks: ["staging"] });
  expect([wrong.jobs, wrong.log]).toEqual([{ up: false }, expect.stringContaining("PINTEREST_STACKS")]);
});

test("the drift workflow opens an issue for drift and for unmanaged integrations of all stacks, and ignores an unusable earlier report", async () => {
  setTag(drifted);
  lab.emulator.put("connected-by-hand");
  mkdirSync(join(lab.directory, "cache"));
  writeFileSync(join(lab.directory, "cache/baseline.json"), "{");
  const found = await runInSubdirectory("drift", forVault("vault", "prod"));
  lab.emulator.remove("connected-by-hand");
  expect(found.jobs).toEqual({ drift: true, issue: true });
  expect(found.summary.match(/## Pinterest drift/g)).toHaveLength(1);
  expect(platform.issues).toMatchObject([
    { title: "Pinterest drift: 1 integration differs, 1 is unmanaged", state: "open", comments: [] },
  ]);
  for (const text of [drifted, `${lab.project}/vault`, "connected-by-hand", "pulumi-pinterest drift --fix"])
    expect(platform.issues[0]?.body).toContain(text);
  // A check reports drift and does not fix it.
  expect(tag()).toBe(drifted);
});

describe("a change that replaces an integration beyond the delete limit, and updates a drifted one", () => {
  beforeAll(async () => {
    await lab.succeed("config", "set", "pinterest:deleteLimit", "0", "--stack", "prod");
    setTag(drifted);
    program(lab, { tag: "2613187432", other: "replaced" });
  });

  test("a pull request gets one comment with its changes, also for a project in a subdirectory", async () => {
    const changed = await runInSubdirectory("preview", {
      values: { "github.event.pull_request.number": "12" },
    });
    expect(changed.jobs).toEqual({ preview: true, comment: true });
    expect(platform.comments).toHaveLength(1);
    for (const text of [
      "**Deploying this program replaces 1 integration at Pinterest (`prod-other`) and updates 1.**",
      "`pinterest:deleteLimit` allows 0",
      '~ connectedTagId: "2600000000001" => "2613187432"',
      "drift: 1 integration differs",
      mergeDeploysPending,
    ])
      expect(platform.comments[0]?.body).toContain(text);
    // The delete limit can stop the deployment.
    expect(platform.comments[0]?.body).not.toMatch(/Merging|pulumi up|--fix/);
    expect(changed.summary).toContain("2600000000001");
  });

  test("an update that the delete limit blocks creates no replacement, and succeeds with a higher limit", async () => {
    const blocked = await run("up");
    expect(blocked.jobs).toEqual({ up: false });
    expect(blocked.log).toContain("`pinterest:deleteLimit` (PINTEREST_DELETE_LIMIT) is 0. Increase it");
    expect(lab.emulator.integration("prod-replaced")).toBeUndefined();
    expect((await run("up", { values: { "inputs.delete_limit": "1" } })).jobs).toEqual({ up: true });
    expect(lab.emulator.integration("prod-replaced")).toBeDefined();
    // An update also fixes drift.
    expect(tag()).toBe("2613187432");
  });
});

test("no token is in a log, a summary, an issue or a comment", () => {
  const written = [allOutput, JSON.stringify(platform.issues), JSON.stringify(platform.comments)].join("\n");
  const accounts = lab.emulator.accounts().map(({ name }) => lab.emulator.token(name));
  expect(leaksIn("CI", written, [...accounts, ...vault.secrets, "ghs_test"])).toEqual([]);
});
