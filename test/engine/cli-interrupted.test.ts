import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";
import { ProviderProcesses } from "./helpers/provider-processes";

const command = join(repository, "dist/cli/main.js");
const shop = { externalBusinessId: "shop", connectedTagId: "1" };

let lab: Lab;
let processes: ProviderProcesses;
let temporary: string;

beforeAll(async () => {
  lab = await Lab.open();
  lab.program({ shop });
  await lab.up();
  processes = new ProviderProcesses(lab);
  temporary = join(lab.directory, "tmp");
  mkdirSync(temporary);
  lab.environment.TMPDIR = temporary;
});

afterAll(() => lab.close());

test("on a signal, a fix of drift finishes its request, and leaves no lock", async () => {
  lab.emulator.change("shop", { connected_tag_id: "2" });
  const { child, ended } = lab.launch("node", command, "drift", "--fix", "--yes");
  // Sends the signal before Pinterest answers.
  const stop = lab.emulator.onRequest(({ method }) => {
    if (method === "PATCH") child.kill("SIGINT");
  });
  const { exitCode, stderr } = await ended;
  expect(stderr).toContain("Interrupted");
  expect(exitCode).toBe(130);
  stop();
  const locks = readdirSync(join(lab.directory, "backend/.pulumi/locks"), {
    recursive: true,
    withFileTypes: true,
  });
  expect(locks.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
  expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "1" });
});

test("on a signal, a check exits after the engine has exited, and leaves no files or processes", async () => {
  lab.program({ shop, news: { externalBusinessId: "news" } });
  // Earlier updates can have left files, which are deleted later.
  const files = () => readdirSync(temporary, { recursive: true, encoding: "utf8" });
  const before = files().filter((file) => file.startsWith("pulumi-"));
  const started = processes.waitForNextStart();
  const { child, ended } = lab.launch("node", command, "drift");
  await started;
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ exitCode: 130, stdout: "" });
  expect(child.signalCode).toBeNull();
  expect(processes.running()).toEqual([]);
  expect(files().filter((file) => file.startsWith("pulumi-"))).toEqual(before);
});
