import type ts from "typescript";
import type { switchValues } from "../../cli/emulator/switch-help.ts";
import type { aboutPreset, PRESET_NAMES } from "../../emulator/presets.ts";
import { defaultOf, textOf } from "../schema/descriptions.mts";
import type { Declarations } from "../schema/program.mts";
import { code, page, prose, type Row, table } from "./markdown.mts";

interface Exports {
  readonly aboutPreset: typeof aboutPreset;
  readonly presetNames: typeof PRESET_NAMES;
  readonly switchValues: typeof switchValues;
}

/** The faults and switches of the emulator, from their types. */
export function emulatorPage(
  { aboutPreset, presetNames, switchValues }: Exports,
  declarations: Declarations,
): string {
  const { checker } = declarations;
  const described = (name: string) => prose(textOf(declarations.exported(name), checker));
  const actions = declarations.type("FaultAction") as ts.UnionType;
  return page(
    "Emulator",
    prose(
      "For how to start the emulator, and how to set faults and switches, see [emulator](../../emulator/README.md).",
    ),
    "## Faults",
    prose(
      "A fault has a kind with its properties, and conditions. The first armed fault that applies to a request fires.",
    ),
    ...actions.types.flatMap((action) => [
      `### ${action.symbol.name}`,
      prose(textOf(action.symbol, checker)),
      properties(action, checker, "property"),
    ]),
    "### Conditions",
    described("FaultMatch"),
    properties(declarations.type("FaultMatch"), checker, "condition"),
    "## Presets",
    table(presetNames.map((name) => ({ preset: code(name), answer: aboutPreset(name) }))),
    "## Switches",
    described("Switches"),
    table(
      checker.getPropertiesOfType(declarations.type("Switches")).map((symbol) => ({
        switch: code(symbol.name),
        values: switchValues[symbol.name as keyof typeof switchValues],
        default: defaultOf(symbol, checker) ?? "",
        meaning: textOf(symbol, checker),
      })),
    ),
    "## Your own rate limits",
    described("RateWindows"),
    prose(textOf(declarations.exported("RateWindow"), checker)),
    properties(declarations.type("RateWindow"), checker, "property"),
  );
}

function properties(type: ts.Type, checker: ts.TypeChecker, title: string): string {
  const rows = checker.getPropertiesOfType(type).map(
    (symbol): Row => ({
      [title]: code(symbol.name),
      type: code(typeText(symbol)),
      default: defaultOf(symbol, checker) ?? "",
      meaning: textOf(symbol, checker),
    }),
  );
  return table(rows);
}

/** The type as it is declared. */
function typeText({ name, valueDeclaration }: ts.Symbol): string {
  const { type } = valueDeclaration as ts.PropertySignature;
  if (type === undefined) throw new Error(`${name} has no type`);
  return type.getText().replace(/ \| undefined$/, "");
}
