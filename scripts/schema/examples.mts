import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The languages of the examples in their order, with the extensions of their files. */
const languages = [
  ["typescript", "ts"],
  ["python", "py"],
  ["yaml", "yaml"],
] as const;

/**
 * The examples of a resource or function in the format of Pulumi's documentation. Each example has a file for each language. The files' name is the
 * example's title.
 */
export function examplesOf(directory: string): string {
  const files = readdirSync(directory).filter((file) => !file.endsWith(".md"));
  const names = new Set(files.map((file) => file.replace(/\.[a-z]+$/, "")));
  const examples = [...names].sort().map((name) => example(directory, name));
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

function example(directory: string, name: string): string {
  const blocks = languages.map(([language, extension]) => {
    const file = join(directory, `${name}.${extension}`);
    if (!existsSync(file)) throw new Error(`${file} is missing`);
    return `\`\`\`${language}\n${readFileSync(file, "utf8").trim()}\n\`\`\``;
  });
  const [first = "", ...rest] = name.replaceAll("-", " ");
  return [
    "{{% example %}}",
    `### ${first.toUpperCase()}${rest.join("")}`,
    ...blocks,
    "{{% /example %}}",
  ].join("\n\n");
}
