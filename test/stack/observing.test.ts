import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "@jest/globals";
import { writeObservation } from "../../provider/run/observations";
import { parseRunContext, programContext } from "../../provider/run/run-context";
import { whileObserving } from "../../stack/preview";
import { ObservedReads } from "../../stack/reads";
import { secret } from "../cli/drift/helpers/engine-events";

test("a provider process continues if the command that observes it has ended", async () => {
  const before = process.listenerCount("SIGINT");
  const file = await whileObserving(
    programContext,
    { reads: true },
    async ({ environment }) => parseRunContext(environment).observe?.file ?? "",
  );
  expect(process.listenerCount("SIGINT")).toBe(before);
  expect(existsSync(dirname(file))).toBe(false);
  expect(() =>
    writeObservation({ kind: "inventory", integrations: [] }, { file, inventory: true }),
  ).not.toThrow();
});

test("assigns the read of an ID to an integration with a secret account name, unless there are several reads", () => {
  const read = (account: string) =>
    ({ externalBusinessId: "shop-1", account, outcome: "read", changed: [] }) as const;
  const state = { id: "shop-1", inputs: {}, outputs: { account: secret } };
  const steps = { urn: "shop", refreshed: { state, live: state, diff: [] } };
  expect(new ObservedReads([read("north")]).of(steps)).toEqual(read("north"));
  expect(new ObservedReads([read("north"), read("south")]).of(steps)).toBeUndefined();
});
