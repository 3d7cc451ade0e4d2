import { readdirSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { importIntegrations } from "../../../cli/import/import";
import { candidatesOf, type ImportOptions } from "../../../cli/import/selection";
import { whitespaceAtAnEnd, wrongToken } from "../../expected/messages";
import { exitCodes } from "../../expected/reports";
import { recordingTerminal } from "../helpers/terminal";
import { importLabs } from "./helpers/import-lab";

const openLab = importLabs();

test("all filters must match", async () => {
  const { emulator, result, run } = await openLab();
  emulator.put("de-1", { connected_merchant_id: "1", connected_advertiser_id: "2", connected_tag_id: "3" });
  emulator.put("de-2", { connected_merchant_id: "1", connected_advertiser_id: "2" });
  emulator.put("de-3", { connected_merchant_id: "1" });
  emulator.put("fr-1", { connected_merchant_id: "1", connected_advertiser_id: "2", connected_tag_id: "3" });
  const names = async (...args: string[]) =>
    (await result(...args, "--overwrite")).imports.map(({ name }) => name);
  expect(await names("--prefix", "de-")).toEqual(["de-1", "de-2", "de-3"]);
  expect(await names("--merchant", "1", "--prefix", "de-", "--advertiser", "2")).toEqual(["de-1", "de-2"]);
  expect(await names("--tag", "3")).toEqual(["de-1", "fr-1"]);
  expect(await names("--merchant", "9")).toEqual([]);
  expect((await run("--merchant", "9")).output).toBe("nothing to import\n");
});

test.each([
  [[], "select what to import"],
  [["shop", "--all"], "IDs and --all cannot be combined"],
  [["shop", ""], "an external business ID must not be empty"],
  [["--prefix", ""], "--prefix must not be empty"],
  [["--all", "--file", "same.ts", "--program", "./same.ts"], "both would write ./same.ts"],
  [["--all", "--secrets", "clear"], "Allowed choices are config, omit"],
])("invalid arguments fail with a remedy, before any request: %j", async (args, message) => {
  const { emulator, run } = await openLab();
  const { exitCode, output, notes } = await run(...args);
  expect({ exitCode, output, requests: emulator.counters().requests }).toEqual({
    exitCode: exitCodes.usage,
    output: "",
    requests: 0,
  });
  expect(notes).toContain(message);
});

test("imports the integrations that the user selects at the terminal", async () => {
  const { emulator, directory, environment, text } = await openLab();
  emulator.seed(3);
  const progress: string[] = [];
  const options: ImportOptions = {
    cwd: directory,
    account: [],
    file: "import.json",
    program: "program.ts",
    secrets: "config",
  };
  const terminal = {
    ...recordingTerminal({ interactive: true }),
    progress: (line: string) => void progress.push(line),
  };
  await importIntegrations([], options, { terminal, environment }, async (found) => found.slice(1, 2));
  expect(text("program.ts")).toContain('"seed-2"');
  expect(text("program.ts")).not.toMatch(/seed-[13]/);
  expect(progress).toEqual([
    "listing: 0 of 1 account, 3 integrations",
    "listing: 1 of 1 account, 3 integrations",
  ]);
});

test("refuses all unknown IDs at once with their reasons, and writes nothing", async () => {
  const { emulator, directory, run } = await openLab(["north"]);
  emulator.addAccount({ name: "other" });
  emulator.put("here");
  emulator.put("theirs", {}, { account: "other" });
  const { exitCode, output, notes } = await run("here", "theirs", "nowhere", " blank ");
  expect({ exitCode, output }).toEqual({ exitCode: 1, output: "" });
  expect(notes).toContain("error: 3 IDs cannot be imported, so nothing was written:");
  expect(notes).toContain('"theirs" belongs to another Pinterest account');
  expect(notes).toContain('"nowhere" does not exist in any of the 2 listed accounts');
  expect(notes).toContain('" blank " does not exist in any of the 2 listed accounts');
  expect(readdirSync(directory)).toEqual([]);
});

test("imports an integration once if two accounts list it, and reports this", async () => {
  const { emulator, environment, result } = await openLab(["north"]);
  environment.PINTEREST_ACCOUNTS = JSON.stringify({ same: emulator.token(), north: emulator.token("north") });
  emulator.seed(2);
  emulator.put("northern", {}, { account: "north" });
  const { imports, notes } = await result("--all");
  expect(imports.map(({ name, account }) => [name, account])).toEqual([
    ["northern", "north"],
    ["seed-1", undefined],
    ["seed-2", undefined],
  ]);
  expect(notes).toContain(
    "some integrations are listed by several accounts: each is imported once, with the first account",
  );
});

test("refuses an ID that two accounts use for different integrations, unless --account selects one", async () => {
  const { emulator, result } = await openLab(["north"]);
  const here = emulator.put("shop");
  emulator.armFault({
    kind: "response",
    status: 200,
    body: { items: [{ ...here, id: "7" }], bookmark: null },
    account: "north",
    operation: "list",
    times: "all",
  });
  const { imports, refused } = await result("shop");
  expect(imports).toEqual([]);
  expect(refused).toEqual([
    { externalBusinessId: "shop", reason: expect.stringContaining("is the ID of several integrations") },
  ]);
  const selected = await result("shop", "--account", "north");
  expect(selected.imports).toMatchObject([{ account: "north", integrationId: "7" }]);
});

test("skips and reports integrations without an external business ID, and different ones of an account with the same ID", () => {
  const integrations = [
    { integrationId: "1" },
    { externalBusinessId: "shop", integrationId: "2" },
    { externalBusinessId: "shop", integrationId: "3" },
    { externalBusinessId: "fine", integrationId: "4" },
  ];
  const { found, notes } = candidatesOf([{ account: "north", integrations }]);
  expect(found).toEqual([{ account: "north", integration: integrations[3] }]);
  expect(notes).toEqual([
    "skipped 1 integration without an external business ID",
    "skipped \"shop\": it is listed twice by account 'north', with different integration IDs",
  ]);
});

test("imports a named integration that Pinterest does not list yet", async () => {
  const { emulator, result } = await openLab();
  emulator.put("new");
  const body = { items: [], bookmark: null };
  emulator.armFault({ kind: "response", status: 200, body, operation: "list" });
  expect((await result("new")).imports).toMatchObject([{ name: "new", externalBusinessId: "new" }]);
});

test("skips and reports an ID that a program cannot declare, and refuses it if the user names it", async () => {
  const { emulator, result } = await openLab(["north"]);
  emulator.put(" blank\n", {}, { account: "north" });
  emulator.put("fine");
  const all = await result("--all");
  expect(all.imports.map(({ name }) => name)).toEqual(["fine"]);
  expect(all.notes).toEqual([
    `skipped " blank\\n": it is listed by account 'north', but ${whitespaceAtAnEnd}: no program can declare it, and it ` +
      "stays unmanaged",
  ]);
  const named = await result("--overwrite", " blank\n");
  expect(named.refused).toEqual([
    { externalBusinessId: " blank\n", reason: expect.stringContaining(whitespaceAtAnEnd) },
  ]);
});

test("reports a failed account with a remedy, and writes files for the others", async () => {
  const { emulator, result, run } = await openLab(["north"]);
  emulator.put("here");
  emulator.setAccount("north", { revoked: true });
  const { exitCode, notes } = await run("--all");
  expect(exitCode).toBe(1);
  expect(notes).toMatch(
    new RegExp(
      `error: account 'north' could not be listed: .*401.*${wrongToken(" for account 'north' in .*")}`,
    ),
  );
  const named = await result("here", "there", "--overwrite");
  expect(named.refused).toEqual([
    { externalBusinessId: "there", reason: expect.stringContaining("It may belong to account 'north'") },
  ]);
  emulator.setAccount("shop-1", { revoked: true });
  const failed = await run("--all", "--overwrite");
  expect({ ...failed, notes: "" }).toEqual({ exitCode: 1, output: "", notes: "" });
  expect((await result("here")).refused).toEqual([
    { externalBusinessId: "here", reason: "was not found, because no account could be listed" },
  ]);
});

test("without a stack, --run fails with the reason, and an import without --run continues", async () => {
  const { emulator, run } = await openLab();
  emulator.put("here");
  const performed = await run("--all", "--run");
  expect(performed).toMatchObject({ exitCode: 1, output: "" });
  expect(performed.notes).toMatch(/^error: --run needs a stack: /);
  const plain = await run("--all");
  expect(plain.exitCode).toBe(0);
  expect(plain.notes).toMatch(/^no stack is used, so integrations that a stack manages are not skipped: /);
});
