import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleNames, type PackageNames } from "./address.mts";

/** The languages of the examples in their order, with the extensions of their files. */
const languages = [
  ["typescript", "ts"],
  ["python", "py"],
  ["go", "go"],
  ["csharp", "cs"],
  ["java", "java"],
  ["yaml", "yaml"],
  ["hcl", "hcl"],
] as const;

/** A language of the examples, as their code blocks name it. */
export type Language = (typeof languages)[number][0];

export interface Example {
  readonly title: string;
  /** The code blocks. */
  readonly blocks: Readonly<Record<Language, string>>;
}

/**
 * The examples of a resource or function in the format of Pulumi's documentation. Each example has a file for each language. The files' name is the
 * example's title.
 *
 * @param packages the names of the packages that the examples import
 */
export function examplesOf(directory: string, packages: PackageNames): string {
  const files = readdirSync(directory).filter((file) => !file.endsWith(".md"));
  const names = new Set(files.map((file) => file.replace(/\.[a-z]+$/, "")));
  const examples = [...names].sort().map((name) => example(directory, name, packages));
  return [
    "{{% examples %}}",
    "## Example Usage",
    ...examples,
    "{{% /examples %}}",
    ...importOf(directory),
  ].join("\n\n");
}

/** The description of the import, if the resource has one. */
function importOf(directory: string): string[] {
  const file = join(directory, "import.md");
  return existsSync(file) ? [readFileSync(file, "utf8").trim()] : [];
}

function example(directory: string, name: string, packages: PackageNames): string {
  const blocks = languages.map(([language, extension]) => {
    const file = join(directory, `${name}.${extension}`);
    if (!existsSync(file)) throw new Error(`${file} is missing`);
    const text = withPackageNames(readFileSync(file, "utf8").trim(), packages);
    return `\`\`\`${language}\n${text}\n\`\`\``;
  });
  const [first = "", ...rest] = name.replaceAll("-", " ");
  return [
    "{{% example %}}",
    `### ${first.toUpperCase()}${rest.join("")}`,
    ...blocks,
    "{{% /example %}}",
  ].join("\n\n");
}

/** The examples in a description that contains those of {@link examplesOf}. */
export function examplesIn(description: string): Example[] {
  return description
    .split("{{% example %}}")
    .slice(1)
    .map((text) => {
      const blocks = languages.map(([language]) => [
        language,
        new RegExp(`^\`\`\`${language}\\n[\\s\\S]*?^\`\`\`$`, "m").exec(text)?.[0] ?? "",
      ]);
      return { title: /^### (.+)$/m.exec(text)?.[1] ?? "", blocks: Object.fromEntries(blocks) };
    });
}

/** The text about imports in such a description, without its heading. */
export function importIn(description: string): string {
  return description.split(/^## Import\n\n/m)[1] ?? "";
}

/** A program of the examples with other names of packages. */
export function withPackageNames(program: string, packages: PackageNames): string {
  return program
    .replaceAll(exampleNames.goImportPath, packages.goImportPath)
    .replaceAll(`${exampleNames.csharpNamespace}.Pinterest`, `${packages.csharpNamespace}.Pinterest`)
    .replaceAll(`${exampleNames.javaPackage}.pinterest`, `${packages.javaPackage}.pinterest`);
}
