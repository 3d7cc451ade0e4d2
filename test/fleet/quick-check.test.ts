import { expect, test } from "@jest/globals";
import { quickCheck } from "../../fleet/shard/drift-check";
import { deployed, stackOf } from "../cli/check/helpers/stack";
import { stageOfFile } from "../lifecycle/helpers/stage";

const stage = stageOfFile();

test("reports drift only for merchants of the list", async () => {
  const inputs = ["1", "2"].map((id) => ({ externalBusinessId: id, connectedTagId: "1" }));
  const [listed, leaving] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
  const state = [await deployed(stage, "listed", listed), await deployed(stage, "leaving", leaving)];
  for (const id of ["1", "2"]) stage.emulator.change(id, { connected_tag_id: "7" });
  const declared = [{ name: "listed", arguments: listed }];
  const { merchants } = await quickCheck(stackOf(stage, state), declared, { notify: () => {} });
  expect(merchants).toMatchObject([
    { name: "leaving", status: "in-sync", properties: [], pending: ["delete"] },
    { name: "listed", status: "drifted", properties: [{ name: "connectedTagId" }], pending: [] },
  ]);
});
