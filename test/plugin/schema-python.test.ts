import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { examples, schema } from "./helpers/schema";

const files = readdirSync(examples, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".py"))
  .map((file) => join(examples, file));

const hasPython = spawnSync("python3", ["--version"]).status === 0;

function python(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("python3", args, {
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

interface Use {
  name: string;
  called: boolean;
  keywords: string[];
}

/** The name of a property or function in a generated Python SDK. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The keyword arguments of each Python name, or the members of an enumeration. */
const known = new Map<string, string[]>([
  ["Provider", [...argumentsOf(schema.provider.inputProperties), "opts"]],
  ...Object.entries(schema.resources).map(([token, { inputProperties }]): [string, string[]] => [
    nameOf(token),
    [...argumentsOf(inputProperties), "opts"],
  ]),
  ...Object.entries(schema.functions).flatMap(([token, { inputs }]): [string, string[]][] =>
    ["", "_output"].map((form) => [snake(nameOf(token)) + form, argumentsOf(inputs.properties)]),
  ),
  ...Object.entries(schema.types).map(([token, { properties, enum: choices }]): [string, string[]] =>
    choices ? [nameOf(token), []] : [`${nameOf(token)}Args`, argumentsOf(properties)],
  ),
]);

function argumentsOf(properties: object): string[] {
  return Object.keys(properties).map(snake);
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? "";
}

if (!hasPython) {
  test.skip("Python examples: python3 is not on PATH", () => {});
}

(hasPython ? describe : describe.skip)("Python examples", () => {
  test("are valid Python", () => {
    const compile = "import sys; [compile(open(file).read(), file, 'exec') for file in sys.argv[1:]]";
    expect(python("-c", compile, ...files)).toBe("");
  });

  test("use only names of the schema", () => {
    const lines = python(join(__dirname, "helpers/calls.py"), ...files)
      .trim()
      .split("\n");
    const uses = lines.map((line) => JSON.parse(line) as Use);
    expect(uses.length).toBeGreaterThanOrEqual(files.length);
    for (const { name, called, keywords } of uses) {
      expect([...known.keys()]).toContain(name);
      expect(keywords.filter((keyword) => !known.get(name)?.includes(keyword))).toEqual([]);
      if (!called) expect(choicesOf(name)).toBeDefined();
    }
  });
});

function choicesOf(name: string): unknown {
  return schema.types[`${schema.name}:index:${name}`]?.enum;
}
