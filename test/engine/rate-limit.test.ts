import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { RequestEntry } from "../../emulator";
import { Lab, type Run } from "./helpers/lab";

const count = 500;

/** Less than the engine makes in that time, and than what Pinterest publishes: only its answers tell. */
const limit = { limit: 100, window: 10 };

let lab: Lab;
let run: Run;
let creates: RequestEntry[];

beforeAll(async () => {
  lab = await Lab.open({ switches: { rateLimits: { ads_write: [limit] } } });
  const ids = Array.from({ length: count }, (_, number) => `shop-${number + 1}`);
  lab.program(Object.fromEntries(ids.map((id) => [id, { externalBusinessId: id, connectedTagId: "1" }])));
  run = await lab.up();
  creates = lab.emulator.requests().filter(({ operation }) => operation === "create");
});

afterAll(() => lab.close());

test("500 integrations under a limit that only Pinterest's answers tell are made, and not one is refused", () => {
  expect(lab.emulator.integrations()).toHaveLength(count);
  expect(creates.filter(({ status }) => status === 429)).toEqual([]);
  expect(creates).toHaveLength(count);
});

test("that the limit makes them wait is said once for all who wait, not once for each", () => {
  const said =
    run.output.match(/waits? until .* limit ads_write\S* of 100 requests in 10 s is used up/g) ?? [];
  expect(said.length).toBeGreaterThan(0);
  expect(said.length).toBeLessThan(50);
});
