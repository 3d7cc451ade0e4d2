import { examplesIn, type Language } from "../schema/examples.mts";
import { page, prose } from "./markdown.mts";
import type { PackageSchema } from "./package-pages.mts";

/** The languages of the examples, by the language of their code blocks, with what the tests do with them. */
const languages = {
  typescript: { name: "TypeScript", checks: "run" },
  python: { name: "Python", checks: "run" },
  go: { name: "Go", checks: "run" },
  csharp: { name: "C#", checks: "names" },
  java: { name: "Java", checks: "compile" },
  yaml: { name: "YAML", checks: "run" },
  hcl: { name: "HCL", checks: "names" },
} as const satisfies Record<Language, object>;

const aboutChecks = {
  run: "The tests run these programs with Pulumi and the [emulator](../../emulator/README.md).",
  compile: "The tests compile these programs with the generated SDK. They are not run.",
  names:
    "The tests compare the names in these programs with the schema. The programs were not compiled or run.",
} as const;

/** A page for each language with the examples in the schema's descriptions. */
export function examplePages(schema: PackageSchema): Record<string, string> {
  const described = [
    ...Object.entries(schema.resources),
    ["Provider", schema.provider] as const,
    ...Object.entries(schema.functions),
  ].map(([token, { description = "" }]) => ({ name: token.split(":").at(-1) ?? token, description }));
  return Object.fromEntries(
    Object.entries(languages).map(([language, { name, checks }]) => [
      `examples-${language}.md`,
      page(
        `Examples in ${name}`,
        prose(`For the set-up, see [plugin and other languages](../plugin.md). ${aboutChecks[checks]}`),
        ...described.flatMap(({ name, description }) => [
          `## ${name}`,
          ...examplesIn(description).flatMap(({ title, blocks }) => [
            `### ${title}`,
            blocks[language as Language],
          ]),
        ]),
      ),
    ]),
  );
}
