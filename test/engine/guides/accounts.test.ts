import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/accounts.md");

const lab = labOfFile({ example: "many-accounts" });
const tokens: Record<string, string> = {};

beforeAll(() => {
  for (const name of ["north", "south"]) {
    tokens[name] = lab.emulator.addAccount({ name }).access_tokens[0] as string;
  }
  // The guide uses only named accounts.
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
});

function writeProgram(text: string): void {
  writeFileSync(join(lab.directory, "index.ts"), text);
}

function ownerOf(id: string): string | undefined {
  return ["north", "south"].find((name) =>
    lab.emulator.integrations(name).some(({ external_business_id }) => external_business_id === id),
  );
}

test("named accounts each own their integration", async () => {
  writeFileSync(join(lab.directory, "accounts.json"), JSON.stringify(tokens));
  await guide.next(lab);
  writeProgram(guide.program());
  const { output } = await guide.next(lab);
  expect(ownerOf("shop-north")).toBe("north");
  expect(ownerOf("shop-south")).toBe("south");
  for (const token of Object.values(tokens)) expect(output).not.toContain(token);
});

test("an explicit provider replaces a named account if both own the same integration", async () => {
  await guide.next(lab, { stdin: tokens.north });
  writeProgram(guide.program());
  await lab.up();
  expect(ownerOf("shop-north")).toBe("north");
});

test("imports the integrations of both accounts", async () => {
  lab.emulator.put("old-north", { connected_tag_id: "1" }, { account: "north" });
  lab.emulator.put("old-south", { connected_tag_id: "2" }, { account: "south" });
  lab.emulator.clearRequests();
  await guide.next(lab);
  const program = readFileSync(join(lab.directory, "pinterest-integrations.ts"), "utf8");
  expect(program).toMatch(/"old-north"/);
  expect(program).toMatch(/"old-south"/);
  expect(lab.writes()).toEqual([]);
});

test("checks drift with the number of concurrent reads from the environment", async () => {
  const { output } = await guide.next(lab);
  expect(output).toContain("In sync: 1 integration.");
});

test("a named account replaces an explicit provider if both own the same integration", async () => {
  writeProgram(guide.program());
  lab.emulator.clearRequests();
  const { output } = await guide.next(lab);
  expect(output).toContain("[diff: +account-providerName]");
  expect(output).toMatch(/pulumi:providers:pulumi-nodejs north deleted/);
  expect(lab.writes()).toEqual([]);
});

test("a resource that is removed and added again moves its integration to another account", async () => {
  writeProgram('import "pulumi-pinterest";\n');
  await guide.next(lab);
  expect(ownerOf("shop-north")).toBeUndefined();
  writeProgram(
    'import * as pinterest from "pulumi-pinterest";\n' +
      'new pinterest.CommerceIntegration("north", { externalBusinessId: "shop-north", account: "south" });\n',
  );
  await guide.next(lab);
  expect(ownerOf("shop-north")).toBe("south");
});

test("a merchant who revoked access does not stop the others", async () => {
  lab.emulator.armFault({
    kind: "response",
    preset: "authentication-failed",
    account: "south",
    times: "all",
  });
  const { output } = await guide.next(lab);
  expect(output).toContain("'south'");
});

test("runs every command of the guide", () => guide.finish());
