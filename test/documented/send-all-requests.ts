import type { Emulator, FaultAction } from "../../emulator";
import { FIELD_NAMES } from "../../emulator/fields";
import { LOG_TEXT_LIMITS, LOG_WORDS } from "../../emulator/integration-logs";
import { emulate, type Send } from "../emulator/helpers/emulate";
import { LOG_NULLABLE } from "./documented";

const COMMERCE = "/integrations/commerce";
const LOGS = "POST /integrations/logs";
const log = { client_timestamp: 1_700_000_000_000, event_type: "API", log_level: "INFO" };

const requests = {
  create: [`POST ${COMMERCE}`, { body: { external_business_id: "shop" } }],
  get: [`GET ${COMMERCE}/shop`],
  update: [`PATCH ${COMMERCE}/shop`, { body: {} }],
  delete: [`DELETE ${COMMERCE}/shop`],
  list: ["GET /integrations"],
  getById: ["GET /integrations/1"],
  logs: [LOGS, { body: { logs: [log] } }],
  token: ["POST /oauth/token", { form: {} }],
} as const;

/** Sends requests that cover all documented behaviors. */
export async function sendAllRequests(): Promise<void> {
  const { emulator, send } = await emulate({ now: () => 1_700_000_000_000 });
  await sendFailures(emulator, send);
  await sendCommerce(emulator, send);
  await sendLists(emulator, send);
  await sendLogs(emulator, send);
  await sendTokens(emulator, send);
  await sendGeneration528();
  await sendLimits();
}

async function sendFailures(emulator: Emulator, send: Send): Promise<void> {
  const failures: FaultAction[] = [
    { kind: "answer", preset: "internal-error" },
    { kind: "answer", preset: "authentication-failed" },
    { kind: "answer", preset: "missing-scope" },
    { kind: "answer", preset: "not-permitted" },
    { kind: "answer", preset: "rate-limit" },
    { kind: "answer", status: 400 },
    { kind: "answer", status: 404 },
  ];
  for (const [request, sending] of Object.values(requests)) {
    for (const failure of failures) {
      emulator.armFault(failure);
      await send(request, sending);
    }
  }
}

async function sendCommerce(emulator: Emulator, send: Send): Promise<void> {
  const values = Object.fromEntries(
    FIELD_NAMES.map((name) => [name, name.endsWith("_expiry") ? 1_700_000_000_000 : "1"]),
  );
  emulator.put("theirs", {}, { account: "shop-2" });
  for (const id of ["shop", "x".repeat(2048), "theirs", "missing"]) {
    const path = `${COMMERCE}/${id}`;
    if (id !== "missing") {
      await send(`POST ${COMMERCE}`, { body: { external_business_id: id, ...values } });
      await send(`POST ${COMMERCE}`, { body: { external_business_id: id } });
    }
    await send(`GET ${path}`);
    await send(`PATCH ${path}`, { body: { external_business_id: id, ...values } });
    await send(`PATCH ${path}`, { body: {} });
    await send(`DELETE ${path}`, { body: { external_business_id: id } });
    await send(`DELETE ${path}`);
  }
  for (const body of [{}, { external_business_id: "a", connected_advertiser_id: "" }])
    await send(`POST ${COMMERCE}`, { body });
  await send(`POST ${COMMERCE}`, { body: { external_business_id: "a", connected_tag_id: "" } });
  emulator.put("bare");
  await send(`DELETE ${COMMERCE}/bare`);
  emulator.armFault({ kind: "answer", status: 404, body: { code: 4180 }, operation: "create" });
  await send(...requests.create);
}

