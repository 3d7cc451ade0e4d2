import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ListingJournal } from "../../../provider/cli/import/journal";
import type { ImportResult } from "../../../provider/cli/import/result";
import { builtCommand } from "../helpers/built-command";
import { type Desk, desks } from "./helpers/desk";

const desk = desks();
const start = builtCommand();

const journal = ".pinterest-import-journal.jsonl";
const secret = "partner-access-token-1";

/** A desk whose first account has three pages, and the second one. */
async function deskWithPages(): Promise<Desk> {
  const opened = await desk(["north"]);
  opened.emulator.seed(600, { fields: () => ({ partner_access_token: secret }) });
  opened.emulator.put("northern", {}, { account: "north" });
  return opened;
}

/** Fails the third page of the first account. */
function failThirdPage({ emulator }: Desk, preset: "authentication-failed" | "rate-limit-day"): void {
  emulator.armFault({ kind: "answer", preset, operation: "list", account: "shop-1", skip: 2 });
}

/** Lets the lines of a journal have been written that long ago. */
function age({ path }: Desk, milliseconds: number): void {
  const lines = readFileSync(path(journal), "utf8").trimEnd().split("\n");
  const older = lines.map((line) => {
    const { at, ...rest } = JSON.parse(line) as { at: number };
    return JSON.stringify({ ...rest, at: at - milliseconds });
  });
  writeFileSync(path(journal), `${older.join("\n")}\n`);
}

test.each(["SIGKILL", "SIGINT"] as const)(
  "a run that ends by %s in the middle goes on from the page where it ended",
  async (signal) => {
    const opened = await deskWithPages();
    const { emulator, directory, run, has, mode, pages } = opened;
    const { child, ended } = start(["import", "-C", directory, "--all"], {
      PINTEREST_API_URL: emulator.url,
      PINTEREST_ACCESS_TOKEN: emulator.token(),
      PINTEREST_ACCOUNTS: process.env.PINTEREST_ACCOUNTS,
    });
    let pagesOfFirst = 0;
    const removeListener = emulator.onRequest(async ({ account }) => {
      if (account === "shop-1") pagesOfFirst += 1;
      if (pagesOfFirst === 3) {
        child.kill(signal);
        await ended;
      }
    });
    expect(await ended).toMatchObject(signal === "SIGKILL" ? { signal } : { code: 130, signal: null });
    removeListener();
    expect(mode(journal)).toBe(0o600);
    expect(has("pinterest-import.json")).toBe(false);
    emulator.clearRequests();
    const again = await run("--all", "--json");
    expect(again.exitCode).toBe(0);
    expect(again.notes).toMatch(/going on where it ended: 50[01] integrations of an earlier run are known/);
    expect(pages()["shop-1"]).toBe(1);
    expect((JSON.parse(again.output) as ImportResult).imports).toHaveLength(601);
    expect(has(journal)).toBe(false);
  },
);

test("a line that was cut off in the middle is not taken for a page, and spoils none after it", async () => {
  const { path } = await desk();
  const scope = { apiUrl: "a", secrets: true };
  const source = { accessToken: "t" };
  const items = (id: string) => [{ externalBusinessId: id }];
  const begun = ListingJournal.open(path(journal), scope);
  begun.add("ü", source, undefined, { items: items("1"), bookmark: "b" });
  appendFileSync(path(journal), '{"account":"ü","source":"x","from":"b","at":1,"items":[{"exter');
  const resumed = ListingJournal.open(path(journal), scope);
  expect(resumed.known("ü", source)).toEqual({ items: items("1"), bookmark: "b", ended: false });
  resumed.add("ü", source, "b", { items: items("2") });
  expect(ListingJournal.open(path(journal), scope).known("ü", source)).toEqual({
    items: [...items("1"), ...items("2")],
    ended: true,
  });
});

test("an account that failed is listed on from where it ended, and the others not again", async () => {
  const opened = await deskWithPages();
  const { emulator, run, result, pages, text } = opened;
  failThirdPage(opened, "authentication-failed");
  const failed = await run("--all");
  expect(failed.exitCode).toBe(1);
  expect(failed.notes).toContain("Run the same command again once that is settled");
  expect(text("pinterest-integrations.ts")).toContain('"northern"');
  expect(text("pinterest-integrations.ts")).not.toContain("seed-");
  emulator.clearRequests();
  expect((await result("--all", "--overwrite")).imports).toHaveLength(601);
  expect(pages()).toEqual({ "shop-1": 1 });
});

