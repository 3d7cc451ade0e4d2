import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

// The command differs by provider type: the dynamic provider's writes an import file, and the plugin's names the integration.

let lab: Lab;

/** Everything that a shell, its `echo` or JSON could interpret. */
const awkwardId = `it's "50%" of $HOME \\t \`n\` / ü`;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

test("the command that a refused creation prints imports without a write, and the next update converges", async () => {
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
  const commands = output.match(/^(?: *printf .*\n)? *pulumi import .*$/gm) ?? [];
  expect(commands).toHaveLength(1);
  const command = String(commands[0]).replace("NAME", "awkward");
  expect(await lab.process("sh", "-c", command)).toMatchObject({ exitCode: 0 });
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
