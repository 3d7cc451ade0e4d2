import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import type typescript from "typescript";
import { ifPossible } from "../../provider/base/files";
import { withJsonEscapes } from "../../provider/base/visible";
import type { ProjectFile } from "../../stack/project-file";
import {
  type Computed,
  collectionOf,
  type Dialect,
  type Entry,
  entryOf,
  type Literal,
  removeBetweenCommas,
  type ScalarLiteral,
} from "./literals";
import { type Found, readSource, refusingSource, type Source, type SourceFile } from "./sources";

type TypeScript = typeof typescript;

/** The class of integrations, in all packages that export it. */
const className = "CommerceIntegration";

/** The TypeScript or JavaScript program of a project, parsed with the project's own compiler. */
export function scriptSource(directory: string, { entry, programDirectory }: ProjectFile): Source {
  const ts = typescriptOf(programDirectory ?? directory);
  if (ts === undefined) {
    return refusingSource("the project has no package `typescript` with a JavaScript API");
  }
  const { config = { files: [] } } = ts.readConfigFile(join(directory, "tsconfig.json"), ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, directory);
  const roots = entry === undefined ? fileNames : [entry];
  const files = reachableFrom(ts, roots, options).filter(
    ({ path }) => !generated.test(relative(directory, path)),
  );
  const missing = `no \`new ${className}(…)\` has its name as a literal`;
  return { files, read: (file) => declarationsIn(ts, file), missing };
}

/** The project's compiler, or the one that `@pulumi/pulumi` contains for projects without one. */
function typescriptOf(directory: string): TypeScript | undefined {
  const load = createRequire(join(directory, "index.js"));
  const ofPulumi = "@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js";
  for (const name of ["typescript", ofPulumi]) {
    const ts = ifPossible(() => load(name) as Partial<TypeScript>);
    if (typeof ts?.createSourceFile === "function") return ts as TypeScript;
  }
  return undefined;
}

/** The files that a program imports, outside of packages. */
function reachableFrom(
  ts: TypeScript,
  roots: readonly string[],
  configured: typescript.CompilerOptions,
): SourceFile[] {
  // Compilers before 5.0 lack `Bundler`, which finds files with and without extension.
  const { Bundler, NodeJs = 2 } = ts.ModuleResolutionKind as unknown as Partial<Record<string, number>>;
  const options = { ...configured, allowJs: true, moduleResolution: Bundler ?? NodeJs };
  const files = new Map<string, SourceFile>();
  const queue = [...roots];
  for (const found of queue) {
    // On Windows, the compiler's paths have slashes.
    const path = resolve(found);
    const file = files.has(path) ? undefined : ifPossible(() => readSource(path));
    if (file === undefined) continue;
    files.set(path, file);
    for (const { name } of modulesIn(ts, parse(ts, file))) {
      const { resolvedModule } = ts.resolveModuleName(name, path, options, ts.sys);
      if (resolvedModule === undefined || resolvedModule.isExternalLibraryImport) continue;
      if (/\.[cm]?[jt]sx?$/.test(resolvedModule.resolvedFileName))
        queue.push(resolvedModule.resolvedFileName);
    }
  }
  return [...files.values()];
}

/** The files that are parsed already. Their imports and their declarations are read separately. */
const parsed = new WeakMap<SourceFile, typescript.SourceFile>();

function parse(ts: TypeScript, file: SourceFile): typescript.SourceFile {
  const source = parsed.get(file) ?? ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  parsed.set(file, source);
  return source;
}

/** A module that a file loads. */
interface LoadedModule {
  readonly name: string;
  /** The file's names for the module, and for its exports. */
  readonly locals: readonly (readonly [local: string, imported?: string])[];
}

