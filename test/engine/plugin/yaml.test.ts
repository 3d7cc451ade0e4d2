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

describe("a forced replacement", () => {
  const names = ["changed", "on-changes", "tainted", "tainted-first", "targeted", "targeted-first", "moved"];

  /** A program with these resources. The given properties and options are added by name. */
  function program(properties: Record<string, string> = {}, options: Record<string, string> = {}): string {
    const resources = names.map(
      (name) => `
  ${name}:
    type: pinterest:CommerceIntegration
    properties: { externalBusinessId: ${name}, connectedTagId: "1", ${properties[name] ?? ""} }
    options: { ${options[name] ?? ""} }`,
    );
    return `\nresources:${resources.join("")}\n`;
  }

  const deleteFirst = "deleteBeforeReplace: true";
  const replaceOnChanges = { "on-changes": "replaceOnChanges: [additionalId1]" };
  const integrationIds = () => names.map((name) => lab.emulator.integration(name)?.id);
  const methods = (name: string) => lab.written(name).map(([method]) => method);

  let before: unknown[];
  let refused: string;
  let writesOfRefused: string[];
  let output: string;

  beforeAll(async () => {
    lab.setYamlProgram(program());
    await lab.up();
    before = integrationIds();
    lab.emulator.clearRequests();
    lab.setYamlProgram(program({ changed: "additionalId1: x", moved: "account: named" }));
    ({ output: refused } = await lab.upFails("--target-replace", "**::changed", "--target", "**::moved"));
    writesOfRefused = lab.writes();
    const resources = await lab.resources();
    const tainted = resources.flatMap(({ urn }) => (/::tainted(-first)?$/.test(urn) ? [urn] : []));
    await lab.succeed("state", "taint", "--yes", ...tainted);
    lab.setYamlProgram(
      program(
        { "on-changes": "additionalId1: x", moved: "account: named" },
        {
          ...replaceOnChanges,
          "tainted-first": deleteFirst,
          "targeted-first": deleteFirst,
          moved: deleteFirst,
        },
      ),
    );
    const replaced = ["targeted", "targeted-first", "moved"].flatMap((name) => [
      "--target-replace",
      `**::${name}`,
    ]);
    ({ output } = await lab.up(...replaced, "--target", "**"));
  });

  test("with other changes fails, names the option, and writes nothing", () => {
    expect(refused).toMatch(
      /'changed'.*differs from the program in `additionalId1`.*If this is a replacement, .*deleteBeforeReplace/s,
    );
    expect(writesOfRefused).toEqual([]);
  });

  test("moves the integration to another account only with the option", () => {
    expect(refused).toMatch(/moving integration 'moved'.*--target-replace.*deleteBeforeReplace/s);
    expect(methods("moved")).toEqual(["DELETE", "POST"]);
    const ofNamed = lab.emulator.integrations("named").map(({ external_business_id: id }) => id);
    expect(ofNamed).toContain("moved");
  });

  test("by `replaceOnChanges` deletes the integration, then creates it", () => {
    expect(methods("on-changes")).toEqual(["DELETE", "POST"]);
  });

  test.each([
    ["`pulumi state taint`", "tainted"],
    ["`--target-replace`", "targeted"],
  ])("by %s keeps the integration, or recreates it if the option is set", (_name, name) => {
    expect(output).toMatch(
      new RegExp(`'${name}' stays at Pinterest: its replacement adopted it.*\`deleteBeforeReplace: true\``),
    );
    expect(methods(name)).toEqual([]);
    const index = names.indexOf(name);
    expect(integrationIds()[index]).toBe(before[index]);
    expect(methods(`${name}-first`)).toEqual(["DELETE", "POST"]);
  });

  test("leaves nothing to change", async () => {
    expect(await lab.previewExit("--refresh")).toBe(0);
  });
});
