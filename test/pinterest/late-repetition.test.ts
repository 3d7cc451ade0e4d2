import { expect, test } from "@jest/globals";
import { failureOf } from "./helpers/client";
import { fake } from "./helpers/fake-client";

// The first wait: half of the half second at most.
const chances = [0.5];

test.each([
  ["server error", 503],
  ["rate limit", 429],
])(
  "a repetition for which hardly any time is left is not sent: the %s before it is what counts",
  async (_what, status) => {
    const { clock, api, client } = fake(() => ({ status, body: { code: 7, message: "No." } }));
    clock.chances = [...chances];
    // The wait after a rate limit is the whole half second, and a twentieth of it.
    const operationTimeoutMs = (status === 429 ? 525 : 250) + 50;
    const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1", { operationTimeoutMs })));
    expect(error).toMatchObject({ kind: "api", status, attempts: 1 });
    expect(api.requests).toHaveLength(1);
  },
);
