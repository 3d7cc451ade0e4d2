import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { repository } from "../helpers/engine";
import { labOfFile, type Run } from "../helpers/lab";

const plugin = join(repository, "pulumi-resource-pinterest");
const examples = join(repository, "scripts/schema/examples");
const schema = JSON.parse(readFileSync(join(repository, "schema.json"), "utf8"));

const lab = labOfFile({ providerType: "plugin" });

test("the engine receives the plugin's schema, with the package's version", async () => {
  const { exitCode, stdout, stderr } = await lab.run("package", "get-schema", plugin);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual(schema);
});

test("the schema conforms to the engine's rules", async () => {
  expect(await lab.run("schema", "check", plugin)).toMatchObject({ exitCode: 0, output: "" });
});

test("previews every YAML example of a resource, and providers with nested settings as values and as strings", async () => {
  const programs = readdirSync(examples, { recursive: true })
    .map(String)
    .filter((file) => /^(CommerceIntegration|IntegrationLog|Provider)\/.*\.yaml$/.test(file))
    .map((file, index) => withUniqueNames(readFileSync(join(examples, file), "utf8"), index));
  expect(programs.length).toBeGreaterThanOrEqual(6);
  const all = programs.reduce((one, other) => ({
    config: { ...one.config, ...other.config },
    variables: { ...one.variables, ...other.variables },
    resources: { ...one.resources, ...other.resources },
    outputs: { ...one.outputs, ...other.outputs },
  }));
  const settings = Object.keys(all.config ?? {}).flatMap((key) => [
    "--secret",
    `${key}=configured@example.com`,
  ]);
  await lab.succeed("config", "set-all", ...settings);
  const provider = (properties: object) => ({ type: "pulumi:providers:pinterest", properties });
  const shop = (name: string) => ({
    type: "pinterest:CommerceIntegration",
    properties: { externalBusinessId: `shop-${name}`, account: "north" },
    options: { provider: `\${${name}}` },
  });
  const resources = {
    ...all.resources,
    values: provider({ accounts: { north: "pina_1" }, accountCommand: ["vault", "--json"] }),
    strings: provider({ accounts: '{"north":"pina_1"}', accountCommand: "vault --json" }),
    valuesShop: shop("values"),
    stringsShop: shop("strings"),
  };
  expect(await preview({ ...all, resources })).toMatchObject({ exitCode: 0 });
});

type Sections = Partial<Record<"config" | "variables" | "resources" | "outputs", Record<string, object>>>;

function preview(program: Sections): Promise<Run> {
  lab.setYamlProgram(stringify(program));
  return lab.run("preview");
}

/** The program with `number` appended to the names of resources, including references. */
function withUniqueNames(text: string, number: number): Sections {
  const { resources = {} } = parse(text) as Sections;
  const unique = Object.keys(resources).reduce(
    (program, name) =>
      program.replaceAll(new RegExp(`(\\$\\{|^  )${name}(?=[:.}])`, "gm"), `$1${name}-${number}`),
    text,
  );
  return parse(unique);
}
