import { expect, test } from "@jest/globals";
import { ObservedReads } from "../../stack/reads";
import { secret } from "../cli/drift/helpers/engine-events";

const state = { id: "shop-1", inputs: {}, outputs: { account: secret } };
const steps = { urn: "shop", refreshed: { state, live: state, diff: [] } };

function read(account: string) {
  return { externalBusinessId: "shop-1", account, outcome: "read", changed: [] } as const;
}

test("assigns the read of an ID to an integration with a secret account name, unless there are several reads", () => {
  const north = read("north");
  expect(new ObservedReads([north]).of(steps)).toEqual(north);
  expect(new ObservedReads([north, read("south")]).of(steps)).toBeUndefined();
});
