import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

let lab: Lab;

/** Everything that a shell, its `echo` or JSON could interpret. */
const awkwardId = `it's "50%" of $HOME \\t \`n\` / ü`;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

test("imports without a write by the commands that a refused create prints, and converges with the next update", async () => {
  lab.emulator.put(awkwardId, {
    connected_merchant_id: "11",
    connected_tag_id: "99",
    partner_metadata: '{"plan":"old-plan"}',
  });
  lab.program({
    awkward: {
      externalBusinessId: awkwardId,
      connectedMerchantId: "11",
      connectedTagId: "33",
      partnerMetadata: { plan: "new-plan" },
    },
  });
  const { output } = await lab.upFails();
  const [commands] = /^ *pulumi preview --import-file .*\n(?:.*\n)*? *rm .*$/m.exec(output) ?? [];
  expect(await lab.process("sh", "-ec", String(commands))).toMatchObject({ exitCode: 0 });
  expect(lab.writes()).toEqual([]);
  expect((await lab.state()).awkward).toMatchObject({ id: awkwardId });

  await lab.up();
  expect(lab.emulator.integration(awkwardId)).toMatchObject({
    connected_merchant_id: "11",
    connected_tag_id: "33",
    partner_metadata: '{"plan":"new-plan"}',
  });
  expect(lab.writes()).toEqual([`PATCH ${awkwardId}`]);
});
