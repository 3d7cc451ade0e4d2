import { join } from "node:path";
import ts from "typescript";

/** The types and functions that the package declares, with their comments. */
export class Declarations {
  readonly checker: ts.TypeChecker;
  private readonly program: ts.Program;
  private readonly symbols: ReadonlyMap<string, ts.Symbol>;

  /**
   * @param root the directory of the compiled package
   * @param modules the paths of the modules to read, without extensions
   */
  constructor(root: string, modules: readonly string[]) {
    const paths = modules.map((module) => join(root, `${module}.d.ts`));
    const options: ts.CompilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.es2015.d.ts"],
      types: [],
      module: ts.ModuleKind.CommonJS,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      // For every package, because others take long to read too, and the schema does not need them.
      paths: { "*": [join(import.meta.dirname, "sdk.d.ts")] },
    };
    this.program = ts.createProgram(paths, options);
    this.checker = this.program.getTypeChecker();
    this.symbols = new Map(paths.flatMap((path) => this.exportsOf(path)));
  }

  /** @throws Error if no module exports this name */
  exported(name: string): ts.Symbol {
    const found = this.symbols.get(name);
    if (found === undefined) throw new Error(`no module exports ${name}`);
    return found;
  }

  /** The type of an exported interface, or of the instances of an exported class. */
  type(name: string): ts.Type {
    return this.checker.getDeclaredTypeOfSymbol(this.exported(name));
  }

  /** A declaration's comment with its errors and its default, as Markdown. Empty without a comment. */
  description(symbol: ts.Symbol): string {
    const errors = this.tags(symbol, "throws").map((text) => `Fails ${text.replace(/^\w*Error /, "")}`);
    const fallback = this.default(symbol);
    const defaults = fallback === undefined ? [] : [`Default: ${fallback}.`];
    return [this.text(symbol), ...errors, ...defaults].filter(Boolean).join("\n\n");
  }

  /** A declaration's comment without its tags, as Markdown. */
  text(symbol: ts.Symbol): string {
    return markdown(ts.displayPartsToString(symbol.getDocumentationComment(this.checker)));
  }

  /** The default that a declaration's comment names, as Markdown. */
  default(symbol: ts.Symbol): string | undefined {
    return this.tags(symbol, "default")[0]?.replace(/^"(.*)"$/, "`$1`");
  }

  /** The texts of a declaration's tags with this name, as Markdown. */
  tags(symbol: ts.Symbol, tag: string): string[] {
    return symbol
      .getJsDocTags(this.checker)
      .filter(({ name }) => name === tag)
      .map(({ text }) => markdown(ts.displayPartsToString(text)));
  }

  private exportsOf(path: string): [string, ts.Symbol][] {
    const source = this.program.getSourceFile(path);
    const module = source && this.checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${path} is not a module`);
    return this.checker
      .getExportsOfModule(module)
      .map((symbol) => [
        symbol.name,
        symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol,
      ]);
  }
}

/** Removes TypeScript examples, link tags and line breaks within paragraphs. */
function markdown(comment: string): string {
  return comment
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(
      /\{@link\s+([^}\s|]+)(?:[\s|]+([^}]*))?\}/g,
      (_, target, label) => label?.trim() || `\`${target}\``,
    )
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, " "))
    .filter(Boolean)
    .join("\n\n");
}
