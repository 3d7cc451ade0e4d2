import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { js } from "./helpers/program";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ switches: { clearByNull: "ignored" } });
});

afterAll(() => lab.close());

const token = "partner-token-of-the-shop";
const wrapped = "wrapped-by-the-user";
const other = "wrapped-and-released";

test("a secret that left the program stays one in state, also where Pinterest did not clear it or it was released", async () => {
  lab.program({
    clearing: {
      externalBusinessId: "clearing",
      partnerAccessToken: token,
      additionalId1: js(`pulumi.secret("${wrapped}")`),
    },
    releasing: {
      externalBusinessId: "releasing",
      connectedTagId: "1",
      additionalId1: js(`pulumi.secret("${other}")`),
    },
  });
  await lab.up();
  lab.program({
    clearing: { externalBusinessId: "clearing" },
    releasing: { externalBusinessId: "releasing", connectedTagId: "1", whenRemoved: "release" },
  });
  expect((await lab.run("up", "--skip-preview", "--diff", "--continue-on-error")).exitCode).not.toBe(0);
  await expectNoSecretInState();
  await lab.succeed("refresh", "--skip-preview");
  await expectNoSecretInState();

  lab.program({
    clearing: { externalBusinessId: "clearing", whenRemoved: "release" },
    releasing: { externalBusinessId: "releasing", connectedTagId: "2", whenRemoved: "release" },
  });
  await lab.up("--diff");
  await expectNoSecretInState();
  await lab.up("--refresh", "--diff");
  await expectNoSecretInState();
  expect(lab.emulator.integration("clearing")).toMatchObject({ additional_id_1: wrapped });
  expect(lab.emulator.integration("releasing")).toMatchObject({ additional_id_1: other });
});

async function expectNoSecretInState(): Promise<void> {
  const seen = `${await lab.exported()}\n${lab.transcript}`;
  for (const secret of [token, wrapped, other]) {
    expect(seen).not.toContain(secret);
  }
}
