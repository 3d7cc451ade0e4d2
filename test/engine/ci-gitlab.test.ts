import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type Pipeline, preparePipeline, runPipeline } from "../ci/helpers/gitlab-runner";
import { kitFile, withVault } from "../ci/helpers/kit";
import { openKitLab } from "../ci/helpers/kit-lab";
import { gitlabEnvironment } from "../ci/helpers/platform-environment";
import { gitlab, PlatformServer } from "../ci/helpers/platform-server";
import type { VaultServer } from "../ci/helpers/vault-server";
import type { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

const text = kitFile("gitlab/.gitlab-ci.yml");
const forStacks = (stacks: string, pipeline = text) =>
  pipeline
    .replace("STACK: [prod]", `STACK: [${stacks}]`)
    .replace("STACKS: prod", `STACKS: ${stacks.replaceAll(",", "")}`);

let lab: Lab;
let vault: VaultServer;
let platform: PlatformServer;
let allOutput = "";

const drifted = { connected_tag_id: "2600000000001" };

beforeAll(async () => {
  ({ lab, vault } = await openKitLab());
  platform = await PlatformServer.start(gitlab);
});

afterAll(async () => {
  await platform?.stop();
  await vault?.stop();
  await lab?.close();
});

interface PipelineRun {
  /** Variables of the project's settings. */
  readonly settings?: Record<string, string>;
  /** The text of the pipeline. @default the kit's pipeline */
  readonly pipeline?: string;
  /** Further options of gitlab-ci-local. */
  readonly options?: readonly string[];
}

async function run(
  source: "schedule" | "merge_request_event" | "push" | "web",
  { settings = {}, pipeline = text, options = [] }: PipelineRun = {},
): Promise<Pipeline> {
  preparePipeline(lab.directory, pipeline);
  // A job has its own checkout, with the files of the cache.
  const { paths, when } = parse(pipeline).drift.cache;
  if (!paths.includes("baseline.json") || when !== "always")
    rmSync(join(lab.directory, "baseline.json"), { force: true });
  // A job does not set this variable, so the pipeline must contain `--yes`.
  const { PULUMI_SKIP_CONFIRMATIONS: _, ...environment } = lab.environment;
  const variables = { ...gitlabEnvironment(platform), CI_PIPELINE_SOURCE: source };
  const machine = { ...environment, ...settings };
  const result = await runPipeline(lab.directory, variables, machine, options);
  allOutput += result.log;
  return result;
}

/** The variables for tokens from the vault. */
const vaultVariables = () => ({
  VAULT_ADDR: vault.url,
  VAULT_ROLE: "pinterest",
  // GitLab issues this token because the job configures `id_tokens`.
  VAULT_ID_TOKEN: "identity-of-the-job",
});

test("a push to the default branch deploys each stack, with tokens from variables or from a vault", async () => {
  const { jobs, log } = await run("push", {
    settings: vaultVariables(),
    pipeline: forStacks("prod, vault", withVault(text)),
  });
  expect(jobs).toEqual(["PASS up: [prod]", "PASS up: [vault]"]);
  expect(lab.emulator.integration("prod-shop")).toMatchObject({ connected_tag_id: "1" });
  expect(lab.emulator.integrations("north")).toHaveLength(2);
  expect(withVault(text)).toContain("\n  id_tokens: ");
  expect(log).toContain("json schema validated");
});

test("a scheduled pipeline opens an issue for drift, and keeps it open through a failure", async () => {
  lab.emulator.change("prod-shop", drifted);
  const found = await run("schedule", {
    settings: vaultVariables(),
    pipeline: forStacks("vault, prod", withVault(text)),
  });
  expect([found.jobs, found.exitCode]).toEqual([["PASS drift-issue", "WARN drift"], 0]);
  expect(platform.issues).toMatchObject([{ title: "Pinterest drift: 1 integration differs", state: "open" }]);
  expect(platform.issues[0]?.body).toContain("2600000000001");

  const failed = await run("schedule", { settings: { PINTEREST_ACCESS_TOKEN: "pina_refused" } });
  expect(failed.jobs).toEqual(["FAIL drift", "PASS drift-issue"]);
  expect(platform.issues).toMatchObject([
    { title: "Pinterest drift check failed; an earlier check found drift", state: "open" },
  ]);
  const comments = [...(platform.issues[0]?.comments ?? [])];
  expect((await run("schedule")).jobs).toEqual(["PASS drift-issue", "WARN drift"]);
  // The drift was known before the failed check.
  expect(platform.issues).toMatchObject([{ title: "Pinterest drift: 1 integration differs", comments }]);
});

test("a merge request gets one note with its changes", async () => {
  lab.emulator.change("prod-shop", drifted);
  const { jobs, log } = await run("merge_request_event");
  expect(jobs).toEqual(["PASS preview-note", "PASS preview: [prod]"]);
  expect(platform.comments).toHaveLength(1);
  expect(platform.comments[0]?.body).toContain(
    "**Deploying this program only fixes the current drift: 1 integration differs.**",
  );
  expect(log).toContain("json schema validated");
});

test("refuses a stack that the nightly check does not cover", async () => {
  const { jobs, log } = await run("push", { pipeline: text.replace("STACK: [prod]", "STACK: [vault]") });
  expect(jobs).toEqual(["FAIL up: [vault]"]);
  expect(log).toContain("Add the stack 'vault' to STACKS in .gitlab-ci.yml");
});

test("a pipeline that somebody starts by hand has only the job `up`", async () => {
  const { log } = await run("web", { options: ["--list-csv"] });
  expect(log.match(/^.*;(check|report|up);/gm)).toEqual(["up: [prod];up;"]);
});

test("no token is in a log, an issue or a note", () => {
  const written = [allOutput, JSON.stringify(platform.issues), JSON.stringify(platform.comments)].join("\n");
  const accounts = lab.emulator.accounts().map(({ name }) => lab.emulator.token(name));
  expect(leaksIn("CI", written, [...accounts, ...vault.secrets, "pina_refused", "glpat-test"])).toEqual([]);
});
