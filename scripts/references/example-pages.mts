import { page, prose } from "./markdown.mts";
import type { PackageSchema } from "./package-pages.mts";

/** The languages of the examples, by the language of their code blocks, with what the tests do with them. */
const languages = {
  typescript: { name: "TypeScript", file: "typescript", checks: "run" },
  python: { name: "Python", file: "python", checks: "run" },
  go: { name: "Go", file: "go", checks: "run" },
  csharp: { name: "C#", file: "csharp", checks: "names" },
  java: { name: "Java", file: "java", checks: "compile" },
  yaml: { name: "YAML", file: "yaml", checks: "run" },
  hcl: { name: "HCL", file: "hcl", checks: "names" },
} as const;

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
    Object.entries(languages).map(([language, { name, file, checks }]) => [
      `examples-${file}.md`,
      page(
        `Examples in ${name}`,
        prose(`For the set-up, see [plugin and other languages](../plugin.md). ${aboutChecks[checks]}`),
        ...described.flatMap(({ name, description }) => [
          `## ${name}`,
          ...examplesIn(description, language).flatMap(({ title, block }) => [`### ${title}`, block]),
        ]),
      ),
    ]),
  );
}

function examplesIn(description: string, language: string): { title: string; block: string }[] {
  return description
    .split("{{% example %}}")
    .slice(1)
    .map((example) => ({
      title: /^### (.+)$/m.exec(example)?.[1] ?? "",
      block: new RegExp(`^\`\`\`${language}\\n[\\s\\S]*?^\`\`\`$`, "m").exec(example)?.[0] ?? "",
    }));
}
