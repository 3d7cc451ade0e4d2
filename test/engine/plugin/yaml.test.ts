import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import type { PreflightReport } from "../../../cli/preflight/preflight";
import { labOfFile } from "../helpers/lab";
import { leaksIn } from "../helpers/leaks";

// The tests share a stack. Each one restores what it changes, unless a later one needs it.

const lab = labOfFile({ providerType: "plugin" });

/** The program, with a tag of its integration `shop`. */
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

test("deploys a YAML program with secrets, named accounts, providers, lookups and functions", async () => {
  lab.setYamlProgram(shop("33"));
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
  expect(
    leaksIn("console and state", lab.transcript + JSON.stringify(await lab.resources()), [
      "partner-token",
      lab.emulator.token("named"),
    ]),
  ).toEqual([]);
});

test("reports drift by property, and only drift", async () => {
  const { connected_tag_id, partner_metadata } = lab.emulator.integration("my-shop") ?? {};
  lab.emulator.change("my-shop", { connected_tag_id: "99", partner_metadata: null });
  lab.emulator.clearRequests();
  const { exitCode, steps } = await lab.preview("--refresh");
  expect(exitCode).toBe(7);
  expect(lab.writes()).toEqual([]);
  expect(steps.filter(({ op }) => !["same", "read", "refresh"].includes(op))).toEqual([
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

test("`preflight` reports the outcome of each create, and `doctor` finds the plugin", async () => {
  const added = (id: string, options: string) => `  ${id}:
    type: pinterest:CommerceIntegration
    properties: { externalBusinessId: ${id}, connectedTagId: "1" }
    options: { ${options} }
`;
  for (const id of ["equal", "imported"]) lab.emulator.put(id, { connected_tag_id: "1" });
  lab.emulator.put("refused", { connected_tag_id: "2" }, { account: "shop-2" });
  const creates = [
    added("created", ""),
    added("equal", ""),
    added("imported", "import: imported"),
    added("refused", `provider: "\${second}"`),
  ];
  lab.setYamlProgram(shop("33").replace("\n  shop:\n", `\n${creates.join("")}  shop:\n`));
  lab.emulator.clearRequests();
  const { exitCode, stdout } = await lab.cli("preflight", "--json");
  const report = JSON.parse(stdout) as PreflightReport;
  expect(exitCode).toBe(1);
  expect(Object.fromEntries(report.creates.map(({ name, verdict }) => [name, verdict]))).toEqual({
    created: "created",
    equal: "adopted",
    imported: "imported",
    refused: "refused",
  });
  expect(lab.writes()).toEqual([]);
  const { checks } = JSON.parse((await lab.cli("doctor", "--json")).stdout);
  expect(checks).toContainEqual(
    expect.objectContaining({
      id: "plugin",
      found: expect.stringMatching(/\.bin\/pulumi-resource-pinterest$/),
    }),
  );
  lab.setYamlProgram(shop("33"));
  for (const id of ["equal", "imported", "refused"]) lab.emulator.remove(id);
});

test("`drift --adopt` writes Pinterest's values into the program, and keeps the rest", async () => {
  const read = () => readFileSync(join(lab.directory, "Pulumi.yaml"), "utf8");
  const before = read();
  const values = { connected_tag_id: "99", scopes: "ads:read,catalogs:read" };
  lab.emulator.change("my-shop", values);
  lab.emulator.clearRequests();
  const { exitCode, output } = await lab.cli("drift", "--adopt", "--yes");
  expect(read()).toBe(
    before
      .replace('connectedTagId: "33"', 'connectedTagId: "99"')
      .replace("[ads:write, ads:read]", "[ads:read, catalogs:read]"),
  );
  expect(output).toMatch(/Pulumi\.yaml:\d+ {2}shop: connectedTagId 33 -> 99/);
  // The exit code is that of a check after the edit.
  expect(exitCode).toBe(0);
  expect(lab.writes()).toEqual([]);
  lab.emulator.change("my-shop", { connected_tag_id: "33", scopes: "ads:read,ads:write" });
  lab.setYamlProgram(shop("33"));
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

test("imports integrations by their IDs, and the generated code changes nothing", async () => {
  lab.emulator.put("old shop/ü", {
    connected_tag_id: "77",
    partner_metadata: '{"b": 1, "a": [1, 2]}',
    scopes: "z,y",
    partner_access_token_expiry: 1900000000000,
  });
  lab.emulator.put("of-named::too", { additional_id_1: "no JSON {" }, { account: "named" });
  const program = readFileSync(join(lab.directory, "Pulumi.yaml"), "utf8");
  const type = "pinterest:index:CommerceIntegration";
  const resources = [
    { type, name: "old", id: "old shop/ü" },
    { type, name: "of", id: "named::of-named::too" },
  ];
  writeFileSync(join(lab.directory, "import.json"), JSON.stringify({ resources }));
  lab.emulator.clearRequests();
  const { stdout } = await lab.succeed("import", "--file", "import.json", "--yes", "--protect=false");
  const [, generated = "no code"] = /^resources:\n((?: .*\n)+)/m.exec(stdout) ?? [];
  lab.setYamlProgram(
    program.slice(program.indexOf("\nresources:")).replace("\nresources:\n", `\nresources:\n${generated}`),
  );
  await lab.up("--refresh", "--expect-no-changes");
  expect(lab.writes()).toEqual([]);
  expect(Object.keys(await lab.state()).sort()).toEqual(["found", "named", "of", "old", "other", "shop"]);
});

test("`deleteBeforeReplace` cannot delete an integration before the program has ended", async () => {
  lab.setYamlProgram(
    shop("33")
      .replace("of-second }", "of-second-2 }")
      .replace(/options: .* }/, (options) => options.replace(" }", ", deleteBeforeReplace: true }")),
  );
  lab.emulator.clearRequests();
  const { output } = await lab.fail("up", "--skip-preview");
  expect(output).toContain("the resource has the option `deleteBeforeReplace`: remove it");
  expect(lab.writes().filter((write) => write.includes("of-second"))).toEqual([]);
});

test("a command that leaves resources out deletes only with the variable that allows it", async () => {
  const destroy = ["destroy", "--skip-preview", "--target", "**::old"];
  const { output } = await lab.fail(...destroy);
  expect(output).toContain("you can instead set `PINTEREST_ALLOW_PARTIAL_DELETES=true`");
  expect(lab.writes()).toEqual([]);
  lab.environment.PINTEREST_ALLOW_PARTIAL_DELETES = "true";
  await lab.succeed(...destroy);
  expect(lab.writes()).toEqual(["DELETE old shop/ü"]);
});
