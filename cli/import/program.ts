import {
  fieldNames,
  type IntegrationFieldName,
  integrationFields,
  isSecretField,
  type SecretFieldName,
  secretFieldNames,
} from "../../provider/api";
import { isJsonObject } from "../../provider/base/json";
import { escapeHidden, visible, visibleJson, withJsonEscapes } from "../../provider/base/visible";
import { checkArgument } from "../../provider/lifecycle/check";
import { signatureKey, unknownValue } from "../../provider/run/constants";
import type { ProviderType } from "../../stack/state";
import type { ScriptLanguage } from "./files";
import { hasSecrets, type PlannedImport, partnerSecretsKey } from "./plan";

/** The syntax of a resource's arguments in a language. Each method returns the lines of an argument. */
interface ArgumentSyntax {
  value(name: string, value: unknown): string[];
  expiry(name: IntegrationFieldName, milliseconds: number): string[];
  scopes(name: IntegrationFieldName, scopes: readonly string[]): string[];
  metadata(name: IntegrationFieldName, json: string): string[];
  /** Reads the secret of a resource from the configuration. */
  secret(name: SecretFieldName, resource: string): string[];
}

/** The arguments in the order in which their type declares them. */
function argumentLines({ name, args, secrets }: PlannedImport, syntax: ArgumentSyntax): string[] {
  const fields = fieldNames.flatMap((field) => {
    if (isSecretField(field)) return secrets[field] === undefined ? [] : syntax.secret(field, name);
    const value = args[field];
    return value === undefined ? [] : fieldLines(field, value, syntax);
  });
  return [
    ...syntax.value("externalBusinessId", args.externalBusinessId),
    ...fields,
    ...(args.account === undefined ? [] : syntax.value("account", args.account)),
  ];
}

function fieldLines(
  field: keyof PlannedImport["args"] & IntegrationFieldName,
  value: string | number,
  syntax: ArgumentSyntax,
): string[] {
  switch (integrationFields[field].kind) {
    case "id":
    case "text":
      return syntax.value(field, value);
    case "expiry":
      return syntax.expiry(field, Number(value));
    case "scopes":
      return syntax.scopes(field, String(value).split(","));
    case "metadata":
      return syntax.metadata(field, String(value));
  }
}

/** The comment at the start of a program. It names the command that created it, and explains how to set its secrets, if there are any. */
function headComment(plans: readonly PlannedImport[], mark: "//" | "#", note = ""): string {
  const names = secretFieldNames.filter((name) => plans.some(({ secrets }) => secrets[name] !== undefined));
  const example = plans.find(hasSecrets)?.name;
  const lines = [`Created by \`pulumi-pinterest import\`${note}`];
  if (example !== undefined) {
    lines.push(
      "",
      `Partner tokens and e-mail are in the secret ${partnerSecretsKey} of the stack's configuration,`,
      "a JSON object by resource name:",
      // A line end that JSON does not escape would end the comment.
      `  { ${visibleJson(example)}: { "${names[0]}": "…" } }`,
      "The import sets it with --run. Without --run, it prints the command that sets it.",
    );
  }
  return lines.map((line) => `${mark} ${line}`.trimEnd()).join("\n");
}

/** The date of an expiry, as the end of a line. */
function dateComment(milliseconds: number, mark: "//" | "#"): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "" : ` ${mark} ${date.toISOString()}`;
}

/**
 * A TypeScript or JavaScript program that declares these integrations. It contains no secret. Its layout is simple, because the project's
 * formatter applies.
 */
export function programOf(
  plans: readonly PlannedImport[],
  language: ScriptLanguage,
  providerType: ProviderType,
): string {
  const needsSecrets = plans.some(hasSecrets);
  const modules = [
    ...(needsSecrets ? [importText("pulumi", "@pulumi/pulumi", language)] : []),
    ...(plans.length > 0 ? [importText("pinterest", modulePaths[providerType], language)] : []),
  ];
  const parts = [
    headComment(plans, "//", "."),
    modules.join("\n"),
    needsSecrets ? secretsText(language) : "",
    ...plans.map(resourceText),
  ];
  return `${parts.filter((text) => text !== "").join("\n\n")}\n`;
}

