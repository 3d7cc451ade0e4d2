import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { examples, functionOf, resourceOf, schema } from "./helpers/schema";
import { problemsWithYaml } from "./helpers/yaml-example";

const files = readdirSync(examples, { recursive: true }).map(String).sort();
const filesWith = (extension: string) => files.filter((file) => file.endsWith(extension));

test("resources, functions and the provider have examples in three languages", () => {
  const described = [...Object.keys(schema.resources), ...Object.keys(schema.functions), "Provider"].map(
    (token) => token.split(":").at(-1),
  );
  expect(new Set(filesWith(".ts").map((file) => file.split("/")[0]))).toEqual(new Set(described));
  const names = (extension: string) => filesWith(extension).map((file) => file.slice(0, -extension.length));
  expect(names(".py")).toEqual(names(".ts"));
  expect(names(".yaml")).toEqual(names(".ts"));
});

test("descriptions contain examples with titles", () => {
  const descriptions = [
    schema.provider,
    ...Object.values(schema.resources),
    ...Object.values(schema.functions),
  ].map(({ description = "" }) => description);
  const all = descriptions.join("\n");
  expect(all.match(/^\{\{% example %\}\}\n\n### \w/gm)).toHaveLength(filesWith(".ts").length);
  for (const language of ["typescript", "python", "yaml"]) {
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
