import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";
import { leaksIn } from "../helpers/leaks";

let lab: Lab;

const shop = (tag: string) => `
resources:
  second:
    type: pulumi:providers:pinterest
    properties:
      accessToken: ${lab.emulator.token("shop-2")}
  shop:
    type: pinterest:CommerceIntegration
    properties:
      externalBusinessId: my-shop
      connectedTagId: "${tag}"
      scopes: [ads:write, ads:read]
      partnerAccessToken: partner-token
      partnerMetadata: { plan: gold, list: [1, 2] }
  named:
    type: pinterest:CommerceIntegration
    properties: { externalBusinessId: of-named, account: named, additionalId1: "\${shop.integrationId}" }
  other:
    type: pinterest:CommerceIntegration
    properties: { externalBusinessId: of-second }
    options: { provider: "\${second}" }
  found:
    type: pinterest:CommerceIntegration
    get: { id: theirs }
  note:
    type: pinterest:IntegrationLog
    properties: { eventType: APP, logLevel: INFO, message: deployed, triggers: ["${tag}"] }
variables:
  listed:
    fn::invoke:
      function: pinterest:getIntegrations
      arguments: { externalBusinessIdPrefix: th }
outputs:
  tag: \${found.connectedTagId}
  listed: \${listed.integrations[0].externalBusinessId}
`;

beforeAll(async () => {
  lab = await Lab.open({ providerType: "plugin" });
  for (const name of ["shop-2", "named"])
    if (!lab.emulator.accounts().some((account) => account.name === name)) lab.emulator.addAccount({ name });
  lab.emulator.put("theirs", { connected_tag_id: "5" });
  await lab.succeed(
    "config",
    "set",
    "--secret",
    "pinterest:accounts",
    JSON.stringify({ named: lab.emulator.token("named") }),
  );
});

afterAll(() => lab.close());

test("deploys a YAML program with secrets, named accounts, providers, lookups and functions", async () => {
  lab.setYamlProgram(shop("33"));
  lab.emulator.clearRequests();
  await lab.succeed("preview");
  expect(lab.writes()).toEqual([]);
  const { output } = await lab.up();
  expect(output).toMatch(/listed: "theirs"/);
  expect(output).toMatch(/tag +: "5"/);
  const id = lab.emulator.integration("my-shop")?.id;
  expect(lab.emulator.integration("my-shop")).toMatchObject({
    connected_tag_id: "33",
    scopes: "ads:read,ads:write",
    partner_metadata: '{"list":[1,2],"plan":"gold"}',
  });
  expect(lab.emulator.integration("of-named")).toMatchObject({ additional_id_1: id });
  expect(lab.emulator.logs()).toHaveLength(1);
  expect(await lab.previewExit("--refresh")).toBe(0);
  expect(
    leaksIn("console and state", lab.transcript + JSON.stringify(await lab.resources()), [
      "partner-token",
      lab.emulator.token("named"),
    ]),
  ).toEqual([]);
});

test("reports drift by property", async () => {
  const { connected_tag_id, partner_metadata } = lab.emulator.integration("my-shop") ?? {};
  lab.emulator.change("my-shop", { connected_tag_id: "99", partner_metadata: null });
  const { exitCode, steps } = await lab.preview("--refresh");
  expect(exitCode).toBe(7);
  expect(steps.filter(({ op }) => op === "update")).toEqual([
    expect.objectContaining({
      name: "shop",
      detailedDiff: {
        connectedTagId: expect.anything(),
        partnerMetadata: expect.objectContaining({ kind: "add" }),
      },
    }),
  ]);
  lab.emulator.change("my-shop", { connected_tag_id, partner_metadata });
});

test("the preview of an update keeps unchanged outputs known", async () => {
  lab.setYamlProgram(shop("34"));
  // `named` uses the integration ID of `shop`: if that were unknown, the preview would update `named`.
  expect((await lab.steps()).map(({ op, name }) => `${op} ${name}`).sort()).toEqual([
    "read found",
    "refresh named",
    "refresh other",
    "refresh shop",
    "update note",
    "update shop",
  ]);
  lab.setYamlProgram(shop("33"));
});

