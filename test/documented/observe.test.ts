import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { Emulator } from "../../emulator";
import { emulate, sendTo } from "../emulator/helpers/emulate";
import { documented } from "./documented";
import { observe } from "./observe";
import { readCoverage } from "./reporter.mts";

const observed = (emulator: Emulator): string[] => emulator.requests().flatMap(observe);

test("lists each documented behavior once", () => {
  const behaviors = documented.map(({ name }) => name);
  expect(behaviors.filter((name, index) => behaviors.indexOf(name) !== index)).toEqual([]);
});

test("records the behaviors for all clients, and separately for the provider's client", async () => {
  const { emulator } = await emulate();
  const authorization = `Bearer ${emulator.token()}`;
  const headers = { authorization, "user-agent": "pulumi-pinterest/1.0 (node)" };
  await sendTo(emulator.url, "GET /integrations/1?page_size=1", undefined, headers);
  await sendTo(emulator.url, "GET /integrations?page_size=17", undefined, { authorization });
  const { byProvider, byAnyClient } = readCoverage(join(String(process.env.TEST_TRAFFIC), "observed"));
  expect(byProvider).toContain("getById 404 code 4517");
  expect(byAnyClient).toContain("getById 404 code 4517");
  expect(byAnyClient).toContain("list page_size within accepted");
});

test("observes nothing about the request if a fault answers or resets it", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", preset: "rate-limit-retry-date", commit: true });
  await send("GET /integrations?page_size=250");
  emulator.armFault({ kind: "answer", status: 400, body: "no" });
  await send("GET /integrations?page_size=250");
  emulator.armFault({ kind: "reset" });
  await send("GET /integrations?page_size=250").catch(() => undefined);
  expect(observed(emulator)).toEqual([
    "list 429",
    "list 429 code 8",
    "429 of safety_net_app_id_user_id",
    "429 Retry-After present",
    "list 400",
  ]);
});

test("does not observe a limit if the request is rejected for another reason", async () => {
  const { send, emulator } = await emulate();
  await send("GET /integrations?page_size=251", { authorization: null });
  expect(observed(emulator)).toEqual(["list 401", "list 401 code 2"]);
});

test("contains no values of the request", async () => {
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
  const text = observed(emulator).join("\n");
  expect(text).not.toMatch(/private|pina_|pinr_|secret/i);
  expect(text).toContain("logs unknown name rejected");
});
