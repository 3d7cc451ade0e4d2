import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import { accountHasAnother } from "../expected/messages";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

const move = (previous: Bag, changes: Bag) =>
  stage.process().update("shop-1", previous, { ...inputs, ...changes });

/** State without properties. */
const without = (state: Bag, names: readonly string[]): Bag =>
  Object.fromEntries(Object.entries(state).filter(([name]) => !names.includes(name)));

test.each([
  ["owner", "integrationId"],
  ["integration ID", "connectedUserId"],
])("refuses a move to another integration that only its %s distinguishes", async (_what, unknown) => {
  const previous = without(await stage.created(inputs), [unknown]);
  stage.emulator.remove("shop-1");
  stage.emulator.put("shop-1", { connected_tag_id: "1" }, { account: "shop-2" });
  const { message } = await failureOf(move(previous, { account: "shop-2", connectedTagId: "7" }));
  expect(message).toContain(accountHasAnother);
  expect(stage.emulator.counters().writes).toBe(0);
});

describe("another account name of the same owner", () => {
  beforeEach(() => stage.addAlias());

  test.each([[["connectedUserId"]], [["integrationId"]], [["connectedUserId", "integrationId"]]])(
    "is accepted without a write if the last known state has no %j",
    async (unknown) => {
      const previous = without(await stage.created(inputs), unknown);
      expect(await move(previous, { account: "alias" })).toMatchObject({ account: "alias" });
      expect(stage.emulator.counters().writes).toBe(0);
    },
  );
});
