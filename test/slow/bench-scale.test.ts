import { expect, test } from "@jest/globals";
import { check } from "../../bench/scale/check.mts";

test("a simulated check of one account's 100,000 integrations takes 400 lists, one after the other", async () => {
  const scenario = {
    access: "standard",
    order: "list",
    way: "by list",
    accounts: 1,
    integrationsEach: 100_000,
  } as const;
  expect(await check(scenario, { parallel: 8, latencyMs: 100, seed: 1 })).toMatchObject({
    lists: 400,
    virtualMs: 40_000,
    drifted: 100,
    gets: 0,
    refused: 0,
    read: 100_000,
    failed: 0,
  });
});
