import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { PinterestClient, staticToken } from "../../provider/api";
import { checkArguments, functions, replaceSecrets } from "../../provider/lifecycle/functions";
import { invalidPageSize } from "../expected/messages";

const { getIntegrations, getIntegration, getCommerceIntegration } = functions;

let emulator: Emulator;
let client: PinterestClient;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  client = new PinterestClient({
    apiUrl: emulator.url,
    credentials: staticToken(emulator.token()),
    maxAttempts: 1,
  });
  emulator.put("eu-b", { connected_tag_id: "1" });
  emulator.put("eu-a", { connected_tag_id: "2", partner_access_token: "hidden" });
  emulator.put("us-a", { connected_tag_id: "2" });
});
afterAll(() => emulator.stop());

describe("refused arguments", () => {
  test.each([
    [
      getIntegrations,
      { tag: "1" },
      "getIntegrations: `tag` is not an argument; use one of: connectedMerchantId",
    ],
    [getIntegrations, { pageSize: 251 }, `getIntegrations: ${invalidPageSize}`],
    [getIntegrations, { maxItems: 1.5 }, "getIntegrations: `maxItems` must be a whole number of at least 1"],
    [getIntegrations, { maxItems: 0 }, "getIntegrations: `maxItems` must be a whole number of at least 1"],
    [getIntegrations, { connectedTagId: 12 }, "`connectedTagId` must be a string. Write it in quotes"],
    [getIntegrations, { includeSecrets: "no" }, "`includeSecrets` must be true or false"],
    [getIntegration, {}, "getIntegration: `integrationId` is missing"],
    [
      getIntegration,
      { integrationId: 12 },
      "must be an integration ID, which is a string of digits. Write it in quotes",
    ],
    [getIntegration, { integrationId: null }, "getIntegration: `integrationId` is missing"],
    [getIntegration, { integrationId: "" }, "`integrationId` must be an integration ID"],
    [getCommerceIntegration, { externalBusinessId: {} }, "`externalBusinessId` must be a non-empty string"],
    [
      getCommerceIntegration,
      { externalBusinessId: "a", includeSecrets: true },
      "`includeSecrets` is not an argument",
    ],
  ])("$name: %j", (lookup, args, problem) => {
    expect(() => checkArguments(lookup as never, args as never)).toThrow(problem);
  });

  test("are named without their values, which can be secrets", () => {
    expect(() => checkArguments(getCommerceIntegration, { externalBusinessId: ["5ecret"] } as never)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("5ecret") }),
    );
  });
});

describe("secrets", () => {
  const integrationIdOf = (id: string) => emulator.integration(id)?.id ?? "";

  test("are returned in plaintext only with `includeSecrets`", async () => {
    const integrationId = integrationIdOf("eu-a");
    const secret = { partnerAccessToken: "hidden" };
    expect(await getIntegration.call(client, { integrationId, includeSecrets: true })).toMatchObject(secret);
    expect(JSON.stringify(await getIntegration.call(client, { integrationId }))).not.toContain("hidden");
    const { integrations } = await getIntegrations.call(client, { includeSecrets: true });
    expect(integrations[0]).toMatchObject(secret);
    for (const args of [{}, { includeSecrets: false }])
      expect(JSON.stringify(await getIntegrations.call(client, args))).not.toContain("hidden");
  });

  test("are replaced at any depth, and undefined values are removed", () => {
    const result = {
      integrations: [{ partnerAccessToken: "a", scopes: "b", connectedTagId: undefined }],
      truncated: false,
    };
    expect(replaceSecrets(result, (value) => [`secret ${value}`])).toStrictEqual({
      integrations: [{ partnerAccessToken: ["secret a"], scopes: "b" }],
      truncated: false,
    });
  });
});
