import { rmSync, writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { importIntegrations } from "../../../provider/cli/import/import-integrations";
import type { ImportOptions } from "../../../provider/cli/import/options";
import { keptTerminal } from "../helpers/terminal";
import { type Desk, desks } from "./helpers/desk";

const desk = desks();

const journal = ".pinterest-import-journal.jsonl";

async function deskWithTwoAccounts(): Promise<Desk> {
  const opened = await desk(["north"]);
  opened.emulator.seed(300);
  opened.emulator.put("northern", { partner_access_token: "partner-token" }, { account: "north" });
  return opened;
}

/** Runs the command, and expects it to need no request and to leave no listing behind. */
async function asksNothing({ emulator, run, has }: Desk, ...args: string[]): Promise<void> {
  emulator.clearRequests();
  const { exitCode, notes } = await run(...args);
  expect({ exitCode, requests: emulator.requests() }).toEqual({ exitCode: 0, requests: [] });
  expect(notes).toContain(
    "going on where it ended: 301 integrations of an earlier run are known, 2 accounts",
  );
  expect(has(journal)).toBe(false);
}

test("a file in the way that is known of only after listing costs no second listing", async () => {
  const opened = await deskWithTwoAccounts();
  const { run, path, has, mode } = opened;
  writeFileSync(path("shops-secrets.json"), "mine");
  const args = ["--all", "--file", "shops.json"];
  const { exitCode, notes } = await run(...args);
  expect(exitCode).toBe(1);
  expect(notes).toContain("shops-secrets.json exists already, and nothing was written");
  expect(has("shops.json")).toBe(false);
  expect(mode(journal)).toBe(0o600);
  rmSync(path("shops-secrets.json"));
  await asksNothing(opened, ...args);
  expect(has("shops.json")).toBe(true);
});

test("an id that is refused costs the others no second listing", async () => {
  const opened = await deskWithTwoAccounts();
  expect((await opened.run("seed-1", "northern", "nowhere")).exitCode).toBe(1);
  await asksNothing(opened, "seed-1", "northern");
});

test("leaving the list to tick costs no second listing", async () => {
  const opened = await deskWithTwoAccounts();
  const options: ImportOptions = { cwd: opened.directory, account: [], secrets: "config" };
  const context = { terminal: keptTerminal({ interactive: true }), end: () => {} };
  const leave = () => Promise.reject(new Error("left"));
  await expect(importIntegrations([], options, context, leave)).rejects.toThrow("left");
  await asksNothing(opened, "--all");
});

test("where nothing is wanted no listing is kept", async () => {
  const { run, has } = await deskWithTwoAccounts();
  expect(await run("--tag", "9")).toMatchObject({ exitCode: 0, output: "nothing to import\n" });
  expect(has(journal)).toBe(false);
});

test("writes nothing if the accounts hold no integration", async () => {
  const { run, has } = await desk();
  expect(await run("--all")).toMatchObject({ exitCode: 0, output: "nothing to import\n" });
  for (const file of ["pinterest-import.json", "pinterest-integrations.ts", journal]) {
    expect(has(file)).toBe(false);
  }
});
