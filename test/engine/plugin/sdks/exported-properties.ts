import ts from "typescript";

/** The properties of the exported classes and interfaces, and whether they are optional, by the name of the type. */
export function propertiesIn(
  program: ts.Program,
  file: string,
): Record<string, Record<string, "optional" | "required">> {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} has no exports`);
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  return Object.fromEntries(
    exported
      .filter(
        ({ flags }) => flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias),
      )
      .map((symbol) => {
        const properties = checker.getDeclaredTypeOfSymbol(symbol).getProperties();
        const named = properties.filter(
          ({ name, flags }) => !name.startsWith("__") && !(flags & ts.SymbolFlags.Method),
        );
        return [
          symbol.name,
          Object.fromEntries(
            named.map(
              ({ name, flags }) => [name, flags & ts.SymbolFlags.Optional ? "optional" : "required"] as const,
            ),
          ),
        ];
      }),
  );
}
