import {
  fieldNames,
  integrationFields,
  isSecretField,
  type SecretFieldName,
  secretFieldNames,
} from "../../provider/api/fields";
import { isJsonObject } from "../../provider/api/json";
import { validateField } from "../../provider/lifecycle/check";
import { unknownValue } from "../../provider/lifecycle/values";
import { signatureKey } from "../../provider/runtime/constants";
import type { ProviderType } from "../stack/state";
import { visibleJson, withJsonEscapes } from "../text/visible";
import type { ScriptLanguage } from "./language";
import { type PlannedImport, partnerSecretsKey } from "./plan";

export interface ProgramOptions {
  readonly language: ScriptLanguage;
  /** @default "dynamic" */
  readonly providerType?: ProviderType;
  /** The command that the first line names, without secrets. @default "pulumi-pinterest import" */
  readonly command?: string;
}

/**
 * A TypeScript or JavaScript program that declares these integrations, sorted by name. It contains no secret. Its layout is simple, because
 * the project's formatter applies.
 */
export function programOf(
  plans: readonly PlannedImport[],
  { language, providerType = "dynamic", command = "pulumi-pinterest import" }: ProgramOptions,
): string {
  const hasSecrets = plans.some(({ secrets }) => Object.keys(secrets).length > 0);
  const sorted = [...plans].sort((a, b) => (a.name < b.name ? -1 : 1));
  const head = [`Created by \`${command.replace(/\s+/g, " ")}\`.`, ...secretsComment(sorted)];
  const modules = [
    ...(hasSecrets ? [importText("pulumi", "@pulumi/pulumi", language)] : []),
    ...(plans.length > 0 ? [importText("pinterest", modulePaths[providerType], language)] : []),
  ];
  const parts = [
    head.map((line) => `// ${line}`.trimEnd()).join("\n"),
    modules.join("\n"),
    hasSecrets ? secretsText(language) : "",
    ...sorted.map(resourceText),
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

/** How to set the secrets; empty if there are none. */
export function secretsComment(plans: readonly PlannedImport[]): string[] {
  const names = secretFieldNames.filter((name) => plans.some(({ secrets }) => secrets[name] !== undefined));
  const example = plans.find(({ secrets }) => Object.keys(secrets).length > 0)?.name;
  return example === undefined
    ? []
    : [
        "",
        "Partner tokens and e-mail are in one secret of the stack's configuration, as a",
        "JSON object by resource name:",
        // A line end that JSON does not escape would end the comment.
        `  { ${visibleJson(example)}: { "${names[0]}": "…" } }`,
        "This command replaces the whole object. Delete the file afterwards:",
        `  pulumi config set --secret ${partnerSecretsKey} < partner-secrets.json`,
      ];
}

/** The function with which the program reads a secret. */
function secretsText(language: ScriptLanguage): string {
  const isTyped = language === "typescript";
  const fields = secretFieldNames.map((name) => `    ${name}?: string;`).join("\n");
  const types = `interface PartnerSecrets {\n  [name: string]: {\n${fields}\n  };\n}\n\n`;
  const parameters = isTyped
    ? "name: string, field: keyof PartnerSecrets[string]): pulumi.Output<string>"
    : "name, field)";
  return `${isTyped ? types : ""}const config = new pulumi.Config();
const partnerSecrets = config.requireSecretObject${isTyped ? "<PartnerSecrets>" : ""}("${partnerSecretsKey}");

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
  const lines = argumentLines(plan).map((line) => `  ${line.replaceAll("\n", "\n  ")}`);
  const options = plan.protect ? ", { protect: true }" : "";
  return [`new pinterest.CommerceIntegration(${literal(plan.name)}, {`, ...lines, `}${options});`].join("\n");
}

/** The arguments in the order in which their type declares them. */
function argumentLines({ name, args, secrets }: PlannedImport): string[] {
  const fields = fieldNames.flatMap((field) => {
    if (isSecretField(field)) return secrets[field] === undefined ? [] : [secretLine(name, field)];
    const value = args[field];
    if (value === undefined) return [];
    switch (integrationFields[field].kind) {
      case "expiry":
        return [`${field}: ${value},${dateComment(Number(value), "//")}`];
      case "scopes":
        return [`${field}: [${String(value).split(",").map(literal).join(", ")}],`];
      case "metadata":
        return [`${field}: ${literal(metadataObject(String(value)) ?? value)},`];
      default:
        return [`${field}: ${literal(value)},`];
    }
  });
  return [
    `externalBusinessId: ${literal(args.externalBusinessId)},`,
    ...fields,
    ...(args.account === undefined ? [] : [`account: ${literal(args.account)},`]),
  ];
}

function secretLine(name: string, field: SecretFieldName): string {
  return `${field}: secretOf(${literal(name)}, ${literal(field)}),`;
}

/** JSON is JavaScript, except for the key `__proto__`. */
function literal(value: unknown): string {
  return withJsonEscapes(JSON.stringify(value, undefined, 2));
}

/** The date of an expiry, as the end of a line. */
export function dateComment(milliseconds: number, mark: string): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "" : ` ${mark} ${date.toISOString()}`;
}

/** Parts of JSON that JavaScript, the SDK or the engine would interpret, or that the engine cannot encode (half a surrogate pair). */
const interpreted = ["__proto__", signatureKey, unknownValue, "\\ud"];

/** Metadata as an object; undefined if the program would then give other metadata, for example because a number would lose digits. */
function metadataObject(metadata: string): object | undefined {
  if (interpreted.some((text) => metadata.includes(text))) return undefined;
  try {
    const object: unknown = JSON.parse(metadata);
    return isJsonObject(object) && validateField("partnerMetadata", object) === metadata ? object : undefined;
  } catch {
    // It is not JSON, or validation refuses a number.
    return undefined;
  }
}
