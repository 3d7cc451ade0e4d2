/** What a program's text is written in. */
export type ProgramLanguage = "typescript" | "commonjs" | "esm";

/** The language of a program by its file's name: `.js` and `.cjs` are CommonJS, `.mjs` is an ES module, all others are TypeScript. */
export function languageOf(file: string): ProgramLanguage {
  if (/\.c?js$/i.test(file)) {
    return "commonjs";
  }
  return /\.mjs$/i.test(file) ? "esm" : "typescript";
}
