import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { rounds } from "../model/arbitraries";
import { Lockstep } from "../model/lockstep";
import { Pinterest } from "../model/pinterest";
import { protocolStack } from "../model/protocol-stack";
import { Lab, providerTypes } from "./helpers/lab";

const worlds = 10;
const commands = 5;
/** Chooses the sequences; "any" chooses others each time. */
const { MODEL_SEED = "1" } = process.env;
const seed = MODEL_SEED === "any" ? Date.now() % 1_000_000 : Number(MODEL_SEED);

const settings = providerTypes.flatMap((providerType) =>
  (["always", "refresh"] as const).map((detectDrift) => ({ providerType, detectDrift })),
);

test.each(settings)(
  `$providerType, detectDrift "$detectDrift": ${worlds} sequences keep every promise (seed ${seed})`,
  async ({ providerType, detectDrift }) => {
    const lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
    lab.configuration.set("pinterest:detectDrift", { value: detectDrift, isSecret: false });
    try {
      const pinterest = Pinterest.of(lab.emulator);
      lab.environment.PINTEREST_ACCOUNTS = pinterest.addNamedAccounts();
      const lockstep = new Lockstep(protocolStack(lab), pinterest, worlds, detectDrift === "always");
      await lockstep.play(fc.sample(rounds(commands), { numRuns: worlds, seed }), commands);
      expect(lab.state()).toEqual({});
    } finally {
      await lab.close();
    }
  },
);