async function sendLists(emulator: Emulator, send: Send): Promise<void> {
  const [{ id } = { id: "" }] = emulator.seed(3);
  await send(`GET /integrations/${id}`);
  await send("GET /integrations/123");
  for (const size of ["0", "1", "250", "251", "2", "many"]) await send(`GET /integrations?page_size=${size}`);
  const { body } = await send("GET /integrations?page_size=1");
  await send(`GET /integrations?bookmark=${body.bookmark}`);
  await send("GET /integrations?bookmark=unknown");
  emulator.setSwitches({ shortPages: "half", lastBookmark: "omitted" });
  await send("GET /integrations?page_size=2");
  await send("GET /integrations");
  emulator.setSwitches({ shortPages: "empty" });
  const first = await send("GET /integrations?page_size=1");
  await send(`GET /integrations?page_size=1&bookmark=${first.body.bookmark}`);
}

async function sendLogs(emulator: Emulator, send: Send): Promise<void> {
  const report = (...logs: unknown[]) => send(LOGS, { body: { logs } });
  const holding = (path: string, value: unknown) => {
    const [outer = "", inner] = path.split(".");
    const request = { method: "GET", host: "h", path: "/" };
    if (inner === undefined) return { ...log, [outer]: value };
    return { ...log, [outer]: { ...(outer === "request" && request), [inner]: value } };
  };
  await report();
  for (const count of [1, 250, 251]) await report(...Array.from({ length: count }, () => log));
  await send(LOGS, { body: {} });
  for (const [path, limit] of Object.entries(LOG_TEXT_LIMITS)) {
    await report(holding(path, "x".repeat(limit)));
    await report(holding(path, "x".repeat(limit + 1)));
  }
  for (const path of LOG_NULLABLE) await report(holding(path, null));
  for (const path of ["message", "app_version_number", "platform_version_number", "error", "request"])
    await report(holding(path, null));
  for (const [path, values] of Object.entries(LOG_WORDS))
    for (const value of [...values, "other"]) await report(holding(path, value));
  for (const path of ["client_timestamp", "event_type", "log_level"]) await report(holding(path, undefined));
  await report({ ...log, colour: "red" });
  emulator.setSwitches({ logsMessage: "omitted", logsErrorShape: "detailed", logsIndex: "omitted" });
  await report(log);
  await report({});
  emulator.setSwitches({ logsErrorShape: "rejected", logsIndex: "shown" });
  await report({});
}

async function sendTokens(emulator: Emulator, send: Send): Promise<void> {
  const { app_id, app_secret, refresh_token } = emulator.account();
  const authorization = `Basic ${Buffer.from(`${app_id}:${app_secret}`).toString("base64")}`;
  const ask = (form: Record<string, string>) => send("POST /oauth/token", { form, authorization });
  await send("POST /oauth/token", { form: {}, authorization: null });
  await ask({});
  await ask({ grant_type: "password" });
  await ask({ grant_type: "refresh_token", refresh_token: "unknown" });
  await ask({ grant_type: "client_credentials", scope: "ads:read" });
  await ask({ grant_type: "refresh_token", refresh_token });
  emulator.setSwitches({ refreshTokenRotation: "none" });
  await ask({ grant_type: "refresh_token", refresh_token });
}

async function sendGeneration528(): Promise<void> {
  const { send } = await emulate({ switches: { generation: "5.28" } });
  await send(...requests.create);
  await send(...requests.delete);
  await send("GET /integrations/value");
}

async function sendLimits(): Promise<void> {
  const once = [{ limit: 1, window: 60 }];
  const { emulator, send } = await emulate({
    now: () => 1_700_000_000_000,
    switches: { rateLimits: { ads_read: once, ads_write: once, org_read: once } },
  });
  const { app_id, app_secret } = emulator.account();
  const authorization = `Basic ${Buffer.from(`${app_id}:${app_secret}`).toString("base64")}`;
  for (let count = 0; count < 2; count += 1) {
    await send(...requests.list);
    await send(...requests.update);
    await send("POST /oauth/token", { form: {}, authorization });
  }
  emulator.setSwitches({ rateLimits: { safety_net: [{ limit: 3, window: 1 }] } });
  for (let count = 0; count < 4; count += 1) await send(...requests.list);
}