/** The modules that a file loads. `ts.preProcessFile` finds none after a template literal with `${…}`. */
function modulesIn(ts: TypeScript, source: typescript.SourceFile): LoadedModule[] {
  const modules: LoadedModule[] = [];
  const add = (specifier: typescript.Node | undefined, locals: LoadedModule["locals"] = []) => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier))
      modules.push({ name: specifier.text, locals });
  };
  const visit = (node: typescript.Node): void => {
    ts.forEachChild(node, visit);
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importedNames(ts, node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node.moduleReference.expression, [[node.name.text]]);
    else if (ts.isVariableDeclaration(node) && node.initializer !== undefined)
      add(loadedModule(ts, node.initializer), declaredNames(ts, node.name));
    else add(loadedModule(ts, node));
  };
  visit(source);
  return modules;
}

function importedNames(ts: TypeScript, node: typescript.ImportDeclaration): LoadedModule["locals"] {
  const { name, namedBindings } = node.importClause ?? {};
  const whole = [name, namedBindings && ts.isNamespaceImport(namedBindings) ? namedBindings.name : undefined];
  const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return [
    ...whole.flatMap((each) => (each === undefined ? [] : [[each.text] as const])),
    ...named.map((each) => [each.name.text, (each.propertyName ?? each.name).text] as const),
  ];
}

function declaredNames(ts: TypeScript, name: typescript.BindingName): LoadedModule["locals"] {
  if (ts.isIdentifier(name)) return [[name.text]];
  return name.elements.flatMap((element) => {
    if (!ts.isBindingElement(element) || !ts.isIdentifier(element.name)) return [];
    return [[element.name.text, (element.propertyName ?? element.name).getText()] as const];
  });
}

/** A path with a directory of compiled files or packages. */
const generated = /(?:^|[\\/])(?:node_modules|bin|build|dist|out)[\\/]/;

function declarationsIn(ts: TypeScript, file: SourceFile): [name: string, found: Found][] {
  const source = parse(ts, file);
  const { parseDiagnostics = [] } = source as { parseDiagnostics?: readonly unknown[] };
  const found: [string, Found][] = [];
  const classes = classNames(ts, source);
  const visit = (node: typescript.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isNewExpression(node)) return;
    const [name, given] = node.arguments ?? [];
    const isClass = classes.has(node.expression.getText());
    if (!isClass && !node.expression.getText().endsWith(className)) return;
    if (name === undefined || !ts.isStringLiteralLike(name)) return;
    const start = node.getStart();
    const problem =
      parseDiagnostics.length > 0
        ? "the file has syntax that the project's TypeScript cannot parse"
        : isClass
          ? (problemWithPlace(ts, node) ?? problemWithArguments(ts, given))
          : "its class is not imported from a package";
    if (problem !== undefined) {
      found.push([name.text, { reason: problem, file, start }]);
      return;
    }
    const literal = given as typescript.ObjectLiteralExpression;
    const entries = literal.properties.map((property) => propertyOf(ts, property));
    found.push([name.text, { file, start, entries, dialect: scriptDialect }]);
  };
  visit(source);
  return found;
}

/** The expressions that name the class in a file, such as `pinterest.CommerceIntegration`, from packages only. */
function classNames(ts: TypeScript, source: typescript.SourceFile): Set<string> {
  const locals = modulesIn(ts, source).flatMap((module) => (/^[./]/.test(module.name) ? [] : module.locals));
  return new Set(
    locals.flatMap(([local, imported]) =>
      imported === undefined ? [`${local}.${className}`] : imported === className ? [local] : [],
    ),
  );
}

/** The specifier of `require("…")` or `await import("…")`. */
function loadedModule(ts: TypeScript, node: typescript.Node): typescript.Expression | undefined {
  const call = ts.isAwaitExpression(node) ? node.expression : node;
  if (!ts.isCallExpression(call)) return undefined;
  const callee = call.expression;
  const isLoad = callee.kind === ts.SyntaxKind.ImportKeyword || callee.getText() === "require";
  return isLoad ? call.arguments[0] : undefined;
}

/** Why a declaration may be executed several times. */
function problemWithPlace(ts: TypeScript, declaration: typescript.Node): string | undefined {
  for (let node = declaration.parent; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isIterationStatement(node, false)) return "it is declared in a loop";
    if (ts.isClassLike(node)) return "it is declared in a class";
    if (ts.isFunctionLike(node) && !isProgramFunction(ts, node)) return "it is declared in a function";
  }
  return undefined;
}

