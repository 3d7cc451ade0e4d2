import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { staticToken } from "../../provider/api";
import { clientFor } from "../api/helpers/client";
import { sendTo } from "../emulator/helpers/emulate";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const client = () => clientFor(emulator.url, { credentials: staticToken(emulator.token()) });

test("all operations accept an external business ID of 2048 characters, the documented maximum", async () => {
  const externalBusinessId = "x".repeat(2048);
  await client().createCommerceIntegration({ externalBusinessId });
  await client().updateCommerceIntegration(externalBusinessId, { connectedTagId: "1" });
  expect(await client().getCommerceIntegration(externalBusinessId)).toMatchObject({
    externalBusinessId,
    connectedTagId: "1",
  });
  await client().deleteCommerceIntegration(externalBusinessId);
  expect(emulator.integrations()).toEqual([]);
});

test("a log entry can contain a request with any method", async () => {
  const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"] as const;
  const entries = methods.map((method) => ({
    clientTimestamp: 1_700_000_000_000,
    eventType: "APP" as const,
    logLevel: "ERROR" as const,
    request: { method, host: "shop.example", path: "/" },
  }));
  const { accepted } = await client().reportLogs(entries);
  expect(accepted).toHaveLength(methods.length);
  expect(emulator.logs().map(({ request }) => request?.method)).toEqual(methods);
});

test.each([["message"], ["app_version_number"], ["platform_version_number"], ["error"], ["request"]])(
  "rejects null for a log entry's %s",
  async (name) => {
    const entry = { client_timestamp: 1_700_000_000_000, event_type: "APP", log_level: "INFO", [name]: null };
    const { status } = await sendTo(
      emulator.url,
      "POST /integrations/logs",
      { logs: [entry] },
      { authorization: `Bearer ${emulator.token()}` },
    );
    expect(status).toBe(400);
  },
);
