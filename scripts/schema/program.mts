import { dirname, join } from "node:path";
import ts from "typescript";

/** Of Pulumi's SDK only what the declarations are wrapped in counts here; reading the real one takes most of a second. */
const sdk = `
  export interface Input<T> { readonly wrapped: T }
  export interface Output<T> { readonly wrapped: T }
  export type Unwrap<T> = T;
  export type Inputs = Record<string, unknown>;
  export interface InvokeOptions {}
  export interface InvokeOutputOptions {}
  export interface ResourceOptions {}
  export interface CustomResourceOptions {}
  export declare class CustomResource {}
  export declare class ProviderResource {}
`;

/** The types and functions that the package declares. */
export class Declarations {
  readonly checker: ts.TypeChecker;
  private readonly program: ts.Program;
  private readonly symbols: ReadonlyMap<string, ts.Symbol>;

  /**
   * @param root where the compiled package is.
   * @param modules those of its modules that are read, as paths without extensions.
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
    };
    this.program = ts.createProgram(paths, options, hostWithSdk(options, join(root, "sdk.d.ts")));
    this.checker = this.program.getTypeChecker();
    this.symbols = new Map(paths.flatMap((path) => this.exportsOf(path)));
  }

  /** What one of the modules exports by a name. */
  exported(name: string): ts.Symbol {
    const found = this.symbols.get(name);
    if (found === undefined) throw new Error(`nothing is exported by the name ${name}`);
    return found;
  }

  /** An exported interface, or the instances of an exported class. */
  type(name: string): ts.Type {
    return this.checker.getDeclaredTypeOfSymbol(this.exported(name));
  }

  private exportsOf(path: string): [string, ts.Symbol][] {
    const source = this.program.getSourceFile(path);
    const module = source && this.checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${path} is no module`);
    return this.checker
      .getExportsOfModule(module)
      .map((symbol) => [
        symbol.name,
        symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol,
      ]);
  }
}

function hostWithSdk(options: ts.CompilerOptions, sdkPath: string): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  return {
    ...host,
    fileExists: (path) => path === sdkPath || fileExists(path),
    readFile: (path) => (path === sdkPath ? sdk : readFile(path)),
    getSourceFile: (path, ...rest) =>
      path === sdkPath
        ? ts.createSourceFile(path, sdk, ts.ScriptTarget.ES2023)
        : getSourceFile(path, ...rest),
    resolveModuleNameLiterals: (literals, importer) =>
      literals.map(({ text }) => {
        const resolvedFileName =
          text === "@pulumi/pulumi"
            ? sdkPath
            : text.startsWith(".")
              ? declarationsAt(join(dirname(importer), text), fileExists)
              : undefined;
        return {
          resolvedModule: resolvedFileName && { resolvedFileName, extension: ts.Extension.Dts },
        } as ts.ResolvedModuleWithFailedLookupLocations;
      }),
  };
}

function declarationsAt(path: string, exists: (path: string) => boolean): string | undefined {
  return [`${path}.d.ts`, join(path, "index.d.ts")].find(exists);
}
