import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { runJob } from "../../scripts/release/workflow-job.mts";
import { fleetWorkflow, kitFile } from "../ci/helpers/kit";
import { jobEnvironment } from "../ci/helpers/kit-lab";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

const merchants = ["north", "south", "west"];

let lab: Lab;

/** Adds an account for each merchant of the examples. */
function addAccounts(): void {
  const tokens = merchants.map((name) => [name, lab.emulator.addAccount({ name }).access_tokens[0]]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
}

const tagOf = (name: string) => lab.emulator.integration(`shop-${name}`)?.connected_tag_id;

afterAll(() => lab?.close());

describe("fleet-github-actions", () => {
  /** The logs and summaries of all workflow runs, for the leak test. */
  let workflowOutput = "";

  beforeAll(async () => {
    lab = await Lab.open();
    cpSync(join(repository, "examples/fleet-github-actions"), lab.directory, { recursive: true });
    addAccounts();
  });

  afterAll(() => lab.close());

  beforeEach(() => lab.emulator.clearRequests());

  /** Runs the job that lists the shards, and then the other one for each of them. @param shard one shard. @default all shards */
  async function workflow(operation: "preview" | "up" | "drift", shard = "") {
    const text = kitFile(fleetWorkflow);
    const { environment, values } = jobEnvironment(lab);
    const options = {
      directory: lab.directory,
      environment,
      values: { ...values, "inputs.shard": shard },
    };
    const list = await runJob(text, "list", options);
    const result = {
      jobs: { list: list.isSuccess, shard: list.isSuccess },
      log: list.log,
      summary: list.summary,
    };
    const shards: string[] = list.isSuccess ? JSON.parse(list.outputs.replace("shards=", "")) : [];
    for (const shard of shards) {
      const variables = { SHARD: shard, OPERATION: operation, UNLOCK: "" };
      const { isSuccess, log, summary } = await runJob(text, "shard", { ...options, variables });
      result.jobs.shard &&= isSuccess;
      result.log += log;
      result.summary += summary;
    }
    workflowOutput += result.log + result.summary;
    return result;
  }

  const shardFile = (shard: string) => join(lab.directory, "shards", `${shard}.json`);

  /** Gives all merchants of a shard another tag. */
  function retag(shard: string, tag: string): void {
    const file = shardFile(shard);
    writeFileSync(file, readFileSync(file, "utf8").replace(/(?<="connectedTagId": ")\d+/g, tag));
  }

  const script = (...args: string[]) => lab.process("node", "run-shard.mjs", ...args);
  const succeeded = { list: true, shard: true };
  const failed = { list: true, shard: false };

  test("a manual run previews one shard without writing to Pinterest", async () => {
    const { jobs, summary, log } = await workflow("preview", "shard-0001");
    expect([jobs, log]).toEqual([succeeded, expect.stringContaining("would create north\n")]);
    expect(summary).toContain("## preview of shard-0001: 2 would create\n");
    expect(summary).toContain("| south | would create |  |\n");
    expect(summary).not.toContain("shard-0002");
    expect(lab.writes()).toEqual([]);
  });

  test("a manual run deploys all shards", async () => {
    const { jobs, log } = await workflow("up");
    expect([jobs, log]).toEqual([succeeded, expect.stringContaining("created north\n")]);
    expect(merchants.map(tagOf)).toEqual(["2613187432", "2613187433", "2613187434"]);
  });

  test("a scheduled run checks all shards for drift, and fails if it finds any", async () => {
    lab.emulator.change("shop-south", { connected_tag_id: "1" });
    const drifted = await workflow("drift");
    expect([drifted.jobs, drifted.log]).toEqual([
      failed,
      expect.stringContaining("drifted south: connectedTagId\n"),
    ]);
    expect(drifted.summary).toContain("## drift of shard-0001: 1 in sync, 1 drifted\n");
    expect(drifted.summary).toContain("| south | drifted | connectedTagId |\n");
    expect(drifted.summary).toContain("## drift of shard-0002: 1 in sync\n");
    expect(lab.writes()).toEqual([]);
  });

  test("the script returns the exit codes of `pulumi-pinterest drift`", async () => {
    lab.emulator.change("shop-west", { connected_tag_id: "1" });
    expect(await script("drift", "shard-0002", "--from-state")).toMatchObject({
      exitCode: 7,
      stdout: "drifted west: connectedTagId\ndrift --from-state of shard-0002: 1 drifted\n",
    });
    expect(await script("unknown", "shard-0001")).toMatchObject({ exitCode: 2 });
  });

  test("a canceled run lets the engine finish its request, and the next run continues", async () => {
    retag("shard-0001", "4");
    const fault = lab.emulator.armFault({ kind: "slow", operation: "update", times: 1 });
    const updateReceived = new Promise<void>((resolve) => {
      const stop = lab.emulator.onRequest(({ method }) => {
        if (method !== "PATCH") return;
        stop();
        resolve();
      });
    });
    const { child, ended } = lab.launch("node", "run-shard.mjs", "up", "shard-0001");
    await updateReceived;
    child.kill("SIGTERM");
    await new Promise((resolve) => child.stderr?.once("data", resolve));
    lab.emulator.release(fault.number);
    expect(await ended).toMatchObject({
      exitCode: 130,
      stdout: expect.stringContaining("; interrupted\n"),
    });
    expect(await script("up", "shard-0001", "--unlock")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(["north", "south"].map(tagOf)).toEqual(["4", "4"]);
  });

  test("a file without merchants deletes nothing", async () => {
    const file = shardFile("shard-0002");
    const before = readFileSync(file);
    writeFileSync(file, "[]");
    expect(await script("up", "shard-0002")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("is not a list of merchants"),
    });
    writeFileSync(file, before);
    expect(lab.writes()).toEqual([]);
  });

  test("no token is in a log or a summary", () => {
    const tokens = lab.emulator.accounts().map(({ name }) => lab.emulator.token(name));
    expect(leaksIn("the run", workflowOutput + lab.transcript, tokens)).toEqual([]);
  });
});

describe("fleet-kubernetes", () => {
  beforeAll(async () => {
    lab = await Lab.open({ example: "fleet-kubernetes" });
    addAccounts();
  });

  test("the program declares the shard with the stack's name, with the arguments that the operator uses", async () => {
    await lab.succeed("stack", "init", "shard-0001");
    await lab.succeed("up", "--skip-preview", "--refresh", "--continue-on-error");
    expect(lab.writes().sort()).toEqual(["POST shop-north", "POST shop-south"]);
    lab.emulator.change("shop-south", { connected_tag_id: "1" });
    lab.emulator.clearRequests();
    // A new pod has no settings file for the stack, because git does not contain it.
    rmSync(join(lab.directory, "Pulumi.shard-0001.yaml"));
    await lab.succeed("up", "--skip-preview", "--refresh", "--continue-on-error");
    expect(lab.writes()).toEqual(["PATCH shop-south"]);
  });

  test("a stack without a file fails, and deletes nothing", async () => {
    rmSync(join(lab.directory, "shards/shard-0001.json"));
    expect((await lab.fail("up", "--skip-preview")).output).toContain(
      "the stack shard-0001 has no merchants",
    );
    expect(lab.emulator.integrations("south")).toHaveLength(1);
  });
});
