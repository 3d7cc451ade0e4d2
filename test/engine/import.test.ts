import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamicType, providerText } from "../../provider/dynamic/constant";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

test("an import that writes the program's values down is unchanged afterwards, refreshed or not, and drifts by name", async () => {
  const args = { externalBusinessId: "shop-1", connectedMerchantId: "11", connectedTagId: "33" };
  lab.emulator.put("shop-1", {
    connected_merchant_id: "11",
    connected_tag_id: "33",
    additional_id_1: "not the program's",
  });
  lab.program({ shop: args });
  const properties = { __provider: providerText, ...args };
  const resource = { type: dynamicType, name: "shop", id: "shop-1", inputs: properties, outputs: properties };
  writeFileSync(join(lab.directory, "import.json"), JSON.stringify({ resources: [resource] }));
  await lab.succeed("import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes");
  expect(await lab.previewExit()).toBe(0);
  expect(await lab.previewExit("--refresh")).toBe(0);
  lab.emulator.change("shop-1", { connected_tag_id: null });
  const [step] = (await lab.steps("--refresh")).filter(({ op }) => op === "update");
  expect(Object.keys(step?.detailedDiff ?? {})).toEqual(["connectedTagId"]);
  await lab.up("--refresh");
  expect(lab.emulator.integration("shop-1")).toMatchObject({
    connected_tag_id: "33",
    additional_id_1: "not the program's",
  });
  expect(lab.writes()).toEqual(["PATCH shop-1"]);
});
