import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { isNotFound, isOwnedByAnother, type PinterestClient, staticToken } from "../../provider/api";
import { isAuthentication } from "../../provider/api/error-predicates";
import { requestErrors } from "../contract/contract";
import { clientFor, failureOf } from "./helpers/client";

const externalBusinessId = "läden/店 #1";

describe.each(["5.23", "5.28"] as const)("against the emulator, generation %s", (generation) => {
  let emulator: Emulator;
  let client: PinterestClient;
  let other: PinterestClient;

  const clientOf = (account: string): PinterestClient =>
    clientFor(emulator.url, { credentials: staticToken(emulator.token(account)) });

  beforeAll(async () => {
    emulator = await startEmulator({
      switches: { generation, codeAsText: generation === "5.28", extraFields: true },
    });
    client = clientOf("shop-1");
    other = clientOf("shop-2");
  });
  afterAll(() => emulator.stop());

  test("creates, reads, updates, lists and deletes an integration", async () => {
    const created = await client.createCommerceIntegration({
      externalBusinessId,
      connectedMerchantId: "1234567890123",
      connectedAdvertiserId: "549755885175",
      partnerAccessToken: "partner-token",
      partnerAccessTokenExpiry: 1893456000000,
      partnerMetadata: '{"plan":"gold"}',
    });
    expect(created).toMatchObject({
      externalBusinessId,
      connectedMerchantId: "1234567890123",
      partnerAccessTokenExpiry: 1893456000000,
    });
    expect(created).not.toHaveProperty("partnerAccessToken");
    expect(await client.getCommerceIntegration(externalBusinessId)).toEqual(created);

    const changed = await client.updateCommerceIntegration(externalBusinessId, {
      connectedTagId: "2612345678901",
      partnerMetadata: null,
    });
    const { partnerMetadata, updatedTimestamp, ...kept } = created;
    expect(changed).toMatchObject({ ...kept, connectedTagId: "2612345678901" });
    expect(changed).not.toHaveProperty("partnerMetadata");

    const { items } = await client.listIntegrations();
    expect(items).toEqual([{ ...changed, partnerAccessToken: "partner-token" }]);

    expect(isOwnedByAnother(await failureOf(other.getCommerceIntegration(externalBusinessId)))).toBe(true);
    await client.deleteCommerceIntegration(externalBusinessId);
    expect(isNotFound(await failureOf(client.getCommerceIntegration(externalBusinessId)))).toBe(true);
    expect(isNotFound(await failureOf(client.deleteCommerceIntegration(externalBusinessId)))).toBe(true);
  });

  test("reads a list page by page", async () => {
    for (const id of ["a", "b", "c"]) await other.createCommerceIntegration({ externalBusinessId: id });
    const first = await other.listIntegrations({ pageSize: 2 });
    const second = await other.listIntegrations({ pageSize: 2, bookmark: first.bookmark ?? "" });
    expect([...first.items, ...second.items].map((item) => item.externalBusinessId)).toEqual(["a", "b", "c"]);
    expect(second).not.toHaveProperty("bookmark");
  });

  test("fails with an authentication error for an unknown token", async () => {
    const error = await failureOf(clientFor(emulator.url).listIntegrations());
    expect(isAuthentication(error)).toBe(true);
    expect(error).toHaveProperty("requestId");
  });

  // The last test, because it checks the requests of all others.
  test("every request is one that Pinterest's API description allows", () => {
    const requests = emulator.requests();
    expect(new Set(requests.map(({ operation }) => operation))).toEqual(
      new Set(["create", "get", "update", "delete", "list"]),
    );
    for (const request of requests) {
      expect({ ...request, problems: requestErrors(request, { clearing: true }) }).toMatchObject({
        problems: [],
      });
    }
  });
});
