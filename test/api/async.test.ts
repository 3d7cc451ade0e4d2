import { expect, test } from "@jest/globals";
import { waitAtMost } from "../../provider/api/async";

test("waits no longer than the limit for work that never ends", async () => {
  await waitAtMost(new Promise(() => {}), 1);
});

test("does not wait longer than the work", async () => {
  const hour = 3_600_000;
  await waitAtMost(Promise.resolve(), hour);
});

test("throws the error of work that fails in time", async () => {
  await expect(waitAtMost(Promise.reject(new Error("broken")), 1_000)).rejects.toThrow("broken");
});
