import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { leaksIn, leaksInFiles } from "./helpers/leaks";

let lab: Lab;

const token = "partner-access-token-of-shop";
const tag = "tag-that-the-program-has-as-a-secret";

const providers = `
  const south = new pinterest.Provider("south", { accessToken: process.env.SOUTH_TOKEN });
`;

const integrations = `
  new pinterest.CommerceIntegration("plain", { externalBusinessId: "plain", connectedMerchantId: "11", partnerMetadata: { b: 1, a: 2 } });
  const group = new pulumi.ComponentResource("lab:index:Group", "group");
  new pinterest.CommerceIntegration("plain", { externalBusinessId: "in/group", partnerAccessToken: ${JSON.stringify(token)} }, { parent: group });
  new pinterest.CommerceIntegration("north", { externalBusinessId: "northern", account: "north", connectedTagId: pulumi.secret(${JSON.stringify(tag)}) });
  new pinterest.CommerceIntegration("south", { externalBusinessId: "southern", whenRemoved: "release", scopes: ["b", "a"] }, { provider: south });
  new pinterest.CommerceIntegration("differs", { externalBusinessId: "differs", connectedMerchantId: "program-says" });
  new pinterest.CommerceIntegration("absent", { externalBusinessId: "absent" });
`;

const later = `
  const west = new pinterest.Provider("west", { accessToken: process.env.SOUTH_TOKEN });
  new pinterest.CommerceIntegration("west", { externalBusinessId: "western" }, { provider: west });
  new pinterest.CommerceIntegration("foreign", { externalBusinessId: "northern" });
  new pinterest.CommerceIntegration("unknown", { externalBusinessId: west.id });
  new pinterest.CommerceIntegration("fresh", { externalBusinessId: "fresh" });
`;

beforeAll(async () => {
  lab = await Lab.open({ accounts: 1 });
  for (const name of ["north", "south"]) lab.emulator.addAccount({ name });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ north: lab.emulator.token("north") });
  lab.environment.SOUTH_TOKEN = lab.emulator.token("south");
  lab.emulator.put("plain", { connected_merchant_id: "11", partner_metadata: '{"a": 2, "b": 1}' });
  lab.emulator.put("in/group", { partner_access_token: token, additional_id_1: "not the program's" });
  lab.emulator.put("northern", { connected_tag_id: tag }, { account: "north" });
  lab.emulator.put("southern", { scopes: "a, b" }, { account: "south" });
  lab.emulator.put("differs", { connected_merchant_id: "pinterest-has" });
  lab.program({}, providers);
  await lab.up();
});

afterAll(() => lab.close());

const file = () => join(lab.directory, "import.json");
const entries = () =>
  (
    JSON.parse(readFileSync(file(), "utf8")) as {
      resources: { name: string; logicalName?: string; id?: string }[];
    }
  ).resources;

test("fills in what the program declares, and the import matches the program", async () => {
  lab.program({}, providers + integrations);
  lab.emulator.clearRequests();
  await lab.succeed("preview", "--import-file", "import.json");
  const run = await lab.cli("import", "--fill", "import.json");
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.stdout).toMatch(/^5 entries of import\.json filled\n/);
  expect(run.stderr).toContain('1 entry taken out of the file: Pinterest has no such integration ("absent")');
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(
    entries()
      .map(({ name, logicalName, id }) => `${logicalName ?? name}: ${id ?? ""}`)
      .sort(),
  ).toEqual([
    "differs: differs",
    "group: ",
    "north: northern",
    "plain: in/group",
    "plain: plain",
    "south: southern",
  ]);
  const commands = run.stdout.split("run\n")[1] ?? "";
  expect(await lab.process("sh", "-e", "-c", commands)).toMatchObject({ exitCode: 0 });
  expect(
    (await lab.steps("--refresh", "--run-program")).filter(({ op }) => !["same", "refresh"].includes(op)),
  ).toEqual([
    { op: "create", name: "absent", detailedDiff: null },
    { op: "update", name: "differs", detailedDiff: { connectedMerchantId: expect.anything() } },
  ]);
  expect(lab.writes()).toEqual([]);
  await lab.up();
  expect(lab.writes().sort()).toEqual(["PATCH differs", "POST absent"]);
});

test("refuses entries that it cannot look up by name, leaves them as they are, and fills the others", async () => {
  const renamed = integrations.replace('"plain", {', '"renamed", {').replace(/^.*"differs".*$/m, "");
  lab.program({}, providers + renamed + later);
  lab.emulator.put("western", {}, { account: "south" });
  lab.emulator.put("fresh");
  await lab.succeed("preview", "--import-file", "import.json");
  const document = JSON.parse(readFileSync(file(), "utf8")) as { resources: object[] };
  document.resources.push({
    type: "pulumi-nodejs:dynamic/pinterest:CommerceIntegration",
    name: "stale",
    id: "x",
  });
  writeFileSync(file(), JSON.stringify(document));
  const run = await lab.cli("import", "--fill", "import.json", "--json");
  expect(run.exitCode).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({
    filled: [{ name: "fresh", externalBusinessId: "fresh" }],
    absent: [],
    commands: [],
    refused: expect.arrayContaining([
      {
        name: "west",
        externalBusinessId: "western",
        reason: expect.stringContaining("explicit provider that the stack has not got yet"),
      },
      {
        name: "foreign",
        externalBusinessId: "northern",
        reason: expect.stringContaining("another Pinterest account"),
      },
      { name: "unknown", reason: expect.stringContaining("`externalBusinessId` that only an update gives") },
      {
        name: "renamed",
        externalBusinessId: "plain",
        reason: expect.stringContaining("manages already, as 'plain'"),
      },
      { name: "stale", reason: expect.stringContaining("make the file anew") },
    ]),
  });
  expect(entries().filter(({ name }) => name === "foreign")).toMatchObject([{ id: "<PLACEHOLDER>" }]);
  expect(entries().filter(({ name }) => name === "fresh")).toMatchObject([{ id: "fresh" }]);
});

test("changes nothing if the program fails or the file is not an import file", async () => {
  const before = readFileSync(file(), "utf8");
  lab.program({}, 'throw new Error("the program fails");');
  const failed = await lab.cli("import", "--fill", "import.json");
  expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
  expect(failed.stderr).toContain("the program's preview failed, so nothing was written");
  expect(readFileSync(file(), "utf8")).toBe(before);
  const other = await lab.cli("import", "--fill", "package.json");
  expect(other.stderr).toContain("package.json is not what `pulumi preview --import-file` writes");
});

test("no secret is in output or in plaintext in state", () => {
  const secrets = [token, tag, ...lab.emulator.accounts().flatMap(({ access_tokens }) => access_tokens)];
  expect(leaksIn("output", lab.transcript, secrets)).toEqual([]);
  expect(leaksInFiles(join(lab.directory, "backend"), secrets)).toEqual([]);
});
