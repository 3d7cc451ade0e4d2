/** What a program's text is written in. */
export type ProgramLanguage = ScriptLanguage | "yaml";

/** What programs of Node.js are written in. */
export type ScriptLanguage = "typescript" | "commonjs" | "esm";

/**
 * The language of a program by its file's name: `.js` and `.cjs` are CommonJS, `.mjs` is an ES module, `.yaml` and `.yml` are YAML, all
 * others are TypeScript.
 */
export function languageOf(file: string): ProgramLanguage {
  if (/\.c?js$/i.test(file)) {
    return "commonjs";
  }
  if (/\.ya?ml$/i.test(file)) {
    return "yaml";
  }
  return /\.mjs$/i.test(file) ? "esm" : "typescript";
}
