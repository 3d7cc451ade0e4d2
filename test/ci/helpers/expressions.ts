/** The contexts of a workflow's expressions: `github`, `matrix`, `secrets`, and so on. */
export type Contexts = Record<string, unknown>;

/** The functions of expressions: `always()`, `fromJSON(text)`, and so on. */
export type Functions = Record<string, (...args: unknown[]) => unknown>;

/** Contexts in which an unknown name is empty instead of an error. */
const sparse = new Set(["inputs", "secrets", "vars"]);

const token = /\s*('(?:[^']|'')*'|\|\||&&|==|!=|[!(),]|[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)/y;

/**
 * The value of a GitHub expression, without `${{ }}`, for the parts of the language that the kit uses: names, strings, functions, `!`, `==`, `!=`, `&&`, `||`.
 *
 * @throws Error for anything else, and for an unknown name.
 */
export function evaluate(expression: string, contexts: Contexts, functions: Functions = {}): unknown {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.trimEnd().length) {
    const at = token.lastIndex;
    const found = token.exec(expression);
    if (found === null) throw new Error(`cannot read "${expression.slice(at)}" of an expression`);
    tokens.push(found[1] as string);
  }
  let next = 0;
  const take = (wanted: string): boolean => tokens[next] === wanted && next++ >= 0;

  function either(): unknown {
    let value = both();
    while (take("||")) value = ((right) => value || right)(both());
    return value;
  }
  function both(): unknown {
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
      const value = either();
      if (!take(")")) throw new Error(`a parenthesis is not closed in "${expression}"`);
      return value;
    }
    const name = tokens[next++] ?? "";
    if (name.startsWith("'")) return name.slice(1, -1).replaceAll("''", "'");
    if (take("(")) {
      const args: unknown[] = [];
      while (!take(")")) {
        args.push(either());
        take(",");
      }
      const called = functions[name];
      if (called === undefined) throw new Error(`there is no function ${name} in expressions`);
      return called(...args);
    }
    return named(name, contexts);
  }
  const value = either();
  if (next !== tokens.length)
    throw new Error(`cannot read "${tokens.slice(next).join(" ")}" of an expression`);
  return value;
}

/** A string with its expressions replaced by their values. */
export function interpolate(text: string, contexts: Contexts, functions: Functions = {}): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    String(evaluate(expression, contexts, functions) ?? ""),
  );
}

function named(path: string, contexts: Contexts): unknown {
  const [root = "", ...names] = path.split(".");
  let value: unknown = contexts[root];
  if (value === undefined) throw new Error(`there is no context "${root}" for ${path}`);
  for (const name of names) {
    const holder = value as Record<string, unknown>;
    if (!sparse.has(root) && !(name in holder)) throw new Error(`there is no "${name}" for ${path}`);
    value = holder[name];
  }
  return value;
}
