import { afterEach, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

// For the examples quickstart and many-accounts, see guides/emulator.test.ts and guides/accounts.test.ts.

let lab: Lab;

async function openExample(example: string): Promise<void> {
  lab = await Lab.open({ example });
}

afterEach(() => lab?.close());

test("all-operations uses each of the seven operations", async () => {
  await openExample("all-operations");
  await lab.up();
  const { id, connected_user_id } = lab.emulator.integration("my-shop-1") ?? {};
  expect(await lab.outputs()).toEqual({
    integrationId: id,
    owner: connected_user_id,
    shops: ["my-shop-1"],
  });
  expect(lab.emulator.logs()).toMatchObject([
    { message: "tag 2613187432 connected", external_business_id: "my-shop-1" },
  ]);
  await lab.up("--config", "tagId=2600000000001");
  expect(lab.emulator.logs()).toHaveLength(2);
  await lab.succeed("destroy", "--skip-preview");
  expect(lab.emulator.integrations()).toEqual([]);
  const { token: _, ...operations } = lab.emulator.counters().operations;
  expect(Object.entries(operations).filter(([, count]) => count === 0)).toEqual([]);
});

test("list-integrations exports every integration of the account", async () => {
  await openExample("list-integrations");
  lab.emulator.seed(30);
  await lab.up();
  expect((await lab.outputs()).integrations).toHaveLength(30);
});

test("two-accounts uses an explicit provider for each shop, and lists the integrations of one", async () => {
  await openExample("two-accounts");
  const tokens = [`northToken=${lab.emulator.token("shop-1")}`, `southToken=${lab.emulator.token("shop-2")}`];
  await lab.succeed("config", "set-all", ...tokens.flatMap((token) => ["--secret", token]));
  await lab.up();
  const owners = ["shop-1", "shop-2"].map((name) => lab.emulator.account(name).connected_user_id);
  expect(await lab.outputs()).toEqual({ owners, northern: ["shop-north"] });
});

test("yaml declares two shops with the plugin", async () => {
  await openExample("yaml");
  await lab.up();
  const { id, connected_user_id } = lab.emulator.integration("my-shop-1") ?? {};
  expect(await lab.outputs()).toEqual({ integrationId: id, owner: connected_user_id });
  expect(lab.emulator.integration("my-outlet-1")).toMatchObject({ connected_tag_id: "2613187432" });
});
