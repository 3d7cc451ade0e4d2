import type * as keys from "../../provider/config/keys.ts";
import { defaultOf, textOf } from "../schema/descriptions.mts";
import type { Declarations } from "../schema/program.mts";
import { code, page, prose, table } from "./markdown.mts";
import { type PackageSchema, typeSection, typesUsedBy, typeText } from "./properties.mts";

/** The table of configuration keys. */
export type KeyTable = Pick<
  typeof keys,
  "configurationKeyNames" | "rowOf" | "environmentVariable" | "fullKey"
>;

/** All keys of the configuration. */
export function configurationPage(
  { configurationKeyNames, rowOf, environmentVariable, fullKey }: KeyTable,
  schema: PackageSchema,
  declarations: Declarations,
): string {
  const { checker } = declarations;
  const { variables } = schema.config;
  const rows = configurationKeyNames.map((key) => {
    const symbol = declarations.type("ProviderArgs").getProperty(key);
    const property = variables[key];
    if (symbol === undefined || property === undefined)
      throw new Error(`${key} is not an argument of Provider`);
    return {
      key: code(fullKey(key)),
      "environment variable": code(environmentVariable(key)),
      type: typeText(property, schema),
      default: defaultOf(symbol, checker) ?? "",
      secret: rowOf(key).secret ? "yes" : "",
      meaning: textOf(symbol, checker),
    };
  });
  return page(
    "Configuration keys",
    prose(
      "For how to set a key, and which value wins, see [configuration](../configuration.md). An explicit provider takes the names without " +
        "`pinterest:` as arguments.",
    ),
    table(rows),
    ...typesUsedBy(Object.values(variables), schema).map((name) => typeSection(name, schema)),
  );
}
