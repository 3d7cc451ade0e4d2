import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Lab, providerTypes } from "../../fake-engine/lab";
import { rounds } from "../../model/arbitraries";
import { Lockstep } from "../../model/lockstep";
import { Pinterest } from "../../model/pinterest";
import { protocolStack } from "../../model/protocol-stack";
import { seed } from "../../model/seed";

const worldCount = 6;
const commandCount = 5;

const settings = providerTypes.flatMap((providerType) =>
  (["always", "refresh"] as const).map((detectDrift) => ({ providerType, detectDrift })),
);

test.each(settings)(
  `$providerType, detectDrift "$detectDrift": ${worldCount} sequences keep every promise (seed ${seed})`,
  async ({ providerType, detectDrift }) => {
    const lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
    lab.configuration.set("pinterest:detectDrift", { value: detectDrift, isSecret: false });
    try {
      const pinterest = Pinterest.of(lab.emulator);
      lab.environment.PINTEREST_ACCOUNTS = pinterest.addNamedAccounts();
      const lockstep = new Lockstep(protocolStack(lab), pinterest, worldCount, detectDrift === "always");
      await lockstep.play(fc.sample(rounds(commandCount), { numRuns: worldCount, seed }), commandCount);
      expect(lab.state()).toEqual({});
    } finally {
      await lab.close();
    }
  },
);
