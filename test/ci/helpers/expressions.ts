/** The contexts of a workflow's expressions: `github`, `matrix`, `secrets`, and so on. */
export type Contexts = Record<string, unknown>;

/** The functions of expressions: `always()`, `fromJSON(text)`, and so on. */
export type Functions = Record<string, (...args: unknown[]) => unknown>;

/** Contexts in which an unknown name is empty. In other contexts, it is an error. */
const contextsWithDefaults = new Set(["inputs", "secrets", "vars"]);

const token = /\s*('(?:[^']|'')*'|\|\||&&|==|!=|[!(),]|[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)/y;

/**
 * Evaluates a GitHub expression, without `${{ }}`. Supports the syntax that the kit uses: names, strings, functions, `!`, `==`, `!=`, `&&` and
 * `||`.
 *
 * @throws Error for other syntax, and for an unknown name
 */
export function evaluate(expression: string, contexts: Contexts, functions: Functions = {}): unknown {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(expression);
    if (match === null) throw new Error(`cannot parse "${expression.slice(at)}" in an expression`);
    tokens.push(match[1] as string);
  }
  let next = 0;
  const take = (expected: string): boolean => tokens[next] === expected && next++ >= 0;

  function or(): unknown {
    let value = and();
    while (take("||")) value = ((right) => value || right)(and());
    return value;
  }
  function and(): unknown {
    let value = equality();
    while (take("&&")) value = ((right) => value && right)(equality());
    return value;
  }
  function equality(): unknown {
    const value = unary();
    if (take("==")) return value === unary();
    if (take("!=")) return value !== unary();
    return value;
  }
  function unary(): unknown {
    if (take("!")) return !unary();
    if (take("(")) {
      const value = or();
      if (!take(")")) throw new Error(`missing closing parenthesis in "${expression}"`);
      return value;
    }
    const name = tokens[next++] ?? "";
    if (name.startsWith("'")) return name.slice(1, -1).replaceAll("''", "'");
    if (take("(")) {
      const args: unknown[] = [];
      while (!take(")")) {
        args.push(or());
        take(",");
      }
      const calledFunction = functions[name];
      if (calledFunction === undefined) throw new Error(`unknown function ${name} in an expression`);
      return calledFunction(...args);
    }
    return valueAt(name, contexts);
  }
  const value = or();
  if (next !== tokens.length)
    throw new Error(`cannot parse "${tokens.slice(next).join(" ")}" in an expression`);
  return value;
}

/** Replaces the expressions in a string with their values. */
export function interpolate(text: string, contexts: Contexts, functions: Functions = {}): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    String(evaluate(expression, contexts, functions) ?? ""),
  );
}

function valueAt(path: string, contexts: Contexts): unknown {
  const [root = "", ...names] = path.split(".");
  let value: unknown = contexts[root];
  if (value === undefined) throw new Error(`unknown context "${root}" in ${path}`);
  for (const name of names) {
    const container = value as Record<string, unknown>;
    if (!contextsWithDefaults.has(root) && !(name in container))
      throw new Error(`unknown name "${name}" in ${path}`);
    value = container[name];
  }
  return value;
}
