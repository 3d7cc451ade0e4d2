import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import ts from "typescript";
import { type FoundIntegration, planImports } from "../../cli/import/plan";
import { programOf } from "../../cli/import/program";
import { oddIntegrations } from "../cli/import/helpers/integrations";
import { examples } from "../plugin/helpers/schema";

const repository = resolve(__dirname, "../..");

function plansOf(found: readonly FoundIntegration[], secrets: "config" | "omit", protect = false) {
  return planImports(found, { secrets, protect });
}

test("imported programs compile with the strictest options", () => {
  const plans = plansOf(oddIntegrations(), "config", true);
  for (const found of [plans, plans.slice(0, 1), plansOf(oddIntegrations(), "omit")]) {
    expect(errorsIn(programOf(found, "typescript", "dynamic"))).toEqual([]);
  }
  expect(errorsIn("const unused = 1;\nexport {};\n")).toHaveLength(1);
}, 120_000);

test("the schema's TypeScript examples compile with the package's types", () => {
  const files = readdirSync(examples, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(examples, file));
  expect(files.length).toBeGreaterThan(0);
  const { config } = ts.readConfigFile(join(repository, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, repository);
  const program = ts.createProgram(files, options);
  const problems = ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file?.fileName.startsWith(examples));
  expect(ts.formatDiagnostics(problems, formatHost)).toBe("");
});

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => repository,
  getNewLine: () => "\n",
};

/** The parsed sources that all programs import. Parsing them takes most of the compiler's time. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The compiler's errors in a program, with this repository's sources as the package. */
function errorsIn(text: string): string[] {
  const file = join(repository, "generated-program.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitReturns: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2024.d.ts"],
    types: ["node"],
    skipLibCheck: true,
    noEmit: true,
    paths: { "pulumi-pinterest": [join(repository, "provider/index.ts")] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.readFile = (path) => (path === file ? text : readFile(path));
  host.getSourceFile = (path, target, ...rest) => {
    if (path === file) return ts.createSourceFile(path, text, target);
    const source = parsed.get(path) ?? getSourceFile(path, target, ...rest);
    parsed.set(path, source);
    return source;
  };
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
