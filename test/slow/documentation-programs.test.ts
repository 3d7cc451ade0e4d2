import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import ts from "typescript";

const repository = resolve(__dirname, "../..");

/** The first lines of a program, for blocks that continue an earlier one. */
const imports = 'import * as pulumi from "@pulumi/pulumi";\nimport * as pinterest from "pulumi-pinterest";\n';

const documents = ["README.md", "emulator/README.md", ...list("docs", /\.md$/)];
const examples = list("examples", /^[\w-]+\/[\w.-]+\.ts$/);

/** The options with which Pulumi type-checks programs (`cmd/run/run.js` in its Node.js SDK). */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2020,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  paths: sources(),
};

/** The sources of the package's entry points, so that programs are not compiled against an older build. */
function sources(): ts.MapLike<string[]> {
  type Conditions = { readonly types: string } | { readonly require: { readonly types: string } } | string;
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  return Object.fromEntries(
    Object.entries<Conditions>(manifest.exports).flatMap(([entry, conditions]) => {
      if (typeof conditions === "string") return [];
      const { types } = "require" in conditions ? conditions.require : conditions;
      const source = types.replace("dist/", "").replace(".d.ts", ".ts");
      return [[join("pulumi-pinterest", entry), [join(repository, source)]]];
    }),
  );
}

test("every TypeScript program in the documentation and every example compiles", () => {
  const programs = documents.flatMap(programsIn);
  expect(programs.length).toBeGreaterThan(8);
  expect(examples.length).toBeGreaterThan(5);
  const wrong = { path: join(repository, "wrong.mts"), text: 'const count: number = "one";\nexport {};\n' };
  const { errors, builds } = compile([...programs, wrong], examples);
  expect(builds).toEqual([]);
  expect(errors).toEqual(["wrong.mts: Type 'string' is not assignable to type 'number'."]);
});

interface Program {
  readonly path: string;
  readonly text: string;
}

/** Lists files in a directory of the repository whose relative paths match `pattern`. */
function list(directory: string, pattern: RegExp): string[] {
  return readdirSync(join(repository, directory), { recursive: true, encoding: "utf8" })
    .filter((path) => pattern.test(path))
    .map((path) => join(directory, path));
}

/** The TypeScript blocks of a document, except blocks that import files that a command creates. */
function programsIn(document: string): Program[] {
  const markdown = readFileSync(join(repository, document), "utf8");
  const blocks = [...markdown.matchAll(/^( *)```(?:typescript|ts)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent, text = ""]) => text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
  return blocks.flatMap((text, index) =>
    /^import "\.\//m.test(text)
      ? []
      : [
          {
            // ES modules allow top-level `await`.
            path: join(repository, document, `../block-${index + 1}-of-${document.replaceAll("/", "-")}.mts`),
            text: /^import /m.test(text) ? text : imports + text,
          },
        ],
  );
}

/** Compiles programs and files of the repository. @returns the errors, and the files of a build that were read */
function compile(programs: readonly Program[], files: readonly string[]) {
  const texts = new Map(programs.map(({ path, text }) => [path, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? getSourceFile(path, target, ...rest)
      : ts.createSourceFile(path, text, target);
  };
  const roots = [...texts.keys(), ...files.map((path) => join(repository, path))];
  const program = ts.createProgram(roots, options, host);
  const diagnostics = roots.flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  const errors = diagnostics.map(
    ({ file, messageText }) =>
      `${relative(repository, file?.fileName ?? "")}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
  );
  const read = program.getSourceFiles().map(({ fileName }) => relative(repository, fileName));
  return { errors, builds: read.filter((path) => path.startsWith("dist/")) };
}
