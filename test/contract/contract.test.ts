import { describe, expect, test } from "@jest/globals";
import type { Emulator, RequestEntry, Switches } from "../../emulator";
import { emulate, type Send } from "../emulator/helpers/emulate";
import { requestErrors, responseErrors } from "./contract";

// facts.ts has the facts of Pinterest's API description. The emulator's requests and responses must agree with these facts.

const everyField = {
  connected_merchant_id: "1445572885401",
  connected_advertiser_id: "549764738871",
  connected_tag_id: "2412141155151",
  connected_lba_id: "871939315263957402",
  partner_access_token: "partner-access",
  partner_refresh_token: "partner-refresh",
  partner_primary_email: "owner@shop.example",
  partner_access_token_expiry: 1_621_350_033_000,
  partner_refresh_token_expiry: 1_621_350_033_000,
  scopes: "accounts:read",
  additional_id_1: "128464",
  partner_metadata: '{"a":1}',
};

/** Sends requests that the description allows. */
async function sendRequests(send: Send, emulator: Emulator): Promise<void> {
  emulator.put("theirs", everyField, { account: "shop-2" });
  const path = "/integrations/commerce";
  await send(`POST ${path}`, { body: { external_business_id: "bare" } });
  await send(`POST ${path}`, { body: { external_business_id: "full/ü", ...everyField } });
  await send(`POST ${path}`, { body: { external_business_id: "bare", scopes: "again" } });
  await send(`POST ${path}`, { body: {} });
  await send(`POST ${path}`, { body: { external_business_id: "theirs" } });
  for (const id of ["bare", "full%2F%C3%BC", "theirs", "missing"]) {
    await send(`GET ${path}/${id}`);
    await send(`PATCH ${path}/${id}`, { body: { scopes: "changed", partner_access_token_expiry: 1.5 } });
    await send(`PATCH ${path}/${id}`, { body: {} });
  }
  for (const id of ["bare", "theirs"]) await send(`GET /integrations/${emulator.integration(id)?.id}`);
  for (const number of ["123", "word"]) await send(`GET /integrations/${number}`);
  await send("GET /integrations?page_size=1");
  const { body } = await send("GET /integrations");
  await send(`GET /integrations?bookmark=${body.bookmark ?? "unusable"}&page_size=250`);
  for (const id of ["bare", "bare", "theirs"]) await send(`DELETE ${path}/${id}`);
  for (const [flag, value] of Object.entries({ expired: true, beta: false, forbidden: true, scopes: [] })) {
    const { name } = emulator.addAccount({ [flag]: value });
    await send("GET /integrations", { account: name });
    await send(`DELETE ${path}/bare`, { account: name });
  }
  await send("GET /integrations", { authorization: null });
  const log = { client_timestamp: 1_700_000_000_000, event_type: "API", log_level: "WARN" };
  await send("POST /integrations/logs", { body: { logs: [log] } });
  await send("POST /integrations/logs", {
    body: {
      logs: [
        {
          ...log,
          external_business_id: "bare",
          message: "m",
          error: { message: "e", line_number: 1 },
          request: { method: "GET", host: "h", path: "/", request_headers: { accept: "*" } },
        },
      ],
    },
    account: "shop-2",
  });
}

/** Sends requests to the token endpoint that the description allows. */
async function requestTokens(send: Send, emulator: Emulator): Promise<void> {
  const { app_id, app_secret, refresh_token } = emulator.account();
  const authorization = `Basic ${Buffer.from(`${app_id}:${app_secret}`).toString("base64")}`;
  const form = { grant_type: "refresh_token", refresh_token };
  await send("POST /oauth/token", { form, authorization });
  await send("POST /oauth/token", { form, authorization: null });
  await send("POST /oauth/token", { form: { ...form, refresh_token: "unknown" }, authorization });
}

const problems = (entries: RequestEntry[], validate: (entry: RequestEntry) => string[]) =>
  entries.flatMap((entry) =>
    validate(entry).map((problem) => `${entry.method} ${entry.path} ${entry.status}: ${problem}`),
  );

describe("the emulator, against the facts of Pinterest's API description", () => {
  test.each([
    {},
    { recordUnset: "omitted", recordSecrets: "null", lastBookmark: "omitted" },
    { metadataUnset: "omitted", recordSecrets: "omitted", shortPages: "empty" },
    { recordSecrets: "masked", readLag: 1, postExisting: "replace", listOrder: "newest" },
  ] satisfies Partial<Switches>[])(
    "every request and response is valid with the switches %j",
    async (switches) => {
      const { send, emulator } = await emulate({ switches });
      await sendRequests(send, emulator);
      await requestTokens(send, emulator);
      await send("GET /nothing");
      const entries = emulator.requests();
      expect(new Set(entries.map(({ status }) => status))).toEqual(
        new Set([200, 204, 400, 401, 403, 404, 409]),
      );
      expect(
        problems(
          entries.filter(({ operation }) => operation),
          requestErrors,
        ),
      ).toEqual([]);
      expect(problems(entries, responseErrors)).toEqual([]);
    },
  );

  test("responses above a limit are valid", async () => {
    const { send, emulator } = await emulate({
      switches: {
        rateLimits: { ads_read: [{ limit: 1, window: 60 }] },
        writeSpacing: 60_000,
      },
    });
    for (const request of ["GET /integrations", "GET /integrations", "GET /integrations/1"])
      await send(request);
    for (const scopes of ["a", "b"])
      await send("POST /integrations/commerce", { body: { external_business_id: "shop", scopes } });
    expect(emulator.requests().map(({ status }) => status)).toEqual([200, 429, 429, 200, 429]);
    expect(problems(emulator.requests(), responseErrors)).toEqual([]);
  });
});
