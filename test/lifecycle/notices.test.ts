import { expect, test } from "@jest/globals";
import { UnconfiguredAccount } from "../../provider/api/credentials";
import type { Bag } from "../../provider/base/bag";
import { RunLedger } from "../../provider/run/ledger";
import { adopted, forgotten, kept, recreated, released } from "../expected/messages";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "33" };

/** The messages of an operation, with the integrations that they are about. */
let notices: [message: string, externalBusinessId: string | undefined][] = [];
const notify = (message: string, about?: { externalBusinessId: string }) =>
  void notices.push([message, about?.externalBusinessId]);

const withoutToken = () => {
  throw new UnconfiguredAccount("no token");
};

test.each<[message: string, operation: (state: Bag) => Promise<unknown>]>([
  [adopted("shop-1"), () => stage.process({ notify }).create(inputs)],
  [
    released("shop-1", "`connectedTagId`"),
    (state) =>
      stage
        .process({ notify })
        .update("shop-1", state, { externalBusinessId: "shop-1", whenRemoved: "release" }),
  ],
  [
    kept("shop-1"),
    (state) => {
      const ledger = new RunLedger();
      ledger.record("held", { externalBusinessId: "shop-1", urn: "another" });
      return openOperations(stage.dependencies({ notify }), ledger).delete("shop-1", state);
    },
  ],
  [
    recreated("shop-1"),
    (state) => {
      stage.emulator.remove("shop-1");
      return stage.process({ notify }).update("shop-1", state, { ...inputs, connectedTagId: "34" });
    },
  ],
  [
    forgotten("'shop-1' (integration ID 7300000000000000003)", "the default account"),
    (state) => {
      const dependencies = stage.dependencies({ notify, whenUnreachable: "forget" });
      return openOperations({ ...dependencies, client: withoutToken }).delete("shop-1", state);
    },
  ],
  [
    forgotten("'shop-1'", "the default account"),
    ({ integrationId: _, ...uncertain }) => {
      const dependencies = stage.dependencies({ notify, whenUnreachable: "forget" });
      return openOperations({ ...dependencies, client: withoutToken }).delete("shop-1", uncertain);
    },
  ],
])("the message %j is about its integration, so that commands can attribute it", async (text, operate) => {
  const state = await stage.created(inputs);
  notices = [];
  await operate(state);
  expect(notices).toEqual([[expect.stringContaining(text), "shop-1"]]);
});
