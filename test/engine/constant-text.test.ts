import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamicType } from "../../provider/dynamic/constant";
import { Lab } from "./helpers/lab";

// Never to be changed: every existing state holds it, and leads to the package by it.
const text = 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider';

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.emulator.put("imported", { connected_tag_id: "1" });
  lab.emulator.put("looked-up");
});

afterAll(() => lab.close());

/** The provider's code as an exported stack holds it, by resource: once as an input, once as an output. */
async function texts(): Promise<Record<string, unknown[]>> {
  const resources = Object.entries(await lab.state());
  return Object.fromEntries(
    resources.map(([name, { inputs, outputs }]) => [name, [inputs?.__provider, outputs?.__provider]]),
  );
}

function declare(tag: string): void {
  lab.program(
    {
      created: { externalBusinessId: "created", connectedTagId: tag },
      imported: { externalBusinessId: "imported", connectedTagId: tag },
    },
    'pinterest.CommerceIntegration.get("found", "looked-up");',
  );
}

test("the code in state is shorter than 200 characters", () => {
  expect(text.length).toBeLessThan(200);
});

test("it is this text, byte for byte, after a create and a lookup, an import, an update and a refresh", async () => {
  const bag = { __provider: text, externalBusinessId: "imported", connectedTagId: "1" };
  const resource = { type: dynamicType, name: "imported", id: "imported", inputs: bag, outputs: bag };
  writeFileSync(join(lab.directory, "import.json"), JSON.stringify({ resources: [resource] }));
  await lab.succeed("import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes");
  expect(await texts()).toEqual({ imported: [text, text] });

  const all = { created: [text, text], imported: [text, text], found: [text, text] };
  declare("1");
  await lab.up();
  expect(await texts()).toEqual(all);

  declare("2");
  await lab.up();
  expect(lab.emulator.integration("imported")?.connected_tag_id).toBe("2");
  expect(await texts()).toEqual(all);

  lab.emulator.change("created", { connected_tag_id: "3" });
  await lab.succeed("refresh", "--skip-preview");
  expect((await lab.state()).created?.inputs?.connectedTagId).toBe("3");
  expect(await texts()).toEqual(all);
});