test("pages of other credentials are not used, and an earlier listing can be forgotten", async () => {
  const opened = await deskWithPages();
  const { emulator, run, result, pages } = opened;
  failThirdPage(opened, "authentication-failed");
  await run("--all");
  process.env.PINTEREST_ACCESS_TOKEN = emulator.issueToken("shop-1");
  emulator.clearRequests();
  expect((await result("--all", "--overwrite")).imports).toHaveLength(601);
  expect(pages()).toEqual({ "shop-1": 3 });

  failThirdPage(opened, "authentication-failed");
  await run("--all", "--overwrite");
  emulator.clearRequests();
  expect((await run("--all", "--overwrite", "--restart")).notes).not.toContain("going on");
  expect(pages()).toEqual({ "shop-1": 3, north: 1 });
});

test("a bookmark that Pinterest takes no more begins that account anew, and it is said", async () => {
  const opened = await deskWithPages();
  const { emulator, run, pages, path } = opened;
  failThirdPage(opened, "authentication-failed");
  await run("--all");
  const text = readFileSync(path(journal), "utf8");
  // The bookmark of the last page that came stands once, where the next one begins.
  writeFileSync(path(journal), text.replace(/"next":"[^"]+"(?=[^\n]*"seed-500")/, '"next":"expired"'));
  emulator.clearRequests();
  const { exitCode, notes } = await run("--all", "--overwrite");
  expect(exitCode).toBe(0);
  expect(notes).toContain(
    "the default account: Pinterest takes the bookmark of the interrupted listing no more; its list is begun anew",
  );
  expect(pages()).toEqual({ "shop-1": 4 });
});

test("a listing of more than an hour ago is not gone on with, and it is said", async () => {
  const opened = await deskWithPages();
  const { emulator, run, pages } = opened;
  failThirdPage(opened, "authentication-failed");
  await run("--all");
  age(opened, 3_600_000);
  emulator.clearRequests();
  const { notes } = await run("--all", "--overwrite");
  expect(notes).toContain("an earlier run is more than an hour old: all is listed anew");
  expect(pages()).toEqual({ "shop-1": 3, north: 1 });
});

test("what a rate limit of a day cut off is gone on with when that day is over", async () => {
  const opened = await deskWithPages();
  const { emulator, run, pages } = opened;
  failThirdPage(opened, "rate-limit-day");
  const { exitCode, notes } = await run("--all");
  expect(exitCode).toBe(1);
  expect(notes).toContain("the default account could not be listed");
  age(opened, 67_150_000);
  emulator.clearRequests();
  expect((await run("--all", "--overwrite")).exitCode).toBe(0);
  expect(pages()).toEqual({ "shop-1": 1 });
});

test("a journal holds no partner token when none is asked for, and none of an access token", async () => {
  const opened = await deskWithPages();
  const { emulator, run, text, pages, has } = opened;
  failThirdPage(opened, "authentication-failed");
  await run("--all", "--secrets", "omit");
  expect(text(journal)).toContain("seed-500");
  expect(text(journal)).not.toMatch(new RegExp(`${secret}|pina_|pinr_`));
  emulator.clearRequests();
  const { notes } = await run("--all", "--overwrite");
  expect(notes).toContain("had another API address or other --secrets: all is listed anew");
  expect(pages()).toEqual({ "shop-1": 3, north: 1 });
  expect(has(journal)).toBe(false);
});

test.each([
  ["no JSON", "what is this\n"],
  ["another format", '{"journal":2}\n'],
  ["lines of another kind", '{"journal":1,"apiUrl":"a","secrets":true,"salt":"s","at":1}\n{"items":1}\n'],
  ["nothing", ""],
])("a journal that cannot be read is begun anew: %s", async (_what, text) => {
  const { path, has } = await desk();
  writeFileSync(path(journal), text, { mode: 0o600 });
  const opened = ListingJournal.open(path(journal), { apiUrl: "a", secrets: true }, { now: () => 2 });
  expect(opened).toMatchObject({ unused: "unreadable", listed: { accounts: 0, integrations: 0 } });
  opened.remove();
  expect(has(journal)).toBe(false);
});

test("a page that does not follow on what is known is another run's, and is not used", async () => {
  const { path } = await desk();
  const scope = { apiUrl: "a", secrets: true };
  const source = { accessToken: "t" };
  const page = (id: string, bookmark?: string) => ({
    items: [{ externalBusinessId: id }],
    ...(bookmark === undefined ? {} : { bookmark }),
  });
  const first = ListingJournal.open(path(journal), scope);
  const second = ListingJournal.open(path(journal), scope);
  first.add(undefined, source, undefined, page("1", "b"));
  second.add(undefined, source, undefined, page("1", "b"));
  first.add(undefined, source, "b", page("2", "c"));
  second.add(undefined, source, "b", page("2", "c"));
  const resumed = ListingJournal.open(path(journal), scope).known(undefined, source);
  expect(resumed.items.map(({ externalBusinessId }) => externalBusinessId)).toEqual(["1", "2"]);
  expect(resumed).toMatchObject({ bookmark: "c", ended: false });
});
