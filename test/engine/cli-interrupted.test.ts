import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";
import { ProviderProcesses } from "./helpers/provider-processes";

const command = join(repository, "dist/provider/cli/main.js");
let lab: Lab;
let processes: ProviderProcesses;
let temporary: string;

beforeAll(async () => {
  lab = await Lab.open();
  lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "1" } });
  await lab.up();
  lab.program({
    shop: { externalBusinessId: "shop", connectedTagId: "1" },
    news: { externalBusinessId: "news" },
  });
  processes = new ProviderProcesses(lab);
  temporary = join(lab.directory, "tmp");
  mkdirSync(temporary);
  lab.environment.TMPDIR = temporary;
});

afterAll(() => lab.close());

test.each([
  ["drift", "SIGINT"],
  ["drift", "SIGTERM"],
  ["preflight", "SIGINT"],
  ["preflight", "SIGTERM"],
] as const)("%s ends by %s when the engine has ended, and leaves nothing behind", async (name, signal) => {
  const started = processes.nextStart();
  const { child, ended } = lab.launch("node", command, name);
  await started;
  child.kill(signal);
  expect(await ended).toMatchObject({ exitCode: 130, stdout: "" });
  expect(child.signalCode).toBeNull();
  expect(processes.left()).toEqual([]);
  expect(readdirSync(temporary).filter((file) => file.startsWith("pulumi-"))).toEqual([]);
});
