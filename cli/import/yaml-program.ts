import { fieldNames, integrationFields, isSecretField } from "../../provider/api/fields";
import { escapeHidden, visible } from "../text/visible";
import { type PlannedImport, partnerSecretsKey } from "./plan";
import { dateComment, secretsComment } from "./program";

/** Names that a resource of a YAML program must not have: the engine's own, and the configuration key. */
export const reservedNames = ["pulumi", partnerSecretsKey] as const;

export interface YamlProgramOptions {
  /** The command that the first line names, without secrets. @default "pulumi-pinterest import" */
  readonly command?: string;
  /** The names in Pulumi.yaml, including configuration keys. */
  readonly present?: readonly string[];
}

/** The sections of a YAML program that declares these integrations, sorted by name. They contain no secret. */
export function yamlProgramOf(
  plans: readonly PlannedImport[],
  { command = "pulumi-pinterest import", present = [] }: YamlProgramOptions = {},
): string {
  const sorted = [...plans].sort((a, b) => (a.name < b.name ? -1 : 1));
  const head = [
    `Created by \`${command.replace(/\s+/g, " ")}\`: sections of Pulumi.yaml.`,
    ...secretsComment(sorted),
  ];
  const needsSecrets = sorted.some(({ secrets }) => Object.keys(secrets).length > 0);
  const parts = [
    head.map((line) => `# ${line}`.trimEnd()),
    needsSecrets && !present.includes(partnerSecretsKey) ? secretsSection : [],
    sorted.length === 0 ? [] : ["resources:", ...sorted.flatMap(resourceLines)],
  ];
  const texts = parts.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${texts.join("\n\n")}\n`;
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
    const value = args[field];
    if (value === undefined) return [];
    switch (integrationFields[field].kind) {
      case "expiry":
        return [`${field}: ${value}${dateComment(Number(value), "#")}`];
      case "scopes": {
        const scopes = String(value).split(",");
        return [`${field}:`, ...scopes.map((scope) => `  - ${yamlExpression(scope)}`)];
      }
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

/** A string for a YAML program, in which `${…}` is an expression and `$$` a dollar sign. */
function yamlExpression(text: string): string {
  return yamlString(text.replaceAll("$", "$$$$"));
}

/** A YAML string in quotes, with invisible characters escaped. Single quotes are used if that saves escapes. */
function yamlString(text: string): string {
  if (visible(text) === text && /["\\]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  // YAML reads a surrogate pair, as in JSON, as two characters.
  return escapeHidden(JSON.stringify(text), (code) =>
    code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`,
  );
}
