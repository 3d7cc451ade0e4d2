import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Pipeline, preparePipeline, runPipeline } from "../ci/helpers/gitlab-runner";
import { kitFile, withVault } from "../ci/helpers/kit";
import { jobEnvironment, openKitLab, program } from "../ci/helpers/kit-lab";
import { gitlabEnvironment } from "../ci/helpers/platform-environment";
import { gitlab, PlatformServer } from "../ci/helpers/platform-server";
import { VaultServer } from "../ci/helpers/vault-server";
import type { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

const text = kitFile("gitlab/.gitlab-ci.yml");
const twoStacks = text.replace("STACK: [prod]", "STACK: [dev, prod]");

let lab: Lab;
let platform: PlatformServer;
let allOutput = "";

beforeAll(async () => {
  lab = await openKitLab();
  platform = await PlatformServer.start(gitlab);
});

beforeEach(() => {
  program(lab);
  for (const stack of ["dev", "prod"]) lab.emulator.change(`${stack}-shop`, { connected_tag_id: "1" });
});

afterAll(async () => {
  await platform?.stop();
  await lab?.close();
});

/** Runs a pipeline; `settings` are variables of the project's settings. */
async function run(
  source: "schedule" | "merge_request_event" | "push",
  settings: Record<string, string> = {},
  pipeline = text,
): Promise<Pipeline> {
  preparePipeline(lab.directory, pipeline);
  const { environment, secrets, vars } = jobEnvironment(lab);
  const variables = { ...gitlabEnvironment(platform), CI_PIPELINE_SOURCE: source };
  const result = await runPipeline(lab.directory, variables, {
    ...environment,
    ...secrets,
    ...vars,
    ...settings,
  });
  allOutput += result.log;
  return result;
}

const rejectedToken = { PINTEREST_ACCESS_TOKEN: "pina_refused" };

test("a scheduled pipeline opens an issue for drift, keeps it open through a failure, and closes it without drift", async () => {
  lab.emulator.change("prod-shop", { connected_tag_id: "2600000000001" });
  const drifted = await run("schedule", {}, twoStacks);
  expect([drifted.jobs, drifted.exitCode]).toEqual([
    ["PASS drift-issue", "PASS drift: [dev]", "WARN drift: [prod]"],
    0,
  ]);
  expect(platform.issues).toMatchObject([{ title: "Pinterest drift: 1 integration differs", state: "open" }]);
  expect(platform.issues[0]?.body).toContain("2600000000001");

  expect((await run("schedule", rejectedToken)).jobs).toEqual(["FAIL drift: [prod]", "PASS drift-issue"]);
  expect(platform.issues).toMatchObject([
    { title: "Pinterest drift check failed; an earlier check found drift", state: "open" },
  ]);

  lab.emulator.change("prod-shop", { connected_tag_id: "1" });
  await run("schedule");
  expect(platform.issues).toMatchObject([{ state: "closed" }]);
});

test("a merge request gets one note with its changes, which the next push updates", async () => {
  lab.emulator.change("prod-shop", { connected_tag_id: "2600000000001" });
  expect((await run("merge_request_event")).jobs).toEqual(["PASS preview-note", "PASS preview: [prod]"]);
  expect(platform.comments).toHaveLength(1);
  expect(platform.comments[0]?.body).toContain(
    "**Merging only fixes the current drift: 1 integration differs.**",
  );

  lab.program({}, "throw new Error('a mistake in the program')");
  const failed = await run("merge_request_event");
  expect(failed.jobs).toEqual(["FAIL preview: [prod]", "PASS preview-note"]);
  expect(platform.comments).toHaveLength(1);
  expect(platform.comments[0]?.body).toContain("a mistake in the program");

  await run("merge_request_event", {}, text.replace("STACK: [prod]", "STACK: [staging]"));
  expect(platform.comments[0]?.body).toContain("change STACK in .gitlab-ci.yml");
});

test("a push to the default branch deploys the program and fixes drift", async () => {
  program(lab, "2613187432");
  lab.emulator.change("prod-shop", { connected_tag_id: "2600000000001" });
  expect((await run("push")).jobs).toEqual(["PASS up: [prod]"]);
  expect(lab.emulator.integration("prod-shop")).toMatchObject({ connected_tag_id: "2613187432" });
  expect((await run("push", rejectedToken)).exitCode).not.toBe(0);
});

test("with a vault, jobs have tokens that no variable contains", async () => {
  const vault = await VaultServer.start();
  lab.emulator.addAccount({ name: "north" });
  vault.secret = { north: lab.emulator.token("north") };
  const settings = {
    PINTEREST_ACCESS_TOKEN: "",
    VAULT_ADDR: vault.url,
    VAULT_ROLE: "pinterest",
    // GitLab issues this token because the job configures `id_tokens`.
    VAULT_ID_TOKEN: "identity-of-the-job",
  };
  try {
    await lab.succeed("stack", "init", "vault");
    program(lab, "1", "north");
    const pipeline = withVault(text).replace("STACK: [prod]", "STACK: [vault]");
    expect((await run("push", settings, pipeline)).jobs).toEqual(["PASS up: [vault]"]);
    expect(lab.emulator.integrations("north")).toMatchObject([{ external_business_id: "vault-shop" }]);
    expect(leaksIn("log", allOutput, vault.secrets)).toEqual([]);
  } finally {
    await vault.stop();
  }
});

test("no token is in a log, an issue or a note", () => {
  const written = [allOutput, JSON.stringify(platform.issues), JSON.stringify(platform.comments)].join("\n");
  const accounts = lab.emulator.accounts().map(({ name }) => lab.emulator.token(name));
  expect(leaksIn("CI", written, [...accounts, "pina_refused", "glpat-test"])).toEqual([]);
});
