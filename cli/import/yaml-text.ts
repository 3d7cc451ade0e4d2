import { fieldNames, integrationFields, isSecretField } from "../../provider/api/fields";
import { partnerSecretsKey } from "./partner-secrets";
import type { PlannedImport } from "./plan";
import { dateComment } from "./program-text";
import { hiddenCharacters } from "./program-text-literal";
import { secretsComment } from "./program-text-secrets";

/** Names that a resource of a YAML program must not have: the engine's own, and the configuration key. */
export const reservedNames = ["pulumi", partnerSecretsKey] as const;

export interface YamlProgram {
  /** The command that the first line names, without secrets. */
  readonly command?: string;
  /** The names in Pulumi.yaml, including configuration keys. */
  readonly present?: readonly string[];
}

/** The sections of a YAML program that declares these integrations, sorted by name. They contain no secret. */
export function yamlProgramOf(
  plans: readonly PlannedImport[],
  { command = "pulumi-pinterest import", present = [] }: YamlProgram = {},
): string {
  const sorted = [...plans].sort((a, b) => (a.name < b.name ? -1 : 1));
  const comment = [
    `// Created by \`${command.replace(/\s+/g, " ")}\`: sections of Pulumi.yaml.`,
    ...secretsComment(sorted),
  ].map((line) => line.replace(/^\/\//, "#"));
  const parts = [
    comment,
    !present.includes(partnerSecretsKey) && sorted.some(({ secrets }) => Object.keys(secrets).length > 0)
      ? secretsSection
      : [],
    sorted.length === 0 ? [] : ["resources:", ...sorted.flatMap(resourceLines)],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** Those of the sections that a program's text contains. */
export function sectionsIn(text: string, sections: readonly string[]): string[] {
  return sections.filter((name) => text.includes(`\n${name}:\n`));
}

/** The engine recommends `config` instead, but that does not support an object in JSON. */
const secretsSection = ["configuration:", `  ${partnerSecretsKey}:`, "    type: object", "    secret: true"];

function resourceLines(plan: PlannedImport): string[] {
  return [
    `  ${yamlString(plan.name)}:`,
    "    type: pinterest:CommerceIntegration",
    "    properties:",
    ...propertyLines(plan).map((line) => `      ${line}`),
    ...(plan.protect ? ["    options:", "      protect: true"] : []),
  ];
}

function propertyLines({ name, args, secrets }: PlannedImport): string[] {
  const fields = fieldNames.flatMap((field) => {
    if (isSecretField(field)) return secrets[field] === undefined ? [] : secretLines(name, field);
    const value = args[field as keyof typeof args];
    if (value === undefined) return [];
    switch (integrationFields[field].kind) {
      case "expiry":
        return [`${field}: ${value}${dateComment(Number(value), "#")}`];
      case "scopes":
        return [
          `${field}:`,
          ...String(value)
            .split(",")
            .map((scope) => `  - ${yamlExpression(scope)}`),
        ];
      default:
        // A string, because in a mapping the engine would interpret `fn::` keys and lose digits.
        return [`${field}: ${yamlExpression(String(value))}`];
    }
  });
  return [
    `externalBusinessId: ${yamlExpression(args.externalBusinessId)}`,
    ...fields,
    ...(args.account === undefined ? [] : [`account: ${yamlExpression(args.account)}`]),
  ];
}

/** The join fails if the configuration lacks the value. Without it, YAML omits the property, and the update clears the field. */
function secretLines(name: string, field: string): string[] {
  const access = `\${${partnerSecretsKey}[${JSON.stringify(name)}].${field}}`;
  return [`${field}:`, "  fn::join:", '    - ""', `    - [${yamlString(access)}]`];
}

/** A YAML string in quotes, with invisible characters escaped. Single quotes are used if that saves escapes. */
export function yamlString(text: string): string {
  const hidden = text.search(hiddenCharacters) >= 0;
  if (!hidden && /["\\]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  const inside = text.replace(/["\\]/g, "\\$&").replace(hiddenCharacters, escaped);
  return `"${inside}"`;
}

/** A string for a YAML program, in which `${…}` is an expression and `$$` a dollar sign. */
export function yamlExpression(text: string): string {
  return yamlString(text.replaceAll("$", "$$$$"));
}

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  // YAML reads a surrogate pair, as in JSON, as two characters.
  return (
    shortEscapes[character] ?? (code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`)
  );
}
