import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "@jest/globals";
import { success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";

const token = "pina_TESTTOKEN0123456789";

/** Whose code is running, as the plugin knows for which call of the engine a client is asked. */
const whose = new AsyncLocalStorage<string>();

test("a call that waited goes on as itself, whoever's answer or timer let it go", async () => {
  const asked: unknown[] = [];
  const ended: unknown[] = [];
  const waits: unknown[] = [];
  const refusal = { status: 429, headers: { "retry-after": "5" }, body: { code: 8, message: "Slow down." } };
  const { client, clock } = fake((request, index) => (index === 0 ? refusal : success(request)), {
    latencyMs: 100,
    credentials: {
      accessToken: async () => {
        asked.push(whose.getStore());
        return token;
      },
    },
    onWait: (message) => waits.push([whose.getStore(), /"(.)"/.exec(message)?.[1]]),
    onOperation: ({ externalBusinessId }) => ended.push([whose.getStore(), externalBusinessId]),
  });
  const read = (name: string) =>
    whose.run(name, async () => {
      await client.getCommerceIntegration(name);
      return whose.getStore();
    });

  const first = read("a");
  await clock.run(clock.sleep(1_000));
  // The category is closed now. Then "a" goes on trial, and its answer lets the others go.
  expect(await clock.run(Promise.all([first, read("b"), read("c")]))).toEqual(["a", "b", "c"]);
  expect(asked).toEqual(["a", "a", "b", "c"]);
  expect(ended).toEqual(["a", "b", "c"].map((name) => [name, name]));
  expect(waits.length).toBeGreaterThan(0);
  for (const [told, about] of waits as [string, string][]) expect(told).toBe(about);
});

test("a call that need not wait tells everybody as itself", async () => {
  const seen: unknown[] = [];
  const note = () => {
    seen.push(whose.getStore());
  };
  const { client, clock } = fake(success, {
    latencyMs: 100,
    limits: () => {
      note();
      return undefined;
    },
    credentials: {
      accessToken: async () => {
        note();
        return token;
      },
    },
    onAnswer: note,
    onOperation: note,
  });
  const calls = ["a", "b"].map((name) => whose.run(name, () => client.getCommerceIntegration(name)));
  await clock.run(Promise.all(calls));
  expect(seen.toSorted()).toEqual(["a", "b"].flatMap((name) => Array(seen.length / 2).fill(name)));
  expect(seen.length).toBeGreaterThanOrEqual(8);
});
