import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { problemsWithHcl, unknownInCSharp } from "./helpers/names-in-examples";
import { examples, functionOf, resourceOf, schema } from "./helpers/schema";
import { problemsWithYaml } from "./helpers/yaml-example";

const files = readdirSync(examples, { recursive: true }).map(String).sort();
const filesWith = (extension: string) => files.filter((file) => file.endsWith(extension));

test("resources, functions and the provider have examples in seven languages", () => {
  const described = [...Object.keys(schema.resources), ...Object.keys(schema.functions), "Provider"].map(
    (token) => token.split(":").at(-1),
  );
  expect(new Set(filesWith(".ts").map((file) => file.split("/")[0]))).toEqual(new Set(described));
  const names = (extension: string) => filesWith(extension).map((file) => file.slice(0, -extension.length));
  for (const extension of [".py", ".go", ".cs", ".java", ".yaml", ".hcl"])
    expect(names(extension)).toEqual(names(".ts"));
});

test("the examples of a resource or function set all of its arguments", () => {
  const { resources, functions } = schema;
  const all = [
    ...Object.entries(resources).map(([token, { inputProperties }]) => [token, inputProperties] as const),
    ...Object.entries(functions).map(([token, { inputs }]) => [token, inputs.properties] as const),
  ];
  const missing = all.flatMap(([token, inputs]) => {
    const directory = `${token.split(":").at(-1)}/`;
    const own = filesWith(".yaml").filter((file) => file.startsWith(directory));
    const text = own.map((file) => readFileSync(join(examples, file), "utf8")).join("");
    return Object.keys(inputs).filter((name) => !text.includes(` ${name}:`));
  });
  expect(missing).toEqual([]);
});

test("descriptions contain examples with titles", () => {
  const descriptions = [
    schema.provider,
    ...Object.values(schema.resources),
    ...Object.values(schema.functions),
  ].map(({ description = "" }) => description);
  const all = descriptions.join("\n");
  expect(all.match(/^\{\{% example %\}\}\n\n### \w/gm)).toHaveLength(filesWith(".ts").length);
  for (const language of ["typescript", "python", "go", "csharp", "java", "yaml", "hcl"]) {
    expect(all.split(`\`\`\`${language}\n`)).toHaveLength(filesWith(".ts").length + 1);
  }
  for (const text of descriptions) {
    expect(text).toMatch(/\{\{% examples %\}\}\n[\s\S]*\{\{% \/examples %\}\}/);
  }
});

test("the import example uses an existing type", () => {
  const commands = JSON.stringify(schema.resources).match(/pulumi import [\w:]+/g) ?? [];
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) {
    expect(schema.resources).toHaveProperty([command.split(" ").at(-1) ?? ""]);
  }
});

describe("YAML examples match the schema", () => {
  test.each(filesWith(".yaml"))("%s", (file) => {
    expect(problemsWithYaml(join(examples, file))).toEqual([]);
  });

  test("accept types with and without their module", () => {
    expect(resourceOf("pinterest:CommerceIntegration")).toBe(
      resourceOf("pinterest:index:CommerceIntegration"),
    );
    expect(functionOf("pinterest:getIntegration")).toBeDefined();
    expect(functionOf("pinterest:nothing")).toBeUndefined();
  });
});

describe("C# examples use only names of the schema", () => {
  test.each(filesWith(".cs"))("%s", (file) => {
    expect(unknownInCSharp(readFileSync(join(examples, file), "utf8"))).toEqual([]);
  });

  test("finds unknown names", () => {
    const program = `new Pinterest.CommerceIntegration("shop", new()
{
    ExternalBusiness = "shop",
    WhenRemoved = Pinterest.WhenRemoved.Forget,
});
shop.Integration; new Pinterest.Shop();`;
    expect(unknownInCSharp(program)).toEqual([
      "Pinterest.WhenRemoved.Forget",
      "Pinterest.Shop",
      "ExternalBusiness",
      "Integration",
    ]);
  });
});

describe("HCL examples use only names of the schema", () => {
  test.each(filesWith(".hcl"))("%s", (file) => {
    expect(problemsWithHcl(readFileSync(join(examples, file), "utf8"))).toEqual([]);
  });

  test("finds unknown and missing names", () => {
    const program = `resource "pinterest_integration_log" "log" {
  event = "APP"

  error {
    title = "FeedError"
  }
}
data "pinterest_shop" "shop" {
}
`;
    expect(problemsWithHcl(program)).toEqual([
      "pinterest_integration_log.event is not a property",
      "pinterest_integration_log.event_type is missing",
      "pinterest_integration_log.log_level is missing",
      "pinterest_integration_log.error.title is not a property",
      "there is no data pinterest_shop",
    ]);
  });
});
