import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { PreflightReport } from "../../../provider/cli/preflight/report";
import { Lab } from "../helpers/lab";

let lab: Lab;

const providers = () =>
  `const east = new pinterest.Provider("east", { accessToken: pulumi.secret("${lab.emulator.token("east")}") });`;

const program = {
  made: { externalBusinessId: "made" },
  equal: { externalBusinessId: "equal", connectedTagId: "1" },
  overwritten: { externalBusinessId: "overwritten", connectedTagId: "2", adopt: true },
  refused: { externalBusinessId: "refused", connectedTagId: "2" },
  foreign: { externalBusinessId: "of-north" },
  ofEast: {
    args: { externalBusinessId: "of-east", partnerAccessToken: "partner-hush" },
    options: "{ provider: east }",
  },
};

beforeAll(async () => {
  lab = await Lab.open({ providerType: "plugin" });
  for (const name of ["north", "east"]) lab.emulator.addAccount({ name });
  for (const id of ["equal", "overwritten", "refused"]) lab.emulator.put(id, { connected_tag_id: "1" });
  lab.emulator.put("of-north", {}, { account: "north" });
  lab.emulator.put("of-east", { partner_access_token: "partner-hush" }, { account: "east" });
  lab.program({}, providers());
  await lab.up();
  lab.program(program, providers());
  lab.emulator.clearRequests();
});

afterAll(() => lab.close());

test("preflight says of the plugin's integrations what each creation would meet, and reads only", async () => {
  const run = await lab.cli("preflight", "--json");
  const { creates, importCommands } = JSON.parse(run.stdout) as PreflightReport;
  expect(run.exitCode).toBe(1);
  expect(Object.fromEntries(creates.map(({ name, verdict }) => [name, verdict]))).toEqual({
    made: "created",
    equal: "taken-over",
    overwritten: "overwritten",
    refused: "refused",
    foreign: "foreign",
    ofEast: "taken-over",
  });
  expect(importCommands.join("\n")).toContain("--fill pinterest-import.json");
  expect(lab.writes()).toEqual([]);
});

test("its commands bring what is refused under management as it is, explicit providers' too", async () => {
  const { foreign: _, ...mine } = program;
  lab.program(mine, providers());
  const run = await lab.cli("preflight", "--json");
  const { importCommands } = JSON.parse(run.stdout) as PreflightReport;
  const commands = importCommands.map((command) => command.replace(/^pulumi-pinterest/, "npx $&"));
  // The last one removes the file.
  const all = commands.slice(0, -1).join("\n");
  expect(await lab.process("sh", "-e", "-c", all)).toMatchObject({ exitCode: 0 });
  const file = readFileSync(join(lab.directory, "pinterest-import.json"), "utf8");
  expect(file).toContain("pinterest:index:CommerceIntegration");
  expect(file).not.toContain("__provider");
  expect(lab.writes()).toEqual([]);
  const steps = (await lab.steps("--refresh", "--run-program")).filter(
    ({ op }) => !["same", "refresh"].includes(op),
  );
  const told = steps.map(({ op, name, detailedDiff }) => [op, name, Object.keys(detailedDiff ?? {})]);
  expect(told.sort()).toEqual([
    ["create", "made", []],
    ["update", "overwritten", ["connectedTagId"]],
    ["update", "refused", ["connectedTagId"]],
  ]);
  expect((await lab.state()).ofEast?.outputs?.partnerAccessToken).toHaveProperty("ciphertext");
});

test("doctor looks for the plugin where Pulumi.yaml says that it is", async () => {
  const run = await lab.cli("doctor", "--json");
  const { checks } = JSON.parse(run.stdout) as { checks: { id: string; status: string; found: string }[] };
  expect(checks.filter(({ status }) => status === "error")).toEqual([]);
  expect(checks.find(({ id }) => id === "plugin")?.found).toMatch(
    /node_modules\/\.bin\/pulumi-resource-pinterest$/,
  );
  expect(checks.find(({ id }) => id === "stack")?.found).toContain("with 4 integrations");
});
