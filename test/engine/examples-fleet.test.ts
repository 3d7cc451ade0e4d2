import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { runJob } from "../../scripts/release/workflow-job.mts";
import { fleetWorkflow, kitFile } from "../ci/helpers/kit";
import { jobEnvironment } from "../ci/helpers/kit-lab";
import { repository } from "./helpers/engine";
import { labOfFile } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

const merchants = ["north", "south", "west"];

describe("fleet-github-actions", () => {
  const lab = labOfFile();
  /** The logs and summaries of all workflow runs, for the leak test. */
  let workflowOutput = "";

  beforeAll(() => {
    cpSync(join(repository, "examples/fleet-github-actions"), lab.directory, { recursive: true });
    lab.addAccounts(...merchants);
  });

  beforeEach(() => lab.emulator.clearRequests());

  /** Runs the job that lists the shards, and then the other one for each of them. */
  async function workflow(operation: "up" | "drift") {
    const text = kitFile(fleetWorkflow);
    const { environment, values } = jobEnvironment(lab);
    const options = { directory: lab.directory, environment, values: { ...values, "inputs.shard": "" } };
    const list = await runJob(text, "list", options);
    expect(list.isSuccess).toBe(true);
    const result = { isSuccess: true, log: list.log, summary: list.summary };
    for (const shard of JSON.parse(list.outputs.replace("shards=", ""))) {
      const variables = { SHARD: shard, OPERATION: operation, UNLOCK: "" };
      const { isSuccess, log, summary } = await runJob(text, "shard", { ...options, variables });
      result.isSuccess &&= isSuccess;
      result.log += log;
      result.summary += summary;
    }
    workflowOutput += result.log + result.summary;
    return result;
  }

  const tagOf = (name: string) => lab.emulator.integration(`shop-${name}`)?.connected_tag_id;

  const shardFile = (shard: string) => join(lab.directory, "shards", `${shard}.json`);

  const script = (...args: string[]) => lab.process("node", "run-shard.mjs", ...args);

  test("a manual run deploys all shards", async () => {
    expect(await workflow("up")).toMatchObject({
      isSuccess: true,
      log: expect.stringContaining("created north\n"),
    });
    expect(merchants.map(tagOf)).toEqual(["2613187432", "2613187433", "2613187434"]);
  });

  test("a scheduled run checks all shards for drift, and fails if it finds any", async () => {
    lab.emulator.change("shop-south", { connected_tag_id: "1" });
    const drifted = await workflow("drift");
    expect(drifted.isSuccess).toBe(false);
    expect(drifted.log).toContain("drifted south: connectedTagId\n");
    expect(drifted.summary).toContain("## drift of shard-0001: 1 in sync, 1 drifted\n");
    expect(drifted.summary).toContain("| south | drifted | connectedTagId |\n");
    expect(drifted.summary).toContain("## drift of shard-0002: 1 in sync\n");
    expect(lab.writes()).toEqual([]);
  });

  test("a canceled run lets the engine finish its request, and the next run continues", async () => {
    const file = shardFile("shard-0001");
    const retagged = readFileSync(file, "utf8").replace(/(?<="connectedTagId": ")\d+/g, "4");
    writeFileSync(file, retagged);
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
  const lab = labOfFile({ example: "fleet-kubernetes" });

  beforeAll(() => lab.addAccounts(...merchants));

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
