import { fieldNames, integrationFields, isSecretField } from "../../provider/api/fields";
import type { ProviderType } from "../stack/state";
import type { ScriptLanguage } from "./language";
import type { PlannedImport } from "./plan";
import { documentOf } from "./program-text-document";
import { columns, lineWidth, stringLiteral } from "./program-text-literal";
import { secretLines, secretsComment, secretsPrelude } from "./program-text-secrets";
import { propertyLines } from "./program-text-value";

export interface ProgramTextOptions {
  readonly language: ScriptLanguage;
  /** What the program has the package from; the dynamic front end by default. */
  readonly providerType?: ProviderType;
  /** The command that the text's first line names as its maker, without secrets; `pulumi-pinterest import` by default. */
  readonly command?: string;
}

/** The text of a program that declares these integrations, one after the other, in the order of their names. Holds no secret. */
export function programOf(
  plans: readonly PlannedImport[],
  { language, providerType = "dynamic", command = "pulumi-pinterest import" }: ProgramTextOptions,
): string {
  const hasSecrets = plans.some(({ secrets }) => Object.keys(secrets).length > 0);
  const modules = [
    ...(hasSecrets ? [["pulumi", "@pulumi/pulumi"] as const] : []),
    ...(plans.length > 0 ? [["pinterest", modulePaths[providerType]] as const] : []),
  ];
  const sorted = [...plans].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = [
    [`// Created by \`${command.replace(/\s+/g, " ")}\`.`, ...secretsComment(sorted)],
    modules.map(([name, path]) => importLine(name, path, language)),
    hasSecrets ? secretsPrelude(language) : [],
    ...sorted.map(resourceLines),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const modulePaths: Readonly<Record<ProviderType, string>> = {
  dynamic: "pulumi-pinterest",
  plugin: "pulumi-pinterest/native",
};

function importLine(name: string, path: string, language: ScriptLanguage): string {
  return language === "commonjs"
    ? `const ${name} = require("${path}");`
    : `import * as ${name} from "${path}";`;
}

function resourceLines(plan: PlannedImport): string[] {
  const making = "new pinterest.CommerceIntegration(";
  const name = stringLiteral(plan.name);
  const opening = `${making}${name}, {`;
  if (!plan.protect && columns(opening) <= lineWidth) {
    return [opening, ...argumentLines(plan, "  "), "});"];
  }
  return [
    making,
    `  ${name},`,
    "  {",
    ...argumentLines(plan, "    "),
    "  },",
    ...(plan.protect ? ["  { protect: true },"] : []),
    ");",
  ];
}

/** The arguments in the order in which their type declares them. */
function argumentLines({ name, args, secrets }: PlannedImport, indent: string): string[] {
  const fields = fieldNames.flatMap((field) => {
    if (isSecretField(field)) {
      return secrets[field] === undefined ? [] : secretLines(name, field, indent);
    }
    const value = args[field];
    if (value === undefined) {
      return [];
    }
    switch (integrationFields[field].kind) {
      case "expiry":
        return propertyLines(field, value, indent).map((line) => `${line}${dateComment(Number(value))}`);
      case "scopes":
        return propertyLines(field, String(value).split(","), indent);
      case "metadata":
        return propertyLines(field, documentOf(String(value)) ?? value, indent);
      default:
        return propertyLines(field, value, indent);
    }
  });
  return [
    ...propertyLines("externalBusinessId", args.externalBusinessId, indent),
    ...fields,
    ...(args.account === undefined ? [] : propertyLines("account", args.account, indent)),
  ];
}

/** The moment of an expiry, for people, as the end of a line. */
export function dateComment(milliseconds: number, sign = "//"): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "" : ` ${sign} ${date.toISOString()}`;
}
