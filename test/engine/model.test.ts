import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { rounds } from "../model/arbitraries";
import { engineStack } from "../model/engine-stack";
import { Lockstep } from "../model/lockstep";
import { Pinterest } from "../model/pinterest";
import { Lab } from "./helpers/lab";

const worlds = 25;
const commands = 3;
/** Chooses the sequences; "any" chooses others each time. */
const { MODEL_SEED = "1" } = process.env;
const seed = MODEL_SEED === "any" ? Date.now() % 1_000_000 : Number(MODEL_SEED);

// All sequences share one stack. What test/model checks on its own engine holds of Pulumi's too.
test(`${worlds} sequences on the real engine keep every promise (seed ${seed})`, async () => {
  const lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  try {
    const pinterest = Pinterest.of(lab.emulator);
    lab.environment.PINTEREST_ACCOUNTS = pinterest.addNamedAccounts();
    const lockstep = new Lockstep(engineStack(lab), pinterest, worlds, true);
    await lockstep.play(fc.sample(rounds(commands), { numRuns: worlds, seed }), commands);
    expect(await lab.state()).toEqual({});
  } finally {
    await lab.close();
  }
});
