import { expect, test } from "@jest/globals";
import { staticToken } from "../../provider/api";
import { clientFor } from "../api/helpers/client";
import { emulate } from "../emulator/helpers/emulate";
import { requestErrors } from "./contract";

const entry = { clientTimestamp: 1_700_000_000_000, eventType: "APP", logLevel: "ERROR" } as const;
const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"] as const;

test.each(["5.23", "5.28"] as const)(
  "every request of the client is one that Pinterest's API description allows, generation %s",
  async (generation) => {
    const { emulator } = await emulate({ switches: { generation } });
    const client = clientFor(emulator.url, { credentials: staticToken(emulator.token()) });
    // The documented maximum.
    const externalBusinessId = "x".repeat(2048);
    const fields = { connectedTagId: "26", partnerAccessToken: "secret", partnerAccessTokenExpiry: 1.9e12 };
    await client.createCommerceIntegration({ externalBusinessId, ...fields });
    const { integrationId = "" } = await client.getCommerceIntegration(externalBusinessId);
    await client.getIntegration(integrationId);
    await client.updateCommerceIntegration(externalBusinessId, {
      connectedTagId: null,
      partnerMetadata: "m",
    });
    await client.listIntegrations({ pageSize: 250 });
    await client.deleteCommerceIntegration(externalBusinessId);
    await client.reportLogs(
      methods.map((method) => ({ ...entry, request: { method, host: "shop.example", path: "/" } })),
    );
    expect(emulator.integrations()).toEqual([]);
    expect(emulator.logs().map(({ request }) => request?.method)).toEqual(methods);
    const requests = emulator.requests();
    expect(requests.map(({ operation }) => operation)).toEqual([
      "create",
      "get",
      "getById",
      "update",
      "list",
      "delete",
      "logs",
    ]);
    expect(requests.flatMap((request) => requestErrors(request, { clearing: true }))).toEqual([]);
  },
);