test("imports an integration by its ID, and the generated code changes nothing", async () => {
  lab.emulator.put("old shop/ü", {
    connected_tag_id: "77",
    partner_metadata: '{"b": 1, "a": [1, 2]}',
    scopes: "z,y",
    partner_access_token_expiry: 1900000000000,
  });
  lab.emulator.put("of-named::too", { additional_id_1: "no JSON {" }, { account: "named" });
  const file = join(lab.directory, "Pulumi.yaml");
  const program = readFileSync(file, "utf8");
  const generated: string[] = [];
  for (const [name, id] of [
    ["old", "old shop/ü"],
    ["of", "named::of-named::too"],
  ] as const) {
    lab.emulator.clearRequests();
    const { stdout } = await lab.succeed(
      "import",
      "pinterest:index:CommerceIntegration",
      name,
      id,
      "--yes",
      "--protect=false",
    );
    generated.push(/^resources:\n((?: .*\n)+)/m.exec(stdout)?.[1] ?? "no code");
    expect(lab.writes()).toEqual([]);
  }
  lab.setYamlProgram(
    program
      .slice(program.indexOf("\nresources:"))
      .replace("\nresources:\n", `\nresources:\n${generated.join("")}`),
  );
  lab.emulator.clearRequests();
  await lab.up("--expect-no-changes");
  expect(await lab.previewExit("--refresh")).toBe(0);
  expect(lab.writes()).toEqual([]);
});

test("an import of a missing ID fails", async () => {
  const { output } = await lab.fail(
    "import",
    "pinterest:index:CommerceIntegration",
    "absent",
    "missing",
    "--yes",
  );
  expect(output).toContain("resource 'missing' does not exist");
});

describe("a forced replacement", () => {
  const resource = (options: string, account = "", tag = "1") => `
resources:
  replaced:
    type: pinterest:CommerceIntegration
    properties: { externalBusinessId: replaced, connectedTagId: "${tag}"${account} }
    options: ${options}
`;
  const first = "{ deleteBeforeReplace: true }";
  const integrationId = () => lab.emulator.integration("replaced")?.id;

  beforeAll(async () => {
    lab.setYamlProgram(resource("{}"));
    await lab.up();
    lab.emulator.clearRequests();
  });

  test("by `replaceOnChanges` deletes the integration, then creates it", async () => {
    lab.setYamlProgram(resource("{ replaceOnChanges: [connectedTagId] }", "", "2"));
    await lab.up();
    expect(lab.writes()).toEqual(["DELETE replaced", "POST replaced"]);
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test.each([
    [
      "`pulumi state taint`",
      async () => void (await lab.succeed("state", "taint", "--yes", await urn())),
      [],
    ],
    ["`--target-replace`", async () => {}, ["--target-replace", "**::replaced"]],
  ])("by %s keeps the integration, or recreates it if the option is set", async (_name, prepare, args) => {
    lab.setYamlProgram(resource("{}", "", "2"));
    const before = integrationId();
    await prepare();
    lab.emulator.clearRequests();
    const { output } = await lab.up(...args);
    expect(output).toMatch(/its replacement adopted it.*`deleteBeforeReplace: true`/);
    expect(lab.writes()).toEqual([]);
    expect(integrationId()).toBe(before);
    expect(await lab.previewExit("--refresh")).toBe(0);

    lab.setYamlProgram(resource(first, "", "2"));
    await prepare();
    lab.emulator.clearRequests();
    await lab.up(...args);
    expect(lab.writes()).toEqual(["DELETE replaced", "POST replaced"]);
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("with other changes fails, names the option, and writes nothing", async () => {
    lab.setYamlProgram(resource("{}", "", "3"));
    lab.emulator.clearRequests();
    const { output } = await lab.upFails("--target-replace", "**::replaced");
    expect(output).toMatch(
      /differs from the program in `connectedTagId`.*If this is a replacement, .*deleteBeforeReplace/s,
    );
    expect(lab.writes()).toEqual([]);
  });

  test("moves the integration to another account with the option", async () => {
    lab.setYamlProgram(resource("{}", ", account: named"));
    const { output } = await lab.upFails();
    expect(output).toMatch(/moving integration 'replaced'.*--target-replace.*deleteBeforeReplace/s);
    lab.setYamlProgram(resource(first, ", account: named"));
    lab.emulator.clearRequests();
    await lab.up("--target-replace", "**::replaced");
    expect(lab.writes()).toEqual(["DELETE replaced", "POST replaced"]);
    expect(lab.emulator.integrations("named").map(({ external_business_id: id }) => id)).toContain(
      "replaced",
    );
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  const urn = async () => String((await lab.resources()).find(({ urn }) => urn.endsWith("::replaced"))?.urn);
});