const modulePaths: Readonly<Record<ProviderType, string>> = {
  dynamic: "pulumi-pinterest",
  plugin: "pulumi-pinterest/native",
};

function importText(name: string, path: string, language: ScriptLanguage): string {
  return language === "commonjs"
    ? `const ${name} = require("${path}");`
    : `import * as ${name} from "${path}";`;
}

/** The function with which the program reads a secret. */
function secretsText(language: ScriptLanguage): string {
  const isTyped = language === "typescript";
  const type = isTyped ? "<Record<string, Record<string, string>>>" : "";
  const parameters = isTyped ? "name: string, field: string): pulumi.Output<string>" : "name, field)";
  return `const config = new pulumi.Config();
const partnerSecrets = config.requireSecretObject${type}("${partnerSecretsKey}");

function secretOf(${parameters} {
  return partnerSecrets.apply((secrets) => {
    const value = secrets[name]?.[field];
    // Without a value, the field would be cleared at Pinterest.
    if (!value) {
      throw new Error(\`${partnerSecretsKey} has no \${field} for \${name}\`);
    }
    return value;
  });
}`;
}

function resourceText(plan: PlannedImport): string {
  const lines = argumentLines(plan, scriptSyntax).map((line) => `  ${line.replaceAll("\n", "\n  ")}`);
  const options = plan.protect ? ", { protect: true }" : "";
  return [`new pinterest.CommerceIntegration(${literal(plan.name)}, {`, ...lines, `}${options});`].join("\n");
}

const scriptSyntax: ArgumentSyntax = {
  value: (name, value) => [`${name}: ${literal(value)},`],
  expiry: (name, milliseconds) => [`${name}: ${milliseconds},${dateComment(milliseconds, "//")}`],
  scopes: (name, scopes) => [`${name}: [${scopes.map(literal).join(", ")}],`],
  metadata: (name, json) => [`${name}: ${literal(metadataObject(json) ?? json)},`],
  secret: (name, resource) => [`${name}: secretOf(${literal(resource)}, ${literal(name)}),`],
};

/** JSON is JavaScript, except for the key `__proto__`. */
function literal(value: unknown): string {
  return withJsonEscapes(JSON.stringify(value, undefined, 2));
}

/** Parts of JSON that JavaScript, the SDK or the engine would interpret, or that the engine cannot encode (half a surrogate pair). */
const interpreted = ["__proto__", signatureKey, unknownValue, "\\ud"];

/** Metadata as an object; undefined if the program would then give other metadata, for example because a number would lose digits. */
export function metadataObject(metadata: string): object | undefined {
  if (interpreted.some((text) => metadata.includes(text))) return undefined;
  try {
    const object: unknown = JSON.parse(metadata);
    const isSame = checkArgument("partnerMetadata", object).canonical === metadata;
    return isSame && isJsonObject(object) ? object : undefined;
  } catch {
    // It is not JSON.
    return undefined;
  }
}

/** Names that a resource of a YAML program must not have: the engine's own, and the configuration key. */
export const reservedNames = ["pulumi", partnerSecretsKey] as const;

/**
 * The sections of a YAML program that declares these integrations. They contain no secret.
 *
 * @param present the names in Pulumi.yaml, including configuration keys.
 */
export function yamlProgramOf(plans: readonly PlannedImport[], present: readonly string[]): string {
  const needsSecrets = plans.some(hasSecrets) && !present.includes(partnerSecretsKey);
  const parts = [
    [headComment(plans, "#", ": sections of Pulumi.yaml.")],
    needsSecrets ? secretsSection : [],
    ["resources:", ...plans.flatMap(resourceLines)],
  ];
  const texts = parts.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${texts.join("\n\n")}\n`;
}

/** The sections that a program's source contains. */
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
export function yamlExpression(text: string): string {
  return yamlString(text.replaceAll("$", "$$$$"));
}

/** A YAML string in quotes, with invisible characters escaped. Single quotes are used if that saves escapes. */
export function yamlString(text: string): string {
  if (visible(text) === text && /["\\]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  // YAML reads a surrogate pair, as in JSON, as two characters.
  return escapeHidden(JSON.stringify(text), (code) =>
    code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`,
  );
}
