import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isolateRuns } from "../fake-engine/run-records";
import { engineSequences } from "../model/arbitraries/values";
import { EngineStack } from "../model/engine-stack";
import { checkValues } from "../model/invariants";
import { Pinterest } from "../model/pinterest";
import { play } from "../model/play";
import { modelSeed } from "../model/seed";
import { Tokens } from "../model/tokens";
import { World } from "../model/world";
import { Lab } from "./helpers/lab";

// Checks the promises of test/model on Pulumi's engine. A command takes seconds, so there is one sequence: it creates 40 resources, and then runs
// updates of many changed ones, with drift and failed requests (`engineSequences`).
const seed = modelSeed();

test(`a sequence on the real engine keeps every promise (seed ${seed})`, async () => {
  const endIsolation = isolateRuns();
  // Updates do not check for drift, as in test/model/model.test.ts.
  const lab = await Lab.open({
    environment: { PINTEREST_MAX_ATTEMPTS: "1", PINTEREST_DETECT_DRIFT: "refresh" },
  });
  try {
    const pinterest = Pinterest.of(lab.emulator);
    lab.environment.PINTEREST_ACCOUNTS = pinterest.addNamedAccounts();
    const world = new World(pinterest, new EngineStack(lab), new Tokens(pinterest), checkValues);
    for (const sequence of fc.sample(engineSequences, { numRuns: 1, seed })) await play(world, sequence);
    expect(await lab.state()).toEqual({});
  } finally {
    await lab.close();
    endIsolation();
  }
});
