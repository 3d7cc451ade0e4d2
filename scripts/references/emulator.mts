import type ts from "typescript";
import type { switchValues } from "../../cli/emulator/switch-help.ts";
import type { aboutPreset, PRESET_NAMES } from "../../emulator/presets.ts";
import type { Declarations } from "../schema/program.mts";
import { code, page, prose, type Row, table } from "./markdown.mts";

type Presets = { readonly aboutPreset: typeof aboutPreset; readonly presetNames: typeof PRESET_NAMES };

/** The faults of the emulator and their presets, from the faults' types. */
export function faultsPage({ aboutPreset, presetNames }: Presets, declarations: Declarations): string {
  const actions = declarations.type("FaultAction") as ts.UnionType;
  return page(
    "Faults of the emulator",
    prose("For how to arm faults, see [emulator](../../emulator/README.md#faults)."),
    prose(
      "A fault has a kind with its properties, and conditions. The first armed fault that applies to a request fires.",
    ),
    "## Kinds",
    ...actions.types.flatMap((action) => [
      `### ${action.symbol.name}`,
      prose(declarations.text(action.symbol)),
      properties(action, declarations, "property"),
    ]),
    "## Conditions",
    described("FaultMatch", declarations),
    properties(declarations.type("FaultMatch"), declarations, "condition"),
    "## Presets",
    table(presetNames.map((name) => ({ preset: code(name), answer: aboutPreset(name) }))),
  );
}

/** The switches of the emulator, from their types. */
export function switchesPage(values: typeof switchValues, declarations: Declarations): string {
  return page(
    "Switches of the emulator",
    prose("For how to set switches, see [emulator](../../emulator/README.md#switches)."),
    described("Switches", declarations),
    table(
      declarations
        .type("Switches")
        .getProperties()
        .map((symbol) => ({
          switch: code(symbol.name),
          values: values[symbol.name as keyof typeof values],
          default: declarations.default(symbol) ?? "",
          meaning: declarations.text(symbol),
        })),
    ),
    "## Your own rate limits",
    described("RateWindows", declarations),
    described("RateWindow", declarations),
    properties(declarations.type("RateWindow"), declarations, "property"),
  );
}

function described(name: string, declarations: Declarations): string {
  return prose(declarations.text(declarations.exported(name)));
}

function properties(type: ts.Type, declarations: Declarations, title: string): string {
  const rows = type.getProperties().map(
    (symbol): Row => ({
      [title]: code(symbol.name),
      type: code(typeText(symbol)),
      default: declarations.default(symbol) ?? "",
      meaning: declarations.text(symbol),
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
