import { expect, jest, test } from "@jest/globals";
import { checkStack, checkState } from "../../../cli/check/check-stack";
import { listRemaining } from "../../../cli/check/unmanaged";
import { openAccess } from "../../../cli/stack/access";
import { stageOfFile } from "../../lifecycle/helpers/stage";
import { eventsOf } from "../drift/helpers/engine-events";
import { deployed, stackOf } from "./helpers/stack";

const stage = stageOfFile();
const notify = () => {};

test("a quick check skips what an interrupted replacement left to delete", async () => {
  const shop = await deployed(stage, "shop", { externalBusinessId: "shop-1" });
  const replaced = { ...(await deployed(stage, "shop", { externalBusinessId: "shop-0" })), delete: true };
  const { merchants, errors } = await checkState(stackOf(stage, [shop, replaced]), { notify });
  expect(errors).toEqual([]);
  expect(merchants.map(({ externalBusinessId }) => externalBusinessId)).toEqual(["shop-1"]);
});

test.each([
  ["exports the state if the engine did not read an integration that leaves the program", 1],
  ["exports no state if the engine read each integration that leaves the program", 0],
])("%s", async (_, exports) => {
  const shop = await deployed(stage, "shop", { externalBusinessId: "shop-1" });
  const { inputs: bag } = shop;
  const steps = [
    { op: "refresh", old: bag, new: bag },
    { op: "delete", old: bag },
  ].slice(exports);
  const stack = stackOf(stage, [shop], eventsOf(...steps));
  const resources = jest.spyOn(stack, "resources");
  const { report } = await checkStack(stack, { notify });
  expect(report).toMatchObject({ merchants: [{ status: "in-sync", pending: ["delete"] }], errors: [] });
  expect(resources).toHaveBeenCalledTimes(exports);
});

test("lists the default account although an explicit provider has listed its own", async () => {
  stage.emulator.put("shop-1");
  const access = await openAccess(stackOf(stage, []), notify);
  const ids = async (providerName?: string) =>
    (await listRemaining(access, [{ integrations: [], ...(providerName && { providerName }) }])).flatMap(
      ({ integrations }) => integrations.map(({ externalBusinessId }) => externalBusinessId),
    );
  expect(await ids("west")).toEqual(["shop-1"]);
  expect(await ids()).toEqual([]);
});
