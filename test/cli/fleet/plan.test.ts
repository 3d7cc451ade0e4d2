import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import { planFleet } from "../../../cli/fleet/plan";
import { sharedMerchant } from "../../expected/reports";
import { merchants, passphrase, TestDatabase, TestFleet } from "../../fleet/helpers/fleet";
import { temporaryDirectory } from "../../temporary-directory";
import { test } from "../../with-postgres";
import { recordingTerminal } from "../helpers/terminal";
import { runIn } from "./helpers";

const server = new TestDatabase();

test("warns if several merchants of a list have one Pinterest merchant", async () => {
  await TestFleet.create(await server.open(), 10);
  const list = join(temporaryDirectory(), "merchants.csv");
  writeFileSync(list, "name,externalBusinessId,connectedMerchantId\nb,b,11\na,a,11\nc,c,12\nd,d,\ne,e,\n");
  const { output, notes } = await runIn(server, planFleet, list, { shrinkLimit: 0, json: true } as const);
  expect(notes).toContain(`warning: ${sharedMerchant(2, "11", "b, a")}`);
  expect(notes.split("\n").filter(Boolean)).toHaveLength(1);
  expect(JSON.parse(output)).toMatchObject({
    sharedMerchants: [{ merchantId: "11", names: ["b", "a"] }],
  });
});

test("reports what is pending if a list changes nothing", async () => {
  const fleet = await TestFleet.create(await server.open(), 10);
  const list = join(temporaryDirectory(), "merchants.jsonl");
  writeFileSync(list, `{"name":"a","externalBusinessId":"id-a"}\n{"name":"b","externalBusinessId":"id-b"}\n`);
  const planned = async () => (await runIn(server, planFleet, list, { shrinkLimit: 5 })).output;
  await planned();
  expect(await planned()).toBe(
    "The list has 2 merchants. It changes nothing, but 2 merchants are still pending. " +
      "To deploy, run `npx pulumi-pinterest fleet up`.\n",
  );
  await fleet.update({ merchants: { a: "created", b: "created" } });
  expect(await planned()).toBe(
    "The list has 2 merchants. It changes nothing, and all changes are deployed.\n",
  );
});

test.each([
  [5, 0, ""],
  [6, 1, "more than the limit of 5 %"],
])(
  "without --shrink-limit, a list that deletes %i of 100 merchants has exit code %i",
  async (deleted, exitCode, reason) => {
    const names = Array.from({ length: 100 }, (_, index) => `shop-${index}`);
    await (await TestFleet.create(await server.open(), 10)).plan(merchants(...names));
    const list = join(temporaryDirectory(), "merchants.csv");
    writeFileSync(
      list,
      ["name,externalBusinessId", ...names.slice(deleted).map((name) => `${name},id-${name}`)].join("\n"),
    );
    const terminal = recordingTerminal();
    const environment = { PINTEREST_FLEET_DATABASE: server.url, PINTEREST_FLEET_PASSPHRASE: passphrase };
    expect(await runCommandLine(["fleet", "plan", list], terminal, environment)).toBe(exitCode);
    expect(terminal.notes()).toContain(reason);
  },
);
