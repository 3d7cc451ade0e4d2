import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { inSubdirectory, kitFile, withVault } from "../ci/helpers/kit";
import { jobEnvironment, openKitLab, program } from "../ci/helpers/kit-lab";
import { githubEnvironment } from "../ci/helpers/platform-environment";
import { github, PlatformServer } from "../ci/helpers/platform-server";
import { VaultServer } from "../ci/helpers/vault-server";
import { readWorkflow } from "../ci/helpers/workflow";
import { runWorkflow, type WorkflowResult } from "../ci/helpers/workflow-runner";
import type { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

let lab: Lab;
let platform: PlatformServer;
let allOutput = "";

const accepted = { tag: "1", drifted: "2600000000001" };
const tagOf = (stack: string) => lab.emulator.integration(`${stack}-shop`)?.connected_tag_id;

beforeAll(async () => {
  lab = await openKitLab();
  platform = await PlatformServer.start(github);
});

beforeEach(() => {
  program(lab, accepted.tag);
  for (const stack of ["dev", "prod"])
    lab.emulator.change(`${stack}-shop`, { connected_tag_id: accepted.tag });
});

afterAll(async () => {
  await platform?.stop();
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

const pullRequest = (repository = "shop/infra", login = "somebody") => ({
  pull_request: { number: 12, head: { repo: { full_name: repository } }, user: { login } },
});
const bothStacks = { vars: { PINTEREST_STACKS: '["dev", "prod"]' } };
const rejectedToken = { secrets: { PINTEREST_ACCESS_TOKEN: "pina_refused" } };

test("the drift workflow opens an issue for drift, keeps it open through a failure, and closes it without drift", async () => {
  lab.emulator.change("prod-shop", { connected_tag_id: accepted.drifted });
  const drifted = await run("drift", bothStacks);
  expect(drifted.jobs).toEqual({ drift: "success", issue: "success" });
  expect(drifted.summary.match(/## Pinterest drift/g)).toHaveLength(2);
  expect(platform.issues).toMatchObject([{ title: "Pinterest drift: 1 integration differs", state: "open" }]);
  expect(platform.issues[0]?.body).toContain("2600000000001");
  expect(platform.issues[0]?.body).toContain("lab/dev");
  expect(platform.issues[0]?.body).toContain("`npx pulumi-pinterest drift --fix --stack prod`");

  const failed = await run("drift", rejectedToken);
  expect(failed.jobs).toEqual({ drift: "failure", issue: "success" });
  expect(platform.issues).toMatchObject([
    { title: "Pinterest drift check failed; an earlier check found drift", state: "open" },
  ]);
  expect(platform.issues[0]?.body).toContain("HTTP 401");
  expect(platform.issues[0]?.body).toContain("2600000000001");

  // A check reports drift and does not fix it.
  expect(tagOf("prod")).toBe(accepted.drifted);
  lab.emulator.change("prod-shop", { connected_tag_id: accepted.tag });
  expect((await run("drift")).jobs).toEqual({ drift: "success", issue: "success" });
  expect(platform.issues).toMatchObject([{ state: "closed" }]);
});

test("a pull request gets one comment with its changes, which the next push updates", async () => {
  const event = pullRequest();
  lab.emulator.change("prod-shop", { connected_tag_id: accepted.drifted });
  program(lab, "2613187432");
  const changed = await run("preview", { event });
  expect(changed.jobs).toEqual({ preview: "success", comment: "success" });
  expect(platform.comments).toHaveLength(1);
  expect(platform.comments[0]?.body).toContain("**Merging updates 1 integration at Pinterest.**");
  expect(platform.comments[0]?.body).toMatch(/~ connectedTagId: "2600000000001" => "2613187432"/);
  expect(platform.comments[0]?.body).toContain("drift: 1 integration differs");
  expect(platform.comments[0]?.body).toContain("Merging deploys them.");
  expect(platform.comments[0]?.body).not.toMatch(/pulumi up|--fix/);
  expect(changed.summary).toContain("2600000000001");

  const revoked = await run("preview", { event, ...rejectedToken });
  expect(revoked.jobs).toEqual({ preview: "failure", comment: "success" });
  expect(platform.comments[0]?.body).toContain("~ 1 to update");
  expect(platform.comments[0]?.body).toContain("**The check failed, at least in part.**");

  lab.program({}, "throw new Error('a mistake in the program')");
  expect((await run("preview", { event })).jobs).toEqual({ preview: "failure", comment: "success" });
  expect(platform.comments).toHaveLength(1);
  expect(platform.comments[0]?.body).toContain("a mistake in the program");

  const failed = await run("preview", { event, vars: { PINTEREST_STACKS: '["staging"]' } });
  expect(failed.jobs).toEqual({ preview: "failure", comment: "success" });
  for (const text of [failed.log, failed.summary, platform.comments[0]?.body]) {
    expect(text).toContain("set the variable PINTEREST_STACKS");
  }

  for (const event of [pullRequest("else/infra"), pullRequest("shop/infra", "dependabot[bot]")]) {
    expect((await run("preview", { event })).jobs).toEqual({ preview: "skipped", comment: "skipped" });
  }
});

test("with a vault, jobs have tokens that no secret contains", async () => {
  const vault = await VaultServer.start();
  lab.emulator.addAccount({ name: "north" });
  vault.secret = { north: lab.emulator.token("north") };
  const settings = {
    change: withVault,
    secrets: { PINTEREST_ACCESS_TOKEN: "" },
    vars: { VAULT_ADDR: vault.url, VAULT_ROLE: "pinterest", PINTEREST_STACKS: '["vault"]' },
    jobEnvironment: vault.githubEnvironment,
  } satisfies Settings;
  try {
    await lab.succeed("stack", "init", "vault");
    program(lab, "1", "north");
    expect((await run("up", settings)).jobs).toEqual({ up: "success" });
    expect(lab.emulator.integrations("north")).toMatchObject([{ external_business_id: "vault-shop" }]);
    platform.issues = [];
    expect((await run("drift", settings)).jobs).toEqual({ drift: "success", issue: "success" });
    expect(platform.issues).toEqual([]);
    expect(leaksIn("log", allOutput, vault.secrets)).toEqual([]);
  } finally {
    await vault.stop();
  }
});

test("a push to main deploys the program and fixes drift", async () => {
  program(lab, "2613187432");
  lab.emulator.change("prod-shop", { connected_tag_id: accepted.drifted });
  expect((await run("up")).jobs).toEqual({ up: "success" });
  expect([tagOf("prod"), tagOf("dev")]).toEqual(["2613187432", accepted.tag]);
  expect((await run("up", rejectedToken)).jobs).toEqual({ up: "failure" });
  const wrong = await run("up", { vars: { PINTEREST_STACKS: '["staging"]' } });
  expect([wrong.jobs, wrong.log]).toEqual([{ up: "failure" }, expect.stringContaining("PINTEREST_STACKS")]);
});

test("an update that the delete limit blocks is stopped without leaving a lock, and succeeds with a higher limit", async () => {
  program(lab);
  const replacing = (id: string) =>
    lab.program(
      {},
      `new pinterest.CommerceIntegration(pulumi.getStack(), { externalBusinessId: "${id}", connectedTagId: "1" });`,
    );
  await lab.succeed("config", "set", "pinterest:deleteLimit", "0", "--stack", "prod");
  replacing("prod-replaced");
  const sooner = { change: (text: string) => text.replace(" 30m ", " 20s ") };
  const event = pullRequest();
  await run("preview", { event });
  expect(platform.comments[0]?.body).toContain("Merging replaces 1 integration at Pinterest (`prod-shop`).");
  expect(platform.comments[0]?.body).toContain("`pinterest:deleteLimit` allows 0");
  const canceled = await run("up", sooner);
  expect(canceled.jobs).toEqual({ up: "failure" });
  expect(canceled.log).toMatch(/\*\*deleting failed\*\*.*\^C received; cancelling/s);
  expect((await run("up", { ...sooner, inputs: { delete_limit: "1" } })).jobs).toEqual({ up: "success" });
  expect(lab.emulator.integration("prod-replaced")).toBeDefined();
  await lab.succeed("config", "rm", "pinterest:deleteLimit", "--stack", "prod");
  replacing("prod-shop");
  await lab.up("--stack", "prod");
});

test("the workflows run for a project in a subdirectory", async () => {
  const infra = join(lab.directory, "infra");
  const files = ["Pulumi.yaml", "package.json", "index.js", "scripts"];
  const settings = { change: inSubdirectory };
  mkdirSync(infra);
  symlinkSync(join(lab.directory, "node_modules"), join(infra, "node_modules"));
  for (const file of files) renameSync(join(lab.directory, file), join(infra, file));
  try {
    lab.emulator.change("prod-shop", { connected_tag_id: accepted.drifted });
    const preview = await run("preview", { ...settings, event: pullRequest() });
    expect(preview.jobs).toEqual({ preview: "success", comment: "success" });
    expect(platform.comments.at(-1)?.body).toContain("Merging only fixes the current drift");
    platform.issues = [];
    expect((await run("drift", settings)).jobs).toEqual({ drift: "success", issue: "success" });
    expect(platform.issues).toMatchObject([{ title: "Pinterest drift: 1 integration differs" }]);
    expect((await run("up", settings)).jobs).toEqual({ up: "success" });
    expect(tagOf("prod")).toBe(accepted.tag);
  } finally {
    for (const file of files) cpSync(join(infra, file), join(lab.directory, file), { recursive: true });
    rmSync(infra, { recursive: true });
  }
});

test("no token is in a log, a summary, an issue or a comment", () => {
  const written = [allOutput, JSON.stringify(platform.issues), JSON.stringify(platform.comments)].join("\n");
  const accounts = lab.emulator.accounts().map(({ name }) => lab.emulator.token(name));
  expect(leaksIn("CI", written, [...accounts, "pina_refused", "ghs_test"])).toEqual([]);
});