/** Whether a function is the program: exported as the module itself, or called where it is defined. */
function isProgramFunction(ts: TypeScript, node: typescript.Node): boolean {
  let child = node;
  while (ts.isParenthesizedExpression(child.parent)) child = child.parent;
  const { parent } = child;
  if (ts.isExportAssignment(parent)) return true;
  if (ts.isCallExpression(parent)) return parent.expression === child;
  return ts.isBinaryExpression(parent) && parent.left.getText() === "module.exports";
}

function problemWithArguments(ts: TypeScript, given: typescript.Expression | undefined): string | undefined {
  if (given === undefined || !ts.isObjectLiteralExpression(given))
    return "its arguments are not an object literal";
  if (given.properties.some((each) => ts.isSpreadAssignment(each)))
    return "its arguments have a spread (`...`)";
  const isComputed = given.properties.some(({ name }) => name === undefined || keyOf(ts, name) === undefined);
  return isComputed ? "its arguments have computed names" : undefined;
}

function keyOf(ts: TypeScript, name: typescript.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)
    ? name.text
    : undefined;
}

function propertyOf(ts: TypeScript, property: typescript.ObjectLiteralElementLike): Entry {
  const start = property.getStart();
  const key = (property.name && keyOf(ts, property.name)) ?? "";
  if (ts.isPropertyAssignment(property)) return entryOf(key, literalOf(ts, property.initializer), start);
  const what = ts.isShorthandPropertyAssignment(property) ? "a variable" : "a function";
  return entryOf(key, { kind: "computed", what, start, end: property.getEnd() });
}

const constants: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

function literalOf(ts: TypeScript, node: typescript.Expression): Literal | Computed {
  const range = { start: node.getStart(), end: node.getEnd() };
  const text = node.getText();
  const scalar = (value: ScalarLiteral["value"], quote = ""): Literal => ({
    kind: "scalar",
    value,
    quote,
    ...range,
  });
  if (Object.hasOwn(constants, text)) return scalar(constants[text] as boolean | null);
  if (ts.isStringLiteralLike(node)) return scalar(node.text, text.charAt(0));
  if (ts.isNumericLiteral(node)) return scalar(Number(node.text));
  if (ts.isArrayLiteralExpression(node)) {
    const items = node.elements.map((element) => entryOf("", literalOf(ts, element)));
    return collectionOf("sequence", range, items);
  }
  if (
    ts.isObjectLiteralExpression(node) &&
    node.properties.every(({ name }) => name !== undefined && keyOf(ts, name) !== undefined)
  ) {
    const entries = node.properties.map((each) => propertyOf(ts, each));
    return collectionOf("mapping", range, entries);
  }
  const what = ts.isIdentifier(node) ? "a variable" : ts.isCallExpression(node) ? "a call" : "an expression";
  return { kind: "computed", what, ...range };
}

/** JSON is JavaScript, except for the key `__proto__`, which metadata as an object cannot have. */
function literal(value: unknown): string {
  return withJsonEscapes(JSON.stringify(value));
}

const scriptDialect: Dialect = {
  scalar: (value, { quote }) => {
    const json = literal(value);
    if (typeof value !== "string" || quote === '"' || quote === "") return json;
    const inner = json.slice(1, -1).replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`);
    return quote + (quote === "`" ? inner.replaceAll("${", "\\${") : inner) + quote;
  },
  inline: (value) => (typeof value === "object" && value !== null ? inlineScript(value) : literal(value)),
  key: (name) => (/^[a-z_$][\w$]*$/i.test(name) ? name : literal(name)),
  remove: removeBetweenCommas,
};

function inlineScript(value: object): string {
  if (Array.isArray(value)) return `[${value.map(scriptDialect.inline).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${scriptDialect.key(key)}: ${scriptDialect.inline(item)}`,
  );
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
