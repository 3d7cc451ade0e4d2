import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { inSubdirectory, kitFile, withVault } from "../ci/helpers/kit";
import { jobEnvironment, openKitLab, program } from "../ci/helpers/kit-lab";
import { githubEnvironment } from "../ci/helpers/platform-environment";
import { github, PlatformServer } from "../ci/helpers/platform-server";
import type { VaultServer } from "../ci/helpers/vault-server";
import { readWorkflow } from "../ci/helpers/workflow";
import { runWorkflow, type WorkflowResult } from "../ci/helpers/workflow-runner";
import type { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

let lab: Lab;
let vault: VaultServer;
let platform: PlatformServer;
let allOutput = "";

const drifted = "2600000000001";
const setTag = (tag: string) => lab.emulator.change("prod-shop", { connected_tag_id: tag });
const tag = () => lab.emulator.integration("prod-shop")?.connected_tag_id;
const integrationsOf = (account: string) =>
  lab.emulator
    .integrations(account)
    .map(({ external_business_id }) => external_business_id)
    .sort();

beforeAll(async () => {
  ({ lab, vault } = await openKitLab());
  platform = await PlatformServer.start(github);
});

afterAll(async () => {
  await platform?.stop();
  await vault?.stop();
  await lab?.close();
});

/** Settings of a run, in addition to the repository's, which are only for the stack `prod`. */
interface Settings {
  secrets?: Record<string, string>;
  vars?: Record<string, string>;
  event?: object;
  inputs?: Record<string, string>;
  jobEnvironment?: Record<string, string>;
  change?: (text: string) => string;
}

async function run(name: string, settings: Settings = {}): Promise<WorkflowResult> {
  const {
    change = (text) => text,
    secrets,
    vars,
    jobEnvironment: variables,
    event = {},
    inputs = {},
  } = settings;
  const job = jobEnvironment(lab);
  const result = await runWorkflow(readWorkflow(change(kitFile(`github/.github/workflows/${name}.yml`))), {
    directory: lab.directory,
    environment: job.environment,
    jobEnvironment: { ...githubEnvironment(platform), ...variables },
    secrets: { ...job.secrets, ...secrets },
    vars: { ...job.vars, ...vars },
    event,
    inputs,
  });
  allOutput += result.log + result.summary;
  return result;
}

/** Runs a workflow with the changes for a project in `infra/`. Moves the project there for the run. */
async function runInSubdirectory(name: string, settings: Settings = {}): Promise<WorkflowResult> {
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

const pullRequest = (repository = "shop/infra", login = "somebody") => ({
  pull_request: { number: 12, head: { repo: { full_name: repository } }, user: { login } },
});
const rejectedToken = { secrets: { PINTEREST_ACCESS_TOKEN: "pina_refused" } };

/** The settings for tokens from the vault. */
const forVault = (stacks: string[]) => ({
  change: withVault,
  vars: { VAULT_ADDR: vault.url, VAULT_ROLE: "pinterest", PINTEREST_STACKS: JSON.stringify(stacks) },
  jobEnvironment: vault.githubEnvironment,
});

test("a push to main deploys the program", async () => {
  expect((await run("up")).jobs).toEqual({ up: "success" });
  expect(integrationsOf("shop-1")).toEqual(["prod-other", "prod-shop"]);
  const wrong = await run("up", { vars: { PINTEREST_STACKS: '["staging"]' } });
  expect([wrong.jobs, wrong.log]).toEqual([{ up: "failure" }, expect.stringContaining("PINTEREST_STACKS")]);
});

test("with a vault, jobs have tokens that no secret contains, also for a project in a subdirectory", async () => {
  const withoutToken = { secrets: { PINTEREST_ACCESS_TOKEN: "" } };
  const { jobs } = await runInSubdirectory("up", { ...forVault(["vault"]), ...withoutToken });
  expect(jobs).toEqual({ up: "success" });
  expect(integrationsOf("north")).toEqual(["vault-other", "vault-shop"]);
});

test("the drift workflow opens an issue for drift, and keeps it open through a failure", async () => {
  setTag(drifted);
  const found = await run("drift", forVault(["vault", "prod"]));
  expect(found.jobs).toEqual({ drift: "success", issue: "success" });
  expect(found.summary.match(/## Pinterest drift/g)).toHaveLength(1);
  expect(platform.issues).toMatchObject([{ title: "Pinterest drift: 1 integration differs", state: "open" }]);
  expect(platform.issues[0]?.body).toContain("2600000000001");
  expect(platform.issues[0]?.body).toContain("lab/vault");
  expect(platform.issues[0]?.body).toContain("`npx pulumi-pinterest drift --fix --stack prod`");

  const failed = await run("drift", rejectedToken);
  expect(failed.jobs).toEqual({ drift: "failure", issue: "success" });
  expect(platform.issues).toMatchObject([
    { title: "Pinterest drift check failed; an earlier check found drift", state: "open" },
  ]);
  expect(platform.issues[0]?.body).toContain("HTTP 401");
  expect(platform.issues[0]?.body).toContain("2600000000001");

  // A check reports drift and does not fix it.
  expect(tag()).toBe(drifted);
});

test("the drift workflow finds a project in a subdirectory, and closes the issue without drift", async () => {
  setTag("1");
  expect((await runInSubdirectory("drift")).jobs).toEqual({ drift: "success", issue: "success" });
  expect(platform.issues).toMatchObject([{ state: "closed" }]);
});

test("the drift workflow opens an issue for an integration that the program of no stack manages", async () => {
  lab.emulator.put("connected-by-hand");
  const { jobs } = await run("drift", forVault(["prod", "vault"]));
  lab.emulator.remove("connected-by-hand");
  expect(jobs).toEqual({ drift: "success", issue: "success" });
  expect(platform.open()).toMatchObject([{ title: "Pinterest: 1 integration is unmanaged" }]);
  expect(platform.open()[0]?.body).toContain("pulumi-pinterest import --stack prod`, followed by their IDs");
});

describe("a change that replaces an integration beyond the delete limit, and updates a drifted one", () => {
  beforeAll(async () => {
    await lab.succeed("config", "set", "pinterest:deleteLimit", "0", "--stack", "prod");
    setTag(drifted);
    program(lab, { tag: "2613187432", other: "replaced" });
  });

  test("a pull request gets one comment with its changes, which the next push updates", async () => {
    const event = pullRequest();
    const changed = await run("preview", { event });
    expect(changed.jobs).toEqual({ preview: "success", comment: "success" });
    expect(platform.comments).toHaveLength(1);
    expect(platform.comments[0]?.body).toContain(
      "**Merging replaces 1 integration at Pinterest (`prod-other`) and updates 1.**",
    );
    expect(platform.comments[0]?.body).toContain("`pinterest:deleteLimit` allows 0");
    expect(platform.comments[0]?.body).toMatch(/~ connectedTagId: "2600000000001" => "2613187432"/);
    expect(platform.comments[0]?.body).toContain("drift: 1 integration differs");
    expect(platform.comments[0]?.body).toContain("Merging starts their deployment.");
    // The delete limit can stop the deployment.
    expect(platform.comments[0]?.body).not.toMatch(/Merging (deploys|fixes|writes)|pulumi up|--fix/);
    expect(changed.summary).toContain("2600000000001");

    const failed = await run("preview", { event, vars: { PINTEREST_STACKS: '["staging"]' } });
    expect(failed.jobs).toEqual({ preview: "failure", comment: "success" });
    expect(platform.comments).toHaveLength(1);
    for (const text of [failed.log, failed.summary, platform.comments[0]?.body]) {
      expect(text).toContain("set the variable PINTEREST_STACKS");
    }

    for (const event of [pullRequest("else/infra"), pullRequest("shop/infra", "dependabot[bot]")]) {
      expect((await run("preview", { event })).jobs).toEqual({ preview: "skipped", comment: "skipped" });
    }
  });

  test("the comment shows the changes if the check fails, also for a project in a subdirectory", async () => {
    const revoked = await runInSubdirectory("preview", { event: pullRequest(), ...rejectedToken });
    expect(revoked.jobs).toEqual({ preview: "failure", comment: "success" });
    expect(platform.comments).toHaveLength(1);
    expect(platform.comments[0]?.body).toContain("~ 1 to update");
    expect(platform.comments[0]?.body).toContain("HTTP 401");
    expect(platform.comments[0]?.body).toContain("**The check failed, at least in part.**");
  });

  test("an update that the delete limit blocks creates no replacement, and succeeds with a higher limit", async () => {
    const blocked = await run("up");
    expect(blocked.jobs).toEqual({ up: "failure" });
    expect(blocked.log).toContain("`pinterest:deleteLimit` (PINTEREST_DELETE_LIMIT) is 0. Increase it");
    expect(lab.emulator.integration("prod-replaced")).toBeUndefined();
    // The engine starts no operations after a failure: the update of the drifted integration may be one of them.
    setTag(drifted);
    expect((await run("up", { inputs: { delete_limit: "1" } })).jobs).toEqual({ up: "success" });
    expect(lab.emulator.integration("prod-replaced")).toBeDefined();
    // An update also fixes drift.
    expect(tag()).toBe("2613187432");
  });
});

test("no token is in a log, a summary, an issue or a comment", () => {
  const written = [allOutput, JSON.stringify(platform.issues), JSON.stringify(platform.comments)].join("\n");
  const accounts = lab.emulator.accounts().map(({ name }) => lab.emulator.token(name));
  expect(leaksIn("CI", written, [...accounts, ...vault.secrets, "pina_refused", "ghs_test"])).toEqual([]);
});
