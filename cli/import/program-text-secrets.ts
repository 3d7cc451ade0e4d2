import { type SecretFieldName, secretFieldNames } from "../../provider/api/fields";
import { visibleJson } from "../text/visible";
import type { ScriptLanguage } from "./language";
import { partnerSecretsKey } from "./partner-secrets";
import type { PlannedImport } from "./plan";
import { columns, lineWidth, stringLiteral } from "./program-text-literal";

/** What the program needs before it can take partner tokens and e-mail from the stack's configuration. */
export function secretsPrelude(language: ScriptLanguage): string[] {
  const isTyped = language === "typescript";
  const parameters = isTyped
    ? [
        "function secretOf(",
        "  name: string,",
        "  field: keyof PartnerSecrets[string],",
        "): pulumi.Output<string> {",
      ]
    : ["function secretOf(name, field) {"];
  return [
    ...(isTyped ? ["interface PartnerSecrets {", "  [name: string]: {", ...fieldTypes, "  };", "}", ""] : []),
    "const config = new pulumi.Config();",
    ...(isTyped
      ? ["const partnerSecrets =", `  config.requireSecretObject<PartnerSecrets>("${partnerSecretsKey}");`]
      : [`const partnerSecrets = config.requireSecretObject("${partnerSecretsKey}");`]),
    "",
    ...parameters,
    "  return partnerSecrets.apply((secrets) => {",
    "    const value = secrets[name]?.[field];",
    "    // Without a value, the field would be cleared at Pinterest.",
    "    if (!value) {",
    `      throw new Error(\`${partnerSecretsKey} has no \${field} for \${name}\`);`,
    "    }",
    "    return value;",
    "  });",
    "}",
  ];
}

/** `field: secretOf(name, field),` */
export function secretLines(name: string, field: SecretFieldName, indent: string): string[] {
  const literals = [stringLiteral(name), stringLiteral(field)];
  const line = `${indent}${field}: secretOf(${literals.join(", ")}),`;
  return columns(line) <= lineWidth
    ? [line]
    : [`${indent}${field}: secretOf(`, ...literals.map((literal) => `${indent}  ${literal},`), `${indent}),`];
}

/** How to set the secrets, for the program's head; nothing where it has none. */
export function secretsComment(plans: readonly PlannedImport[]): string[] {
  const names = secretFieldNames.filter((name) => plans.some(({ secrets }) => secrets[name] !== undefined));
  const example = plans.find(({ secrets }) => Object.keys(secrets).length > 0)?.name;
  return example === undefined
    ? []
    : [
        "//",
        "// Partner tokens and e-mail are in one secret of the stack's configuration, as a",
        "// JSON object by resource name:",
        // A line end that JSON leaves as it is would end the comment.
        `//   { ${visibleJson(example)}: { "${names[0]}": "…" } }`,
        "// This command replaces the whole object. Delete the file afterwards:",
        `//   pulumi config set --secret ${partnerSecretsKey} < partner-secrets.json`,
      ];
}

const fieldTypes = secretFieldNames.map((name) => `    ${name}?: string;`);
