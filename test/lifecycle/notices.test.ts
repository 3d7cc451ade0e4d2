import { expect, test } from "@jest/globals";
import { UnconfiguredAccount } from "../../provider/api/credentials";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "33" };

test("passes the integration of each message, so that commands can attribute it", async () => {
  const notices: [string, string | undefined][] = [];
  const notify = (message: string, about?: { externalBusinessId: string }) =>
    void notices.push([
      /adopted integration|was missing|no longer managed|stays at Pinterest|NOT deleted/.exec(message)?.[0] ??
        message,
      about?.externalBusinessId,
    ]);
  const process = stage.process({ notify });
  stage.emulator.put("shop-1", { connected_tag_id: "33" });
  const { outputs } = await process.create(inputs);
  const { connectedTagId: _, ...without } = inputs;
  await process.update("shop-1", outputs, { ...without, whenRemoved: "release" });
  await process.delete("shop-1", { ...outputs, __uid: "another" });
  stage.emulator.remove("shop-1");
  await process.update("shop-1", outputs, { ...inputs, connectedTagId: "34" });
  const client = () => {
    throw new UnconfiguredAccount("no token");
  };
  const unreachable = { ...stage.dependencies({ notify, whenUnreachable: "forget" }), client };
  await openOperations(unreachable).delete("shop-1", outputs);
  expect(notices).toEqual(
    ["adopted integration", "no longer managed", "stays at Pinterest", "was missing", "NOT deleted"].map(
      (text) => [text, "shop-1"],
    ),
  );
});
