import { expect, test } from "@jest/globals";
import { RunError } from "@pulumi/pulumi";
import { getIntegrations } from "../../../provider";
import { failureOf } from "../../lifecycle/helpers/failure";
import { emulatedRun } from "../helpers/emulated-run";

const stage = emulatedRun((emulator) => ({
  accounts: JSON.stringify({ b: emulator.token("shop-2") }),
}));

async function idsOf(args: Parameters<typeof getIntegrations>[0]): Promise<(string | undefined)[]> {
  return (await getIntegrations(args)).integrations.map(({ externalBusinessId }) => externalBusinessId);
}

test("lists all integrations with all fields, sorted by external business ID", async () => {
  stage.emulator.put("b", {
    connected_tag_id: "1",
    scopes: "x",
    partner_access_token_expiry: 1_893_456_000_000,
  });
  stage.emulator.put("a");
  stage.emulator.put("other", {}, { account: "shop-2" });
  const integration = stage.emulator.integration("b");
  expect(await getIntegrations()).toStrictEqual({
    integrations: [
      expect.objectContaining({ externalBusinessId: "a" }),
      {
        externalBusinessId: "b",
        integrationId: integration?.id,
        connectedUserId: integration?.connected_user_id,
        createdTimestamp: integration?.created_timestamp,
        updatedTimestamp: integration?.updated_timestamp,
        connectedTagId: "1",
        scopes: "x",
        partnerAccessTokenExpiry: 1_893_456_000_000,
      },
    ],
    truncated: false,
  });
});

test("returns an empty list for an account without integrations", async () => {
  expect(await getIntegrations()).toStrictEqual({ integrations: [], truncated: false });
});

test("lists the integrations of a named account with its token", async () => {
  stage.emulator.put("a");
  stage.emulator.put("b", {}, { account: "shop-2" });
  expect(await idsOf({ account: "b" })).toEqual(["b"]);
  await expect(getIntegrations({ account: "c" })).rejects.toThrow("no access token for account 'c'");
});

test("returns integrations that match all filters", async () => {
  stage.emulator.put("x-1", {
    connected_merchant_id: "1",
    connected_advertiser_id: "2",
    connected_tag_id: "3",
  });
  stage.emulator.put("x-2", { connected_merchant_id: "1", connected_advertiser_id: "2" });
  stage.emulator.put("x-3", { connected_merchant_id: "1" });
  stage.emulator.put("y-4", { connected_merchant_id: "1" });
  expect(await idsOf({ connectedMerchantId: "1" })).toEqual(["x-1", "x-2", "x-3", "y-4"]);
  expect(await idsOf({ connectedAdvertiserId: "2" })).toEqual(["x-1", "x-2"]);
  expect(await idsOf({ connectedTagId: "3" })).toEqual(["x-1"]);
  expect(await idsOf({ externalBusinessIdPrefix: "y-" })).toEqual(["y-4"]);
  expect(await idsOf({ connectedMerchantId: "1", externalBusinessIdPrefix: "x" })).toEqual([
    "x-1",
    "x-2",
    "x-3",
  ]);
  expect(await idsOf({ connectedMerchantId: "1", connectedAdvertiserId: "2", connectedTagId: "4" })).toEqual(
    [],
  );
  expect(await idsOf({ externalBusinessIdPrefix: "" })).toHaveLength(4);
});

test.each([
  [1, 1, true],
  [2, 2, true],
  [3, 3, false],
  [9, 3, false],
])(
  "with `maxItems` %d, returns %d of three integrations and `truncated` %p",
  async (maxItems, count, truncated) => {
    stage.emulator.seed(3);
    const result = await getIntegrations({ maxItems });
    expect(result.integrations).toHaveLength(count);
    expect(result.truncated).toBe(truncated);
  },
);

test("applies `maxItems` after the filters", async () => {
  stage.emulator.seed(3);
  stage.emulator.put("wanted", { connected_tag_id: "1" });
  expect(await getIntegrations({ connectedTagId: "1", maxItems: 1 })).toMatchObject({
    integrations: [{ externalBusinessId: "wanted" }],
    truncated: false,
  });
});

test("reads no more pages than `maxItems` needs", async () => {
  stage.emulator.seed(30);
  await getIntegrations({ maxItems: 3, pageSize: 2 });
  expect(stage.emulator.counters().operations.list).toBe(2);
});

test.each([
  [{ pageSize: 0 }, "`pageSize` must be a whole number from 1 to 250"],
  [{ pageSize: 251 }, "`pageSize` must be a whole number from 1 to 250"],
  [{ pageSize: 1.5 }, "`pageSize` must be a whole number from 1 to 250"],
  [{ pageSize: Number.NaN }, "`pageSize` must be a whole number from 1 to 250"],
  [{ maxItems: 0 }, "`maxItems` must be a whole number of at least 1"],
  [{ maxItems: -1 }, "`maxItems` must be a whole number of at least 1"],
  [{ maxItem: 1 }, "`maxItem` is not an argument; did you mean `maxItems`?"],
  [{ constructor: 1 }, "`constructor` is not an argument"],
])("refuses %j without a request", async (args, problem) => {
  const failure = await failureOf(getIntegrations(args as object));
  expect(failure.message).toContain(`getIntegrations: ${problem}`);
  expect(failure).toBeInstanceOf(RunError);
  expect(stage.emulator.counters().requests).toBe(0);
});

test("throws Pinterest's error if it rejects the request", async () => {
  stage.emulator.setAccount("shop-1", { beta: false });
  await expect(getIntegrations()).rejects.toMatchObject({ kind: "api", status: 401, code: 3 });
});
