import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

/** The statuses of the writes, in their order. */
const answers = () =>
  lab.emulator
    .requests()
    .filter(({ method }) => method !== "GET")
    .map(({ method, status }) => `${method} ${status}`);

test("a limit that is full again only after hours fails an update at once, and says until when", async () => {
  lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "1", additionalId1: "a" } });
  lab.emulator.armFault({ kind: "answer", preset: "rate-limit-day", operation: "create" });
  const { output } = await lab.upFails();
  expect(output).toMatch(
    /creating commerce integration "shop" failed: Pinterest answered HTTP 429, code 8: .*\(request id \d+\)\. .*until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(18\.?\d* h/,
  );
  expect(answers()).toEqual(["POST 429"]);
  expect(lab.emulator.integrations()).toEqual([]);
});

test("writes of one integration that Pinterest finds too close together are made with the time that it wants", async () => {
  lab.emulator.setSwitches({ writeSpacing: 700 });
  await lab.up();
  lab.emulator.clearRequests();
  // The change and the clearing are requests of their own.
  lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "2" } });
  await lab.up();
  expect(answers()).toEqual(expect.arrayContaining(["PATCH 429"]));
  expect(answers().filter((each) => each === "PATCH 200")).toHaveLength(2);
  expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "2", additional_id_1: null });
  expect(await lab.previewExit("--refresh")).toBe(0);
});
