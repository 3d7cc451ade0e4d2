import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { examples, repository, schema } from "./helpers/schema";

const guide = readFileSync(join(repository, "docs/python.md"), "utf8");
const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-python-"));

afterAll(() => rmSync(directory, { recursive: true }));

const files = [
  ...readdirSync(examples, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".py"))
    .map((file) => join(examples, file)),
  ...[...guide.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(([, text = ""], index) => {
    const file = join(directory, `guide-${index + 1}.py`);
    writeFileSync(file, text);
    return file;
  }),
];

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
  /** Keywords whose value is a list. */
  lists: string[];
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

  const usesIn = (...programs: string[]) =>
    python(join(__dirname, "helpers/calls.py"), ...programs)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Use);

  // Pulumi's Python SDK converts a list only if its type is not a union.
  test("pass no list to a resource if the property can also be a string", () => {
    const withLists = Object.entries(schema.resources).flatMap(([token, { inputProperties }]) =>
      Object.entries(inputProperties)
        .filter(([, { oneOf = [] }]) => oneOf.some(({ type }) => type === "array"))
        .map(([name]) => `${nameOf(token)} ${snake(name)}`),
    );
    expect(withLists).toContain("CommerceIntegration scopes");
    const lists = usesIn(...files).flatMap(({ name, lists }) => lists.map((list) => `${name} ${list}`));
    expect(lists).toContain("IntegrationLog triggers");
    expect(lists.filter((list) => withLists.includes(list))).toEqual([]);
  });

  test("use only names of the schema", () => {
    const uses = usesIn(...files);
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
