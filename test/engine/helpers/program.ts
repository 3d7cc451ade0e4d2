/** A commerce integration in a test's program. */
export interface DeclaredIntegration {
  args: Record<string, unknown>;
  /** JavaScript of the resource options. */
  options?: string;
}

/** The integrations of a test's program, by resource name: only arguments, or arguments and options. */
export type Declarations = Record<string, DeclaredIntegration | Record<string, unknown>>;

/** Creates a value that is a JavaScript expression in the program, such as `js("pulumi.secret('x')")`. */
export function js(code: string): unknown {
  return { [codeKey]: code };
}

const codeKey = "__code";

/** The source of a program: the lines in `before`, then one resource for each declaration. */
export function programText(declarations: Declarations, packageImport: string, before = ""): string {
  const resources = Object.entries(declarations).map(([name, declared]) => {
    const { args, options } = isDeclared(declared) ? declared : { args: declared, options: undefined };
    const rest = options === undefined ? "" : `, ${options}`;
    return `resources[${JSON.stringify(name)}] = new pinterest.CommerceIntegration(${JSON.stringify(name)}, ${literal(args)}${rest});`;
  });
  return [
    'const pulumi = require("@pulumi/pulumi");',
    `const pinterest = require("${packageImport}");`,
    "const resources = {};",
    before,
    ...resources,
    "",
  ].join("\n");
}

function isDeclared(
  declared: DeclaredIntegration | Record<string, unknown>,
): declared is DeclaredIntegration {
  return typeof declared.args === "object" && declared.args !== null;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(literal).join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value) ?? "undefined";
  }
  if (codeKey in value) {
    return String(value[codeKey]);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`).join(", ")} }`;
}
