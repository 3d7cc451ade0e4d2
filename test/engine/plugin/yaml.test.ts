import { readFileSync, writeFileSync } from "node:fs";
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

describe("replacements and deletions", () => {
  const names = ["changed", "on-changes", "tainted", "targeted", "first", "removed"];

  /** A program with these resources. The given properties and options are added by name. */
  function program(properties: Record<string, string> = {}, options: Record<string, string> = {}): string {
    const resources = names.map(
      (name) => `
  ${name}:
    type: pinterest:CommerceIntegration
    properties: { connectedTagId: "1", ${properties[name] ?? `externalBusinessId: ${name}`} }
    options: { ${options[name] ?? ""} }`,
    );
    return `\nresources:${resources.join("")}\n`;
  }

  const replaceOnChanges = { "on-changes": "replaceOnChanges: [additionalId1]" };

  beforeAll(async () => {
    lab.setYamlProgram(program());
    await lab.up();
  });

  test("a forced replacement with the same ID updates the integration", async () => {
    const tainted = (await lab.resources()).find(({ urn }) => urn.endsWith("::tainted"));
    await lab.succeed("state", "taint", "--yes", tainted?.urn ?? "");
    const changed = (name: string) => `externalBusinessId: ${name}, additionalId1: x`;
    const properties = Object.fromEntries(
      ["on-changes", "tainted", "targeted"].map((name) => [name, changed(name)]),
    );
    lab.setYamlProgram(program(properties, replaceOnChanges));
    lab.emulator.clearRequests();
    const { output } = await lab.up("--target-replace", "**::targeted", "--target", "**");
    for (const name of Object.keys(properties)) {
      expect(output).toContain(`integration '${name}' was not recreated`);
      expect(lab.written(name)).toEqual([["PATCH", { additional_id_1: "x" }]]);
    }
    lab.setYamlProgram(program(properties));
    await lab.up();
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("`deleteBeforeReplace` cannot delete an integration before the program has ended", async () => {
    lab.setYamlProgram(
      program({ first: "externalBusinessId: first-2" }, { first: "deleteBeforeReplace: true" }),
    );
    lab.emulator.clearRequests();
    const { output } = await lab.fail("up", "--skip-preview");
    expect(output).toContain("the resource has the option `deleteBeforeReplace`: remove it");
    expect(lab.writes().filter((write) => write.includes("first"))).toEqual([]);
  });

  test("a command that leaves resources out deletes only with the variable that allows it", async () => {
    names.pop();
    lab.setYamlProgram(program());
    await lab.fail("up", "--skip-preview", "--target", "**::removed");
    const { output } = await lab.fail("destroy", "--skip-preview", "--target", "**::removed");
    expect(output).toContain("you can instead set `PINTEREST_ALLOW_PARTIAL_DELETES=true`");
    expect(lab.emulator.integration("removed")).toBeDefined();
    lab.environment.PINTEREST_ALLOW_PARTIAL_DELETES = "true";
    await lab.succeed("destroy", "--skip-preview", "--target", "**::removed");
    delete lab.environment.PINTEREST_ALLOW_PARTIAL_DELETES;
    expect(lab.emulator.integration("removed")).toBeUndefined();
    await lab.up();
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("the stack's limits hold for explicit providers, and for a destroy after they are set", async () => {
    const explicit = ["a", "b", "c"].map(
      (name) => `
  ${name}:
    type: pinterest:CommerceIntegration
    properties: { externalBusinessId: explicit-${name} }
    options: { provider: "\${explicit}" }`,
    );
    const provider = `\n  explicit:\n    type: pulumi:providers:pinterest\n    properties: { accessToken: ${lab.emulator.token()} }`;
    lab.setYamlProgram(`${program()}${provider.slice(1)}${explicit.join("")}\n`);
    await lab.up();
    lab.emulator.clearRequests();
    await lab.succeed("config", "set", "pinterest:deleteLimit", "1");
    lab.setYamlProgram(`${program()}${provider.slice(1)}\n`);
    expect((await lab.fail("up", "--skip-preview")).output).toContain("allows 1 in one command");
    await lab.succeed("config", "rm", "pinterest:deleteLimit");
    await lab.succeed("config", "set", "pinterest:onDelete", "refuse");
    expect((await lab.fail("destroy", "--skip-preview")).output).toContain(
      "(PINTEREST_ON_DELETE) is `refuse`",
    );
    expect(lab.writes()).toEqual([]);
    await lab.succeed("config", "set", "pinterest:onDelete", "retain");
    await lab.up();
    expect(lab.emulator.integration("explicit-a")).toBeDefined();
    await lab.succeed("config", "rm", "pinterest:onDelete");
  });
});
