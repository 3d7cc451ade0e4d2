import { expect, test } from "@jest/globals";
import { type Bag, Claims, CommerceIntegrationLifecycle } from "../../provider/lifecycle";
import { stageOfFile } from "./helpers/stage";

// A rename without alias whose operation ended before the old name's deletion leaves one integration twice in state: the
// next operation checks and compares the new name, finds nothing to do, and deletes the old one.

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

/** A process to which the engine has told something of its program's resources. */
function processTold(tell: (claims: Claims) => void): CommerceIntegrationLifecycle {
  const claims = new Claims();
  tell(claims);
  return new CommerceIntegrationLifecycle(stage.surroundings(), claims);
}

function methodsOfDelete(process: CommerceIntegrationLifecycle, old: Bag): Promise<string[]> {
  return process.delete("shop-1", old).then(() => stage.methods());
}

test("an integration that the program holds under its new name already is left standing, and that is said", async () => {
  const old = await stage.created(inputs);
  const process = processTold((claims) => claims.checked(inputs, { ...inputs, connectedTagId: "2" }));
  expect(await methodsOfDelete(process, old)).toEqual([]);
  expect(stage.notes).toEqual([expect.stringMatching(/'shop-1' is left standing at Pinterest/)]);
});

test("so it is when the new name has another name of the same account", async () => {
  const old = await stage.created(inputs);
  const renamed = { ...inputs, account: "alias" };
  const process = processTold((claims) => {
    claims.checked(renamed, renamed);
    claims.compared({ ...old, ...renamed }, renamed);
  });
  expect(await methodsOfDelete(process, old)).toEqual([]);
});

test("an integration of the same id in another account is another one, and is deleted", async () => {
  const old = await stage.created(inputs);
  const other = { ...inputs, account: "shop-2" };
  const process = processTold((claims) => {
    claims.checked(other, other);
    claims.compared({ ...other, connectedUserId: "7" }, other);
  });
  expect(await methodsOfDelete(process, old)).toEqual(["DELETE"]);
});

test("a resource that is made or replaced holds nothing before it is", async () => {
  const old = await stage.created(inputs);
  const process = processTold((claims) => {
    claims.checked(inputs, inputs);
    claims.compared(old, inputs);
    claims.checked({}, inputs);
  });
  expect(await methodsOfDelete(process, old)).toEqual(["DELETE"]);
});

test("the comparisons of a refresh, before which nothing is checked, hold nothing", async () => {
  const old = await stage.created(inputs);
  const process = processTold((claims) => claims.compared(old, inputs));
  expect(await methodsOfDelete(process, old)).toEqual(["DELETE"]);
});

test("a resource that gets another id does not hold its old one", async () => {
  const old = await stage.created(inputs);
  const process = processTold((claims) =>
    claims.checked(inputs, { ...inputs, externalBusinessId: "shop-2" }),
  );
  expect(await methodsOfDelete(process, old)).toEqual(["DELETE"]);
});

test("deletes an integration whose ID another resource gets by a replacement", async () => {
  const old = await stage.created(inputs);
  const process = processTold((claims) =>
    claims.checked({ ...inputs, externalBusinessId: "shop-2" }, inputs),
  );
  expect(await methodsOfDelete(process, old)).toEqual(["DELETE"]);
});

test.each([
  ["checked", (claims: Claims, other: Bag) => claims.checked(other, other)],
  [
    "compared",
    (claims: Claims, other: Bag) => {
      claims.checked(other, other);
      claims.compared(other, other);
    },
  ],
])("tells accounts apart when no owner is known and the other resource was %s", async (_what, tell) => {
  const { connectedUserId: _, ...old } = await stage.created(inputs);
  const process = processTold((claims) => tell(claims, { ...inputs, account: "shop-2" }));
  expect(await methodsOfDelete(process, old)).toEqual(["DELETE"]);
});
