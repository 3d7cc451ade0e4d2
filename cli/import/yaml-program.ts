import { escapeHidden, visible } from "../text/visible";
import { type PlannedImport, partnerSecretsKey } from "./plan";
import { type ArgumentSyntax, argumentLines, dateComment, hasSecrets, headComment } from "./program";

/** Names that a resource of a YAML program must not have: the engine's own, and the configuration key. */
export const reservedNames = ["pulumi", partnerSecretsKey] as const;

/**
 * The sections of a YAML program that declares these integrations. They contain no secret.
 *
 * @param present the names in Pulumi.yaml, including configuration keys.
 */
export function yamlProgramOf(plans: readonly PlannedImport[], present: readonly string[] = []): string {
  const needsSecrets = plans.some(hasSecrets) && !present.includes(partnerSecretsKey);
  const parts = [
    [headComment(plans, "#", ": sections of Pulumi.yaml.")],
    needsSecrets ? secretsSection : [],
    plans.length === 0 ? [] : ["resources:", ...plans.flatMap(resourceLines)],
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
    ...argumentLines(plan, yamlSyntax).map((line) => `      ${line}`),
    ...(plan.protect ? ["    options:", "      protect: true"] : []),
  ];
}

const yamlSyntax: ArgumentSyntax = {
  value: (name, value) => [`${name}: ${yamlExpression(String(value))}`],
  expiry: (name, milliseconds) => [`${name}: ${milliseconds}${dateComment(milliseconds, "#")}`],
  scopes: (name, scopes) => [`${name}:`, ...scopes.map((scope) => `  - ${yamlExpression(scope)}`)],
  // A string, because in a mapping the engine would interpret `fn::` keys and lose digits.
  metadata: (name, json) => [`${name}: ${yamlExpression(json)}`],
  // The join fails if the configuration lacks the value. Without it, YAML omits the property, and the update clears the field.
  secret: (name, resource) => {
    const access = `\${${partnerSecretsKey}[${JSON.stringify(resource)}].${name}}`;
    return [`${name}:`, "  fn::join:", '    - ""', `    - [${yamlString(access)}]`];
  },
};

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
