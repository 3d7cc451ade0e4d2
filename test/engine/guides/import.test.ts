import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { repository } from "../helpers/engine";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/import.md");

const lab = labOfFile({ example: "quickstart" });

beforeAll(() => {
  lab.addAccounts("north", "south");
  lab.emulator.put("shop-de", {
    connected_advertiser_id: "549755885175",
    partner_access_token: "partner-of-de",
  });
  lab.emulator.put("shop-fr", { connected_advertiser_id: "549755885175", partner_metadata: "not JSON" });
  lab.emulator.put("of-north", { connected_tag_id: "1" }, { account: "north" });
  lab.emulator.put("of-south", { connected_tag_id: "2" }, { account: "south" });
});

const has = (file: string) => existsSync(join(lab.directory, file));

/** Removes all integrations from state, because each section of the guide begins with an empty stack. */
async function clearState(): Promise<void> {
  const stack = JSON.parse(await lab.exported()) as { deployment: { resources?: { type: string }[] } };
  const { resources = [] } = stack.deployment;
  stack.deployment.resources = resources.filter(({ type }) => !type.endsWith(":CommerceIntegration"));
  writeFileSync(join(lab.directory, "empty.json"), JSON.stringify(stack));
  await lab.succeed("stack", "import", "--file", "empty.json");
  rmSync(join(lab.directory, "pinterest-import.json"), { force: true });
}

const programs = () =>
  readdirSync(lab.directory)
    .filter((file) => file.startsWith("pinterest-integrations"))
    .sort();

/** Deletes the files of earlier sections. */
function clear(): void {
  for (const file of readdirSync(lab.directory)) {
    if (/^pinterest-im|^pinterest-integrations/.test(file)) rmSync(join(lab.directory, file));
  }
}

test("one command imports everything, and its generated program changes nothing", async () => {
  await guide.next(lab);
  writeFileSync(join(lab.directory, "index.ts"), guide.program());
  await guide.next(lab);
  const state = Object.values(await lab.state());
  expect(state.map(({ id }) => id).sort()).toEqual(["of-north", "of-south", "shop-de", "shop-fr"]);
  // The engine then reads them in each preview.
  expect(state.map(({ refreshBeforeUpdate }) => refreshBeforeUpdate)).toEqual([true, true, true, true]);
});

test("imports a shop that was connected later, into a separate file", async () => {
  lab.emulator.put("shop-it", { connected_tag_id: "3" });
  const { output } = await guide.next(lab);
  expect(output).toContain('import "./pinterest-integrations-2";');
  writeFileSync(join(lab.directory, "index.ts"), guide.program());
  await lab.up("--refresh", "--expect-no-changes");
  expect(Object.keys(await lab.state())).toHaveLength(5);
});

test("selects integrations by ID, filter and account", async () => {
  await clearState();
  clear();
  await guide.next(lab);
  expect(programs()).toEqual([
    "pinterest-integrations-2.ts",
    "pinterest-integrations-3.ts",
    "pinterest-integrations.ts",
  ]);
});

test("imports in two steps", async () => {
  await clearState();
  clear();
  await guide.next(lab);
  expect(Object.keys(await lab.state())).toHaveLength(5);
  expect(has("pinterest-import.json")).toBe(false);
});

test("preflight prints the guide's output, and a program with Pinterest's values adopts the integration", async () => {
  await clearState();
  const program = (tag: string) => `import * as pinterest from "pulumi-pinterest";
new pinterest.CommerceIntegration("shop", { externalBusinessId: "my-shop-1", connectedTagId: "${tag}" });\n`;
  lab.emulator.put("my-shop-1", { connected_tag_id: "2600000000001" });
  writeFileSync(join(lab.directory, "index.ts"), program("2613187432"));
  const { stdout } = await guide.next(lab, { exitCode: 1 });
  const output = stdout.replace("Stack test of pinterest-quickstart", "Stack dev of shops").trimEnd();
  expect(readFileSync(join(repository, "docs/import.md"), "utf8")).toContain(
    `\`\`\`console\n${output}\n\`\`\``,
  );
  writeFileSync(join(lab.directory, "index.ts"), program("2600000000001"));
  await guide.next(lab);
  expect(await lab.state()).toMatchObject({ shop: { id: "my-shop-1" } });
});

test("nothing is written to Pinterest", () => {
  expect(lab.writes()).toEqual([]);
});

test("the engine accepts the guide's YAML program", async () => {
  writeFileSync(join(lab.directory, "Pulumi.yaml"), `${guide.program()}\n`);
  await lab.succeed("stack", "init", "yaml");
  const secrets = JSON.stringify({ "shop-1": { partnerAccessToken: "token" } });
  await lab.succeed("config", "set", "--secret", "partnerSecrets", secrets);
  expect(await lab.steps()).toEqual([expect.objectContaining({ op: "create", name: "shop-1" })]);
});

test("runs every command of the guide", () => guide.finish());
