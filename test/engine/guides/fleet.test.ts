import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { afterAll, beforeAll, test } from "../../with-postgres";
import { FleetLab } from "../helpers/fleet-lab";
import { Guide } from "../helpers/guide";

const guide = Guide.read("docs/fleet.md");

let fleet: FleetLab;

beforeAll(async () => {
  fleet = await FleetLab.open();
});

afterAll(() => fleet.close());

test("a fleet is made", async () => {
  // The packages are linked here, as npm would install them.
  await guide.next(fleet.lab, {
    replace: {
      "npm install pulumi-pinterest @pulumi/pulumi pg pg-boss": "ls node_modules/.bin/pulumi-pinterest",
    },
  });
  expect((await guide.next(fleet.lab)).stdout).toContain("The fleet is ready");
});

test("a list is planned", async () => {
  const merchants = ["north", "south"].map((name) =>
    JSON.stringify({ name, externalBusinessId: `shop-${name}`, connectedTagId: "7" }),
  );
  writeFileSync(join(fleet.lab.directory, "merchants.jsonl"), merchants.join("\n"));
  expect((await guide.next(fleet.lab)).stdout).toContain("1 shard, 2 merchants, 2 of them to bring up.");
});

test("workers bring it up, and look at it", async () => {
  const [start] = guide.split();
  await start?.(fleet.lab, {
    replace: { "npx pulumi-pinterest fleet worker --parallel 2": "true" },
  });
  const worker = fleet.work("--parallel", "2");
  await worker.until(/waits for shards/);
  const { stdout } = await guide.next(fleet.lab);
  expect(stdout).toMatch(/2 would create[\s\S]*2 created[\s\S]*2 in sync[\s\S]*drift +same/);
  expect(fleet.lab.emulator.integration("shop-north")).toMatchObject({ connected_tag_id: "7" });
});

test("no block of the guide is forgotten", () => {
  guide.finish();
});
