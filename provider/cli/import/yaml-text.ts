import { fieldNames, integrationFields } from "../../pinterest/fields";
import { type PlannedImport, secretNames } from "./plan";
import { dateComment } from "./program-text";
import { secretsComment } from "./program-text-secrets";
import { partnerSecretsKey } from "./secrets-config";
import { yamlExpression, yamlString } from "./yaml-literal";

/** Names that no resource of a program in YAML may have: the engine's own, and that of the configuration. */
export const reservedNames = ["pulumi", partnerSecretsKey] as const;

export interface YamlProgram {
  /** What the first line names as the text's maker, without secrets. */
  readonly command?: string;
  /** The names that the project's file has given already, that of the configuration among them. */
  readonly present?: readonly string[];
}

/** The sections of a program in YAML that declares these integrations, in the order of their names. Holds no secret. */
export function yamlProgramOf(
  plans: readonly PlannedImport[],
  { command = "pulumi-pinterest import", present = [] }: YamlProgram = {},
): string {
  const sorted = [...plans].sort((a, b) => (a.name < b.name ? -1 : 1));
  const comment = [
    `// Made by \`${command.replace(/\s+/g, " ")}\`: sections of Pulumi.yaml.`,
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

/** Which of these sections a program's text has. */
export function sectionsIn(text: string, sections: readonly string[]): string[] {
  return sections.filter((name) => text.includes(`\n${name}:\n`));
}

/**
 * The engine calls this section deprecated, but by `config`, which it offers instead, a text of JSON is no object, and one key for each
 * secret would take a command for each.
 */
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
    const secretName = secretNames.find((secret) => secret === field);
    if (secretName !== undefined) return secrets[secretName] === undefined ? [] : secretLines(name, field);
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
        // Metadata is text here: in a mapping the engine would read `fn::` keys, and lose digits.
        return [`${field}: ${yamlExpression(String(value))}`];
    }
  });
  return [
    `externalBusinessId: ${yamlExpression(args.externalBusinessId)}`,
    ...fields,
    ...(args.account === undefined ? [] : [`account: ${yamlExpression(args.account)}`]),
  ];
}

/** A value alone would be left out where the configuration lacks it, and the field be cleared at Pinterest; a text that is joined fails. */
function secretLines(name: string, field: string): string[] {
  const access = `\${${partnerSecretsKey}[${JSON.stringify(name)}].${field}}`;
  return [`${field}:`, "  fn::join:", '    - ""', `    - [${yamlString(access)}]`];
}
