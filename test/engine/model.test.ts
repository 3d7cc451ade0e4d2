import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { rounds } from "../model/arbitraries";
import { Lockstep } from "../model/lockstep";
import { succeeded } from "../model/observation";
import { Pinterest } from "../model/pinterest";
import { Lab } from "./helpers/lab";

// The model's sequences on the real engine, all of them at once: what test/model says of its own engine holds of this one.
// MODEL_SEED chooses which, "any" others each time.
const worlds = 25;
const commands = 5;
const { MODEL_SEED = "1" } = process.env;
const seed = MODEL_SEED === "any" ? Date.now() % 1_000_000 : Number(MODEL_SEED);

let lab: Lab;
let lockstep: Lockstep;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  const pinterest = Pinterest.of(lab.emulator);
  pinterest.addAccounts();
  const tokens = ["alias", "shop-2"].map((name) => [name, lab.emulator.token(name)]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  lockstep = new Lockstep(lab, pinterest, worlds);
});

afterAll(() => lab.close());

test(`${worlds} sequences on the real engine keep every promise (seed ${seed})`, async () => {
  const plans = fc.sample(rounds(commands), { numRuns: worlds, seed });
  for (let number = 0; number < commands; number += 1) {
    // A read that fails ends a refresh for all worlds, so faults are for the rounds without one.
    const refresh = number % 2 === 1;
    if (refresh) lab.emulator.disarmFaults();
    lab.emulator.setSwitches({ generation: number % 4 < 2 ? "5.23" : "5.28" });
    lockstep.worlds.forEach((world, index) => {
      const actions = plans[index]?.[number] ?? [];
      for (const action of actions) {
        if (action.kind !== "arm" || !refresh) lockstep.act(world, action);
      }
    });
    await lockstep.run("up", { refresh });
  }
  await lockstep.converge(5);
  await lockstep.checkPreviews({ refresh: false });
  await lockstep.checkPreviews({ refresh: true });
  expect((await lockstep.run("up", { refresh: true })).filter((seen) => !succeeded(seen))).toEqual([]);
  await lockstep.checkPreviews({ refresh: true });
  expect((await lockstep.run("destroy")).filter((seen) => !succeeded(seen))).toEqual([]);
  expect(await lab.state()).toEqual({});
});
