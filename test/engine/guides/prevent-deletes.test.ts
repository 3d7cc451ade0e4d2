import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { adopted, kept, requestsDeletions } from "../../expected/messages";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/prevent-deletes.md");
const withoutResources = 'import "pulumi-pinterest";\n';
const withoutOptions = guide.program();
const withOptions = `import * as pinterest from "pulumi-pinterest";\n${guide.program()}`;
const east = 'new pinterest.CommerceIntegration("east", { externalBusinessId: "shop-east" });\n';
const allShops = ["shop-east", "shop-north", "shop-south", "shop-south-2"];

const lab = labOfFile({ example: "quickstart" });

function write(program: string): void {
  writeFileSync(join(lab.directory, "index.ts"), program);
}

test("deletes nothing with a limit of 0", async () => {
  write(withoutOptions);
  await guide.next(lab);
  write(withoutOptions.replace(/^.*shop-south.*$/m, ""));
  const { output } = await lab.upFails();
  expect(output).toContain(`${requestsDeletions("1 deletion")}\`pinterest:deleteLimit\``);
  expect(lab.idsAtPinterest()).toEqual(["shop-north", "shop-south"]);
});

test("keeps the integration of a renamed resource", async () => {
  lab.emulator.clearRequests();
  write(withoutOptions.replace('"north"', '"renamed"'));
  const { output } = await lab.up();
  expect(output).toContain(adopted("shop-north"));
  expect(output).toContain(kept("shop-north"));
  expect(lab.writes()).toEqual([]);
});

test("changes a field of a renamed resource with an alias", async () => {
  // This update also sets the resource options for the tests that follow.
  const changed = withOptions.replace("2613187432", "2613187444");
  write(changed.replace("protect: true", '$&, aliases: [{ name: "renamed" }]') + east);
  await lab.up();
  expect(lab.writes().sort()).toEqual(["PATCH shop-north", "POST shop-east"]);
});

test("refuses to delete a protected resource, and retains another one", async () => {
  write(withoutResources);
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/north" cannot be deleted\s+because it is protected/);
  expect(output).toMatch(/south delete\[retain\]/);
});

test("refuses to replace a protected resource", async () => {
  write(withOptions.replace("shop-north", "shop-north-2"));
  const { output } = await lab.fail("preview");
  expect(output).toMatch(/unable to replace resource ".*::north"\s+as it is currently marked for protection/);
});

test("keeps the integrations of a replaced resource and of one that was deleted from state", async () => {
  lab.environment.PINTEREST_DELETE_LIMIT = "1";
  const { east } = await lab.state();
  await lab.succeed("state", "delete", east?.urn as string, "--yes");
  write(withOptions.replace("2613187432", "2613187444").replace("shop-south", "shop-south-2"));
  await lab.up();
  expect(lab.idsAtPinterest()).toEqual(allShops);
});

test("deletes nothing if the whole stack is destroyed or removed", async () => {
  await lab.fail("destroy", "--yes", "--skip-preview");
  expect(Object.keys(await lab.state())).toContain("north");
  await lab.succeed("stack", "rm", "--force", "--yes");
  expect(lab.idsAtPinterest()).toEqual(allShops);
});

test("runs every command of the guide", () => guide.finish());
