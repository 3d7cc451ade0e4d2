import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { Lab } from "../helpers/lab";

const guide = Guide.read("docs/prevent-deletes.md");
const withoutResources = 'import "pulumi-pinterest";\n';
const withoutOptions = guide.program();
const withOptions = `import * as pinterest from "pulumi-pinterest";\n${guide.program()}`;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ example: "quickstart" });
});

afterAll(() => lab.close());

function write(program: string): void {
  writeFileSync(join(lab.directory, "index.ts"), program);
}

function shops(): unknown[] {
  return lab.emulator
    .integrations()
    .map(({ external_business_id }) => external_business_id)
    .sort();
}

test("deletes nothing if a command requests more deletions than the limit", async () => {
  write(withoutOptions);
  await guide.next(lab);
  write(withoutResources);
  const { output } = await lab.upFails();
  expect(output).toContain("this update deletes more integrations than `pinterest:deleteLimit`");
  expect(shops()).toEqual(["shop-north", "shop-south"]);
});

test("refuses to delete a protected resource, and retains the other one", async () => {
  write(withOptions);
  await lab.up();
  write(withoutResources);
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/north" cannot be deleted\s+because it is protected/);
  expect(output).toMatch(/south delete\[retain\]/);
  await lab.fail("destroy", "--yes", "--skip-preview");
  expect(shops()).toEqual(["shop-north", "shop-south"]);
});

test("retains the integration of a replaced resource", async () => {
  write(withOptions);
  await lab.up();
  write(withOptions.replace("shop-south", "shop-south-2"));
  await lab.up();
  expect(shops()).toEqual(["shop-north", "shop-south", "shop-south-2"]);
  write(withOptions.replace("shop-north", "shop-north-2").replace("shop-south", "shop-south-2"));
  await lab.fail("preview");
});

test("keeps the integration of a renamed resource", async () => {
  const program = withoutOptions.replace("shop-south", "shop-south-2");
  write(program);
  await lab.up();
  lab.emulator.clearRequests();
  write(program.replace('"north"', '"renamed"'));
  const { output } = await lab.up();
  expect(output).toContain(
    "adopted integration 'shop-north': it already exists at Pinterest and matches the program",
  );
  expect(output).toContain(
    "integration 'shop-north' stays at Pinterest: another resource of this program manages it",
  );
  expect(lab.writes()).toEqual([]);
  // With another tag, it needs an alias.
  const changed = program.replace("2613187432", "2613187444");
  write(changed);
  await lab.upFails();
  expect(lab.writes()).toEqual([]);
  write(changed.replace('7444" }', '7444" }, { aliases: [{ name: "renamed" }] }'));
  await lab.up();
  expect(lab.writes()).toEqual(["PATCH shop-north"]);
});

test("keeps an integration at Pinterest that was deleted from state", async () => {
  const urn = (await lab.state()).south?.urn as string;
  await lab.succeed("state", "delete", urn, "--yes");
  write(withoutOptions.replace(/^.*"south".*$/m, "").replace("2613187432", "2613187444"));
  await lab.up();
  await lab.succeed("stack", "rm", "--force", "--yes");
  expect(shops()).toEqual(["shop-north", "shop-south", "shop-south-2"]);
});

test("runs every command of the guide", () => guide.finish());
