import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "1" } });
  await lab.up();
});

beforeEach(() => void lab.emulator.change("shop", { connected_tag_id: "2" }));

afterAll(() => lab.close());

test("a report that cannot be written hides no drift", async () => {
  const { exitCode, stdout, stderr } = await lab.cli("drift", "--html", "/dev/full");
  expect(stdout).toContain("connectedTagId");
  expect(stderr).toContain("--html: /dev/full cannot be written");
  expect(exitCode).toBe(10);
});

test("a standard output that cannot be written is told in a line, and hides no drift", async () => {
  const command = `node ${join(repository, "dist/provider/cli/main.js")} drift --json > /dev/full`;
  const { exitCode, stderr } = await lab.process("bash", "-c", command);
  expect(stderr).toMatch(/^error: standard output cannot be written: ENOSPC.*$/m);
  expect(stderr).not.toContain("node:events");
  expect(exitCode).toBe(10);
});

test("a stack that does not exist hides no drift of another", async () => {
  const { exitCode, stdout } = await lab.cli("drift", "--stack", "nope", "--stack", "test");
  expect(stdout).toContain("connectedTagId");
  expect(stdout).toContain("no stack named 'nope' found");
  expect(exitCode).toBe(10);
});

test("a signal lets a healing finish what is under way, and leaves no lock", async () => {
  const command = join(repository, "dist/provider/cli/main.js");
  const { child, ended } = lab.launch("node", command, "drift", "--heal", "--yes");
  // The answer waits until the signal is on its way.
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
  await lab.up("--refresh");
  expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "1" });
});
