import { expect } from "@jest/globals";
import { test } from "../with-postgres";
import { merchant, TestDatabase, TestFleet } from "./helpers/fleet";
import {
  has,
  killed,
  pending,
  plan,
  plans,
  play,
  refuses,
  type Scenario,
  searches,
  update,
  withId,
} from "./helpers/steps";

const server = new TestDatabase();

const fleetOf = async () => TestFleet.create(await server.open(), 2);

const tagged = (tag: string) => merchant("a", { connectedTagId: tag });
const diskIsFull = { errors: ["the disk is full"] };

/** Merchant a gets the integration `other`, but its former one, `id-a`, is not deleted. */
const replaced = [
  plan("a", "b"),
  update({ a: "created", b: "created" }),
  plan(withId("a", "other"), "b"),
  update({ a: "failed", b: "unchanged" }),
];
/** A list in which another merchant gets `id-a`. */
const reused = [withId("a", "other"), "b", withId("c", "id-a")];

/** A killed update may have changed the tag of a from 1 to 2. */
const interrupted = [
  plan(tagged("1"), "b"),
  update({ a: "created", b: "created" }),
  plan(tagged("2"), "b"),
  killed,
];
const deployed = { externalBusinessId: "id-a", connectedTagId: "2" };

test.each<Scenario>([
  [
    "an update leaves only failed merchants pending",
    plan("a", "b"),
    update({ a: "created", b: "failed" }),
    pending("b"),
  ],
  [
    "a leaving merchant is removed only after its integration was deleted and the state was saved",
    plan("a", "b", "c"),
    update({ a: "created", b: "created", c: "created" }),
    plan("a"),
    update({ a: "unchanged", b: "deleted", c: "failed" }),
    has("a", "c"),
    pending("c"),
    update({ a: "unchanged" }, { errors: ["the engine crashed"] }),
    has("a", "c"),
    update({ a: "unchanged" }),
    has("a"),
  ],
  [
    "a replaced integration keeps its merchant pending, and its ID belongs to it, while another merchant fails",
    ...replaced,
    update({ a: "unchanged", b: "failed" }),
    pending("a", "b"),
    refuses("'id-a' of 'c' still belongs to 'a'", ...reused),
    update({ a: "unchanged", b: "unchanged" }),
    pending(),
    plans({ added: 1 }, ...reused),
  ],
  [
    "a replaced integration keeps its merchant pending if a worker is stopped",
    ...replaced,
    update({ a: "unchanged", b: "unchanged" }, { interrupted: true }),
    refuses("'id-a' of 'c' still belongs to 'a'", ...reused),
  ],
  [
    "a replaced integration keeps its leaving merchant, although the current integration was deleted",
    ...replaced,
    plan("b"),
    update({ a: "deleted", b: "failed" }),
    refuses("still belongs to 'a'", "b", withId("c", "id-a")),
    update({ b: "unchanged" }),
    plans({ added: 1 }, "b", withId("c", "id-a")),
  ],
  [
    "a replaced integration keeps its merchant if a destroy fails for another one",
    ...replaced,
    update({ a: "deleted", b: "failed" }, { operation: "destroy" }),
    refuses("still belongs to 'a'", withId("a", "third"), "b", withId("c", "id-a")),
  ],
  ...(["up", "destroy"] as const).map(
    (operation): Scenario => [
      `${operation}: the ID of a deleted integration belongs to nobody else until the state is saved`,
      plan("a"),
      update({ a: "created" }),
      ...(operation === "up" ? [plan()] : []),
      update({ a: "deleted" }, { operation, ...diskIsFull }),
      refuses("'id-a' of 'c' still belongs to 'a'", withId("a", "other"), withId("c", "id-a")),
      // State still has it, and the engine deletes it again.
      update({ a: "deleted" }, { operation }),
      plan(withId("a", "other")),
      plans({ added: 1 }, withId("a", "other"), withId("c", "id-a")),
    ],
  ),
  ...(["deleted", "missing"] as const).map(
    (status): Scenario => [
      `other merchants can have an integration that a destroy reports as ${status}`,
      plan("a", "b"),
      update({ a: "created", b: "created" }),
      update({ a: status, b: status }, { operation: "destroy" }),
      pending("a", "b"),
      plan(withId("a", "elsewhere"), "b"),
      plans({ changed: 1, replaced: 0 }, withId("a", "elsewhere"), withId("b", "id-a")),
    ],
  ),
  [
    "a renamed and leaving merchant is found by its name in state",
    plan("a", "b"),
    update({ a: "created", b: "created" }),
    plan(withId("new", "id-b"), "a"),
    plan("a"),
    update({ a: "unchanged", b: "failed" }),
    has("a", "new"),
    update({ a: "unchanged", b: "deleted" }),
    has("a"),
  ],
  [
    "a merchant that leaves during an update stays",
    plan("a", "b"),
    update({ a: "created", b: "created" }),
    update({ a: "unchanged", b: "unchanged" }, { during: [plan("a", withId("new", "id-b")), plan("a")] }),
    has("a", "new"),
  ],
  [
    "a merchant that returns while its integration is deleted is pending",
    plan("a", "b"),
    update({ a: "created", b: "created" }),
    plan("a"),
    update({ a: "unchanged", b: "deleted" }, { during: [plan("a", "b")] }),
    pending("b"),
  ],
  [
    "a merchant whose values a list changes during an update is pending",
    plan("a", "b"),
    update({ a: "created", b: "created" }, { during: [plan(tagged("7"), "b")] }),
    pending("a"),
  ],
  [
    "a merchant is not deployed if the shard failed as a whole, because its state may not be saved",
    plan("a"),
    update({ a: "created" }, diskIsFull),
    pending("a"),
    plan("b"),
    searches({ a: { externalBusinessId: "id-a" } }),
  ],
  [
    "an unchanged list is deployed again after an interrupted update",
    plan("a"),
    update({ a: "created" }),
    plan(tagged("2")),
    killed,
    plan("a"),
    pending("a"),
  ],
  [
    "an update after a killed one leaves nothing to search",
    plan("a"),
    killed,
    update({ a: "created" }),
    plan(tagged("7")),
    searches({}),
  ],
  [
    "an update that fails after a killed one leaves the integration to search",
    plan("a"),
    killed,
    update({ a: "failed" }),
    plan(tagged("7")),
    searches({ a: { externalBusinessId: "id-a" } }),
  ],
  [
    "the values of an interrupted update are searched only if the list has other values now",
    ...interrupted,
    searches({}),
    plan(tagged("1"), "b"),
    searches({ a: deployed }),
    update({ a: "updated", b: "unchanged" }),
    searches({}),
  ],
  ["a destroy searches the values of all merchants", ...interrupted, searches({ a: deployed }, "destroy")],
  [
    "the values of a merchant that gets another name, or leaves the list, are searched",
    ...interrupted,
    plan(merchant("new", { externalBusinessId: "id-a", connectedTagId: "3" }), "b"),
    searches({ new: deployed }),
    plan("b"),
    searches({ new: deployed }),
    update({ new: "deleted", b: "unchanged" }),
    searches({}),
  ],
  [
    "the values of the last list are searched if the worker of its update is stopped or killed",
    ...interrupted,
    plan(tagged("1"), "b"),
    update({}, { interrupted: true }),
    searches({ a: { ...deployed, connectedTagId: "1" } }),
    killed,
    searches({ a: { ...deployed, connectedTagId: "1" } }),
  ],
  [
    "an integration may be deleted if its merchant leaves in an interrupted update, and returns",
    plan("a", "b"),
    update({ a: "created", b: "created" }),
    plan("b"),
    killed,
    plan("a", "b"),
    searches({ a: "deleted" }),
  ],
])("%s", async (_title, ...steps) => {
  await play(await fleetOf(), steps);
});

test("reports a renamed or already reported merchant as unchanged in a further attempt, unless it changes", async () => {
  const fleet = await fleetOf();
  await play(fleet, [plan("a", "b"), update({ a: "created", b: "created" })]);
  await plan(withId("new", "id-a"), merchant("b", { connectedTagId: "2" }))(fleet);
  const run = await fleet.update({ merchants: { new: "unchanged", b: "updated" }, interrupted: true });
  await fleet.update({ merchants: { new: "unchanged", b: "unchanged" } }, undefined, run);
  const histories = () => Promise.all(["new", "a", "b"].map((name) => fleet.history(name)));
  expect(await histories()).toEqual([["unchanged", "created"], [], ["updated", "created"]]);
  await fleet.update({ merchants: { new: "deleted", b: "unchanged" } }, undefined, run);
  expect(await histories()).toEqual([["deleted", "created"], [], ["updated", "created"]]);
});
