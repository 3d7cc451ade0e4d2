import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { documented } from "./helpers/documented";
import { emulate, sendTo } from "./helpers/emulate";
import { meetEverything } from "./helpers/meet-everything";

const VARIABLE = "PINTEREST_EMULATOR_TRAFFIC";
const before = process.env[VARIABLE];
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "emulator-traffic-"));
  process.env[VARIABLE] = join(directory, "inner");
});

afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
  rmSync(directory, { recursive: true, force: true });
});

/** What was observed so far, each time that it was written; of one client, or of all. */
function written(client = ""): string[] {
  const inner = join(directory, "inner");
  return readdirSync(inner)
    .filter((name) => name.startsWith(client))
    .flatMap((name) => readFileSync(join(inner, name), "utf8").trimEnd().split("\n"));
}

test("everything that is documented can be met, and is observed when it is", async () => {
  await meetEverything();
  const observed = new Set(written());
  expect(documented.map(({ cell }) => cell).filter((cell) => !observed.has(cell))).toEqual([]);
});

test("what is documented is listed once", () => {
  const cells = documented.map(({ cell }) => cell);
  expect(cells.filter((cell, index) => cells.indexOf(cell) !== index)).toEqual([]);
});

test("observations are there as soon as they are made, and each once for all emulators of a process", async () => {
  const { send } = await emulate();
  const { send: other } = await emulate();
  await send("GET /integrations");
  await other("GET /integrations");
  await other("GET /integrations?page_size=250");
  expect(written().sort()).toEqual([
    "list 200",
    "list ends with bookmark null",
    "list page_size 250 taken",
    "list page_size default taken",
  ]);
});

test("the observations of a client are in files that have its name", async () => {
  const { emulator } = await emulate();
  const headers = {
    authorization: `Bearer ${emulator.token()}`,
    "user-agent": "pulumi-pinterest/1.0 (node)",
  };
  await sendTo(emulator.url, "GET /integrations/1", undefined, headers);
  await sendTo(emulator.url, "GET /integrations/1");
  expect(written("pulumi-pinterest-")).toEqual(["getById 404", "getById 404 code 4517"]);
  expect(written("node-")).toEqual(["getById 401", "getById 401 code 2"]);
});

test("an answer that a fault made up, or kept back, says nothing of the request's bounds", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", preset: "rate-limit-retry-date", commit: true });
  await send("GET /integrations?page_size=250");
  emulator.armFault({ kind: "answer", status: 400, body: "no" });
  await send("GET /integrations?page_size=250");
  emulator.armFault({ kind: "reset" });
  await send("GET /integrations?page_size=250").catch(() => undefined);
  expect(written()).toEqual([
    "list 429",
    "list 429 code 8",
    "429 of safety_net_app_id_user_id",
    "429 Retry-After date",
    "list fault answer rate-limit-retry-date committed",
    "list 400",
    "list fault answer",
    "list fault reset",
  ]);
});

test("a refusal for another reason than the bound does not count for it", async () => {
  const { send } = await emulate();
  await send("GET /integrations?page_size=251", { authorization: null });
  expect(written()).toEqual(["list 401", "list 401 code 2"]);
});

test("nothing that was sent is in them", async () => {
  const { send, emulator } = await emulate();
  await send("POST /integrations/commerce", {
    body: { external_business_id: "private", partner_access_token: "private", connected_tag_id: "" },
  });
  await send("POST /integrations/logs", {
    body: { logs: [{ event_type: "PRIVATE", private: "private", message: "private" }] },
  });
  await send("GET /integrations?page_size=private&bookmark=private");
  await send("PATCH /integrations/commerce/private", { body: { external_business_id: "private" } });
  const { app_id, app_secret } = emulator.account();
  const authorization = `Basic ${Buffer.from(`${app_id}:${app_secret}`).toString("base64")}`;
  await send("POST /oauth/token", {
    form: { grant_type: "private", refresh_token: "private" },
    authorization,
  });
  const text = written().join("\n");
  expect(text).not.toMatch(/private|pina_|pinr_|secret/i);
  expect(text).toContain("logs unknown name refused");
});

test("without the variable nothing is written", async () => {
  delete process.env[VARIABLE];
  const { send } = await emulate();
  await send("GET /integrations");
  expect(readdirSync(directory)).toEqual([]);
});
