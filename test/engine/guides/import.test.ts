import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { Lab } from "../helpers/lab";

const guide = Guide.read("docs/import.md");

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ example: "quickstart" });
  const accounts = ["north", "south"].map((name) => [
    name,
    lab.emulator.addAccount({ name }).access_tokens[0],
  ]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(accounts));
  lab.emulator.put("shop-de", {
    connected_advertiser_id: "549755885175",
    partner_access_token: "partner-of-de",
  });
  lab.emulator.put("shop-fr", { connected_advertiser_id: "549755885175", partner_metadata: "not JSON" });
  lab.emulator.put("of-north", { connected_tag_id: "1" }, { account: "north" });
  lab.emulator.put("of-south", { connected_tag_id: "2" }, { account: "south" });
});

afterAll(() => lab.close());

const has = (file: string) => existsSync(join(lab.directory, file));

/** The guide shows several ways: each begins with a stack that manages nothing. */
async function forget(): Promise<void> {
  for (const { urn } of Object.values(await lab.state())) await lab.succeed("state", "delete", urn, "--yes");
  rmSync(join(lab.directory, "pinterest-import.json"), { force: true });
}

test("everything is brought in by one command, and the program that it wrote is unchanged", async () => {
  await guide.next(lab);
  writeFileSync(join(lab.directory, "index.ts"), guide.program());
  await guide.next(lab);
  expect(
    Object.values(await lab.state())
      .map(({ id }) => id)
      .sort(),
  ).toEqual(["of-north", "of-south", "shop-de", "shop-fr"]);
});

test("some are chosen by id, by filters, by accounts", async () => {
  await forget();
  rmSync(join(lab.directory, "pinterest-integrations.ts"));
  await guide.next(lab);
  expect(has("pinterest-integrations.ts")).toBe(true);
});

test("they are brought in by two steps", async () => {
  await forget();
  await guide.next(lab);
  expect(Object.keys(await lab.state())).toHaveLength(4);
  expect(has("pinterest-import.json")).toBe(false);
});

test("a program that is there already has its import file filled", async () => {
  await forget();
  await guide.next(lab);
  expect(Object.keys(await lab.state())).toHaveLength(4);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("none of these wrote anything to Pinterest", () => {
  expect(lab.writes()).toEqual([]);
});

test("no command of the guide is left out", () => guide.finish());
