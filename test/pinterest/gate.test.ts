import { expect, test } from "@jest/globals";
import { failureOf } from "./helpers/client";
import { success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";

test("leave is asked before each request, repetitions included, and nothing is sent before it is given", async () => {
  const asked: number[] = [];
  const { clock, api, client } = fake(
    (request, index) => (index === 0 ? { status: 503 } : success(request)),
    {
      gate: async () => {
        asked.push(api.requests.length);
      },
    },
  );
  await clock.run(client.getCommerceIntegration("shop-1"));
  expect(asked).toEqual([0, 1]);
  expect(api.requests).toHaveLength(2);
});

test("where leave cannot be asked, that is tried again, and then told", async () => {
  const { clock, api, client } = fake(undefined, {
    gate: async () => {
      throw Object.assign(new Error("connect ENOENT"), { code: "ENOENT" });
    },
  });
  const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
  expect(error).toMatchObject({ kind: "connection", outcome: "never-sent", causeCode: "ENOENT" });
  expect(error.message).toContain("the cap on requests");
  expect(api.requests).toEqual([]);
});
