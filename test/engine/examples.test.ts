import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { Lab } from "./helpers/lab";

let lab: Lab;

async function openExample(example: string): Promise<Lab> {
  lab = await Lab.open({ example });
  return lab;
}

afterEach(() => lab?.close());

async function outputs(): Promise<Record<string, unknown>> {
  return JSON.parse((await lab.succeed("stack", "output", "--json")).stdout) as Record<string, unknown>;
}

test("quickstart declares one shop", async () => {
  await openExample("quickstart");
  await lab.up();
  expect(lab.emulator.integrations()).toMatchObject([
    { external_business_id: "my-shop-1", connected_tag_id: "2613187432" },
  ]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("all-operations uses each of the seven operations", async () => {
  await openExample("all-operations");
  await lab.up();
  const { id, connected_user_id } = lab.emulator.integration("my-shop-1") ?? {};
  expect(await outputs()).toEqual({ integrationId: id, owner: connected_user_id, shops: ["my-shop-1"] });
  expect(lab.emulator.logs()).toMatchObject([
    { message: "tag 2613187432 connected", external_business_id: "my-shop-1" },
  ]);
  expect(await lab.previewExit("--refresh")).toBe(0);
  await lab.succeed("config", "set", "tagId", "2600000000001");
  await lab.up();
  expect(lab.emulator.logs()).toHaveLength(2);
  await lab.succeed("destroy", "--skip-preview");
  expect(lab.emulator.integrations()).toEqual([]);
  const { token: _, ...operations } = lab.emulator.counters().operations;
  expect(Object.entries(operations).filter(([, count]) => count === 0)).toEqual([]);
});

test("list-integrations shows what no program manages", async () => {
  await openExample("list-integrations");
  lab.emulator.seed(30);
  await lab.up();
  expect((await outputs()).integrations).toHaveLength(30);
});

test("many-accounts serves each merchant by its own account", async () => {
  await openExample("many-accounts");
  const tokens = ["north", "south"].map((name) => [name, lab.emulator.addAccount({ name }).access_tokens[0]]);
  await lab.succeed(
    "config",
    "set",
    "--secret",
    "pinterest:accounts",
    JSON.stringify(Object.fromEntries(tokens)),
  );
  await lab.up();
  expect(lab.emulator.integrations("north")).toMatchObject([{ external_business_id: "shop-north" }]);
  expect(lab.emulator.integrations("south")).toMatchObject([{ external_business_id: "shop-south" }]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("two-accounts serves each shop by its explicit provider, and lists by one of them", async () => {
  await openExample("two-accounts");
  await lab.succeed("config", "set", "--secret", "northToken", lab.emulator.token("shop-1"));
  await lab.succeed("config", "set", "--secret", "southToken", lab.emulator.token("shop-2"));
  await lab.up();
  const owners = ["shop-1", "shop-2"].map((name) => lab.emulator.account(name).connected_user_id);
  expect(await outputs()).toEqual({ owners, northern: ["shop-north"] });
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("unit-tests passes with nothing but Node", () => {
  const directory = join(repository, "examples/unit-tests");
  const report = execFileSync(join(repository, "node_modules/.bin/node"), ["--test", "shops.test.ts"], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  expect(report).toMatch(/pass 2\b/);
  expect(report).toMatch(/fail 0\b/);
});

test("yaml declares two shops by the plugin", async () => {
  await openExample("yaml");
  await lab.up();
  const { id, connected_user_id } = lab.emulator.integration("my-shop-1") ?? {};
  expect(await outputs()).toEqual({ integrationId: id, owner: connected_user_id });
  expect(lab.emulator.integration("my-outlet-1")).toMatchObject({ connected_tag_id: "2613187432" });
  expect(await lab.previewExit("--refresh")).toBe(0);
});
