import { expect, test } from "@jest/globals";
import { UnconfiguredAccount } from "../../provider/api/credentials";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

test("passes the integration of each message, so that commands can attribute it", async () => {
  const notified: (string | undefined)[] = [];
  const notify = (_message: string, about?: { externalBusinessId: string }) =>
    void notified.push(about?.externalBusinessId);
  const process = stage.process({ notify });
  const inputs = { externalBusinessId: "shop-1", connectedTagId: "33" };
  stage.emulator.put("shop-1", { connected_tag_id: "33" });
  const { outputs } = await process.create(inputs);
  const lastKnown = { ...outputs, __uid: "another" };
  const client = () => {
    throw new UnconfiguredAccount("no token");
  };
  const unreachable = { ...stage.dependencies({ notify, whenUnreachable: "forget" }), client };
  await process.update("shop-1", outputs, { externalBusinessId: "shop-1", whenRemoved: "release" });
  await process.delete("shop-1", lastKnown);
  stage.emulator.remove("shop-1");
  await process.update("shop-1", outputs, { ...inputs, connectedTagId: "34" });
  await openOperations(unreachable).delete("shop-1", outputs);
  // The messages are about an adopted, a released, a kept, a recreated and a forgotten integration.
  expect(notified).toEqual(["shop-1", "shop-1", "shop-1", "shop-1", "shop-1"]);
});
