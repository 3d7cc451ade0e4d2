import { expect } from "@jest/globals";
import { namedMerchants } from "../../fleet/store/merchants";
import { test } from "../with-postgres";
import { merchant, merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

test("returns the earlier names of a merchant unless another one uses them", async () => {
  const database = await server.open();
  const fleet = await TestFleet.create(database, 10);
  const earlierNames = async () => (await namedMerchants(database.statements, ["new"]))[0]?.earlierNames;
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "created" } });
  const renamed = merchant("new", { externalBusinessId: "id-a" });
  await fleet.plan([renamed]);
  await fleet.update({ merchants: { new: "unchanged" } });
  expect(await earlierNames()).toEqual(["a"]);
  await fleet.plan([renamed, merchant("a", { externalBusinessId: "other" })]);
  expect(await earlierNames()).toEqual([]);
});
