import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { rounds } from "../model/arbitraries";
import { engineStack } from "../model/engine-stack";
import { Lockstep } from "../model/lockstep";
import { Pinterest } from "../model/pinterest";
import { seed } from "../model/seed";
import { Lab } from "./helpers/lab";

const worldCount = 25;
const commandCount = 3;

// Checks the promises of test/model on Pulumi's engine. All sequences share one stack.
test(`${worldCount} sequences on the real engine keep every promise (seed ${seed})`, async () => {
  const lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  try {
    const pinterest = Pinterest.of(lab.emulator);
    lab.environment.PINTEREST_ACCOUNTS = pinterest.addNamedAccounts();
    const lockstep = new Lockstep(engineStack(lab), pinterest, worldCount, true);
    await lockstep.play(fc.sample(rounds(commandCount), { numRuns: worldCount, seed }), commandCount);
    expect(await lab.state()).toEqual({});
  } finally {
    await lab.close();
  }
});
