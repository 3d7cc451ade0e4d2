import { expect, test } from "@jest/globals";
import type { AnswerEvent } from "../../provider/pinterest";
import { success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";

test("each answer is told of, also one that is repeated, with what it says of limits", async () => {
  const events: AnswerEvent[] = [];
  const { clock, client } = fake(
    (request, index) =>
      index === 0
        ? { status: 503, headers: { "x-pinterest-rid": "7" } }
        : {
            ...success(request),
            headers: {
              "x-ratelimit-limit": '60, 60;w=60;name="ads_read_app_id_user_id"',
              "x-ratelimit-remaining": "59",
              "x-ratelimit-reset": "60",
            },
          },
    { account: "north", onAnswer: (event) => events.push(event) },
  );
  await clock.run(client.listIntegrations());
  const limit = { name: "ads_read", quota: 60, widthMs: 60_000 };
  const about = { operation: "listIntegrations", account: "north" };
  expect(events).toEqual([
    { ...about, status: 503, requestId: "7", rate: { limits: [] } },
    { ...about, status: 200, rate: { limits: [limit], nearest: { limit, remaining: 59, resetMs: 60_000 } } },
  ]);
});

test("a listener that fails harms nothing", async () => {
  const { clock, client } = fake(success, {
    onAnswer: () => {
      throw new Error("broken");
    },
  });
  await expect(clock.run(client.listIntegrations())).resolves.toHaveProperty("items");
});
