import { expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

const move = (previous: Bag, changes: Bag) =>
  stage.process().update("shop-1", previous, { ...inputs, ...changes });

test("refuses a move to an account without the integration, with a remedy", async () => {
  const previous = await stage.created(inputs);
  stage.pass(60_000);
  stage.emulator.remove("shop-1");
  const { message } = await failureOf(move(previous, { account: "shop-2", connectedTagId: "7" }));
  expect(message).toContain("moving integration 'shop-1' from the default provider to account 'shop-2' of");
  expect(message).toContain("the new account has no such integration");
  expect(message).toContain("remove the resource from the program, run `pulumi up`, add it again");
  expect(stage.emulator.counters().writes).toBe(0);
});

test.each(["5.23", "5.28"] as const)(
  "refuses a move to an account that may not access it, in generation %s",
  async (generation) => {
    stage.emulator.setSwitches({ generation });
    const previous = await stage.created(inputs);
    const { message } = await failureOf(move(previous, { account: "shop-2" }));
    expect(message).toContain("the new account may not access it");
    expect(message).toContain("remove the resource from the program, run `pulumi up`, add it again");
    expect(stage.emulator.counters().writes).toBe(0);
  },
);

test("refuses a move to an account with another integration under the same external business ID", async () => {
  const previous = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account: "shop-2" });
  const { message } = await failureOf(move(previous, { account: "shop-2" }));
  expect(message).toContain("the new account has another integration with this external business ID");
  expect(stage.emulator.counters().writes).toBe(0);
});

test.each([
  ["owner", "integrationId"],
  ["integration ID", "connectedUserId"],
])("refuses a move to another integration that only its %s distinguishes", async (_what, unknown) => {
  const { [unknown]: _, ...previous } = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account: "shop-2" });
  const { message } = await failureOf(move(previous, { account: "shop-2", connectedTagId: "7" }));
  expect(message).toContain("the new account has another integration with this external business ID");
  expect(stage.emulator.counters().writes).toBe(0);
});

test.each([["connectedUserId"], ["integrationId"], ["connectedUserId", "integrationId"]])(
  "accepts another account name of the same owner if the last known state has no %s %s",
  async (...unknown) => {
    stage.addAlias();
    const created = await stage.created(inputs);
    const previous = Object.fromEntries(Object.entries(created).filter(([name]) => !unknown.includes(name)));
    const outputs = await move(previous, { account: "alias" });
    expect(outputs).toMatchObject({ account: "alias" });
    expect(stage.emulator.counters().writes).toBe(0);
  },
);

test("accepts another account name of the same owner who has recreated the integration", async () => {
  stage.addAlias();
  const previous = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  const { id } = stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account: "shop-1" });
  const outputs = await move(previous, { account: "alias" });
  expect(outputs).toMatchObject({ account: "alias", integrationId: id });
  expect(stage.emulator.counters().writes).toBe(0);
});

test("accepts another account name of the same owner without a write", async () => {
  stage.addAlias();
  const previous = await stage.created(inputs);
  const outputs = await move(previous, { account: "alias" });
  expect(stage.emulator.counters().writes).toBe(0);
  expect(outputs).toStrictEqual({ ...previous, account: "alias" });
});

test("accepts another explicit provider of the same owner without a write", async () => {
  const previous = await stage.created({ ...inputs, providerName: "one" });
  const outputs = await move(previous, { providerName: "two" });
  expect(stage.emulator.counters().writes).toBe(0);
  expect(outputs).toStrictEqual({ ...previous, providerName: "two" });
});

test("refuses a move to another owner's explicit provider, and names both", async () => {
  const previous = await stage.created({ ...inputs, providerName: "one" });
  stage.emulator.change("shop-1", {}, { account: "shop-2" });
  const { message } = await failureOf(move(previous, { providerName: "two", connectedTagId: "7" }));
  expect(message).toContain("from provider 'one' to provider 'two'");
  expect(stage.emulator.counters().writes).toBe(0);
});

test("writes a changed field with the new account's token", async () => {
  stage.addAlias();
  const previous = await stage.created(inputs);
  await move(previous, { account: "alias", connectedTagId: "7" });
  expect(stage.emulator.counters().accounts).toEqual({ alias: { GET: 1, PATCH: 1 } });
});

test("reports other errors of the new account unchanged", async () => {
  const previous = await stage.created(inputs);
  stage.emulator.setAccount("shop-2", { revoked: true });
  const failure = move(previous, { account: "shop-2" });
  expect(await failureOf(failure)).toMatchObject({ status: 401, code: 2 });
});

test("does not read first if the account does not change", async () => {
  const previous = await stage.created({ ...inputs, account: "shop-2", providerName: "one" });
  const news = { ...inputs, account: "shop-2", providerName: "one", connectedTagId: "7" };
  await stage.process().update("shop-1", previous, news);
  expect(stage.methods()).toEqual(["PATCH"]);
});
