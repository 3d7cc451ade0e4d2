import { expect, test } from "@jest/globals";
import { waitAtMost } from "../../provider/pinterest/wait-for";

test("what never settles is waited for no longer than that", async () => {
  await waitAtMost(new Promise(() => {}), 1);
});

test("what settles is not waited for any longer", async () => {
  const hour = 3_600_000;
  await waitAtMost(Promise.resolve(), hour);
});

test("what fails in that time is thrown", async () => {
  await expect(waitAtMost(Promise.reject(new Error("broken")), 1_000)).rejects.toThrow("broken");
});
