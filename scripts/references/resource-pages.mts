import { examplesIn, importIn, type Language } from "../schema/examples.mts";
import type { ObjectSpec, PropertySpec, ResourceSpec } from "../schema/specs.mts";
import { code, page, prose, table } from "./markdown.mts";
import {
  nameOf,
  type PackageSchema,
  propertyTable,
  typeSection,
  typesUsedBy,
  typeText,
} from "./package-pages.mts";

/** The languages of the examples after TypeScript. The tests run the programs, unless the title says otherwise. */
const otherLanguages = {
  python: "Python",
  go: "Go",
  csharp: "C# (names compared with the schema, not compiled)",
  java: "Java",
  yaml: "YAML",
  hcl: "HCL (names compared with the schema, not run)",
} as const satisfies Partial<Record<Language, string>>;

const templateComment = "<!-- The text that schema.json lacks is in scripts/references/resources. -->";

const aboutExamples = prose(
  "The other languages use the [plugin](../plugin.md). To use it in TypeScript, import `pulumi-pinterest/native` instead. In Go, C# and Java, replace the " +
    "package name with the one in your [generated SDK](../plugin.md#python-go-c-java-and-hcl).",
);

/** The arguments that users should set although they are optional, by the names of the pages. */
const recommendedArguments: Readonly<Record<string, readonly string[]>> = {
  CommerceIntegration: ["connectedAdvertiserId"],
};

/** A resource, function or provider, which a page is about. */
interface Subject {
  readonly name: string;
  readonly description: string;
  readonly arguments: ObjectSpec;
  readonly outputs: ObjectSpec;
}

/**
 * The pages of `docs/resources`, by their file names. Each has a template, which contains what the schema does not have: `{{name}}` and
 * `{{name words}}` on a line of their own are replaced by a generated part.
 *
 * `{{description 2}}` is the first two paragraphs of the description, and `{{errors topic another-topic}}` links sections of the
 * troubleshooting.
 *
 * @param templateOf returns the template of a page
 * @param troubleshooting the index of all messages
 */
export function resourcePages(
  schema: PackageSchema,
  templateOf: (file: string) => string,
  troubleshooting: string,
): Record<string, string> {
  return Object.fromEntries(
    subjectsIn(schema).map((subject) => {
      const file = `${kebab(subject.name)}.md`;
      const parts = partsOf(subject, schema, troubleshooting);
      return [file, page(subject.name, fill(templateOf(file), parts).trim(), templateComment)];
    }),
  );
}

function subjectsIn({ provider, resources, functions }: PackageSchema): Subject[] {
  const ofResource = (name: string, { inputProperties, requiredInputs, ...outputs }: ResourceSpec) => ({
    name,
    description: outputs.description ?? "",
    arguments: { properties: inputProperties, required: requiredInputs ?? [] },
    outputs,
  });
  return [
    ofResource("Provider", provider),
    ...Object.entries(resources).map(([token, resource]) => ofResource(nameOf(token), resource)),
    ...Object.entries(functions).map(([token, { description, inputs, outputs }]) => ({
      name: nameOf(token),
      description,
      arguments: inputs,
      outputs,
    })),
  ];
}

type Parts = Readonly<Record<string, (words: string) => string>>;

function fill(template: string, parts: Parts): string {
  return template.replace(/^\{\{(\w+) ?(.*)\}\}$/gm, (_, name: string, words: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`there is no part ${name} of a page`);
    return part(words);
  });
}

function partsOf(subject: Subject, schema: PackageSchema, troubleshooting: string): Parts {
  const { description, outputs } = subject;
  return {
    description: (paragraphs) => descriptionOf(description, paragraphs),
    examples: () => [aboutExamples, ...examplesIn(description).map(exampleSection)].join("\n\n"),
    arguments: () => argumentsOf(subject, schema),
    outputs: () => outputsOf(subject, schema),
    result: () => resultOf(outputs, schema),
    import: () => importIn(description),
    errors: (topics) =>
      topics
        .split(" ")
        .map((topic) => linkTo(topic, troubleshooting))
        .join("\n"),
  };
}

/** The first paragraphs of a description, or all. They do not include the examples. */
function descriptionOf(description: string, paragraphs: string): string {
  const [text = ""] = description.split("\n\n{{% examples %}}");
  const count = paragraphs === "" ? undefined : Number(paragraphs);
  return prose(text.split("\n\n").slice(0, count).join("\n\n"));
}

/** An example in TypeScript after its configuration, and folded blocks with it in the other languages. */
function exampleSection({ title, blocks }: ReturnType<typeof examplesIn>[number]): string {
  const others = Object.entries(otherLanguages).map(
    ([language, summary]) =>
      `<details>\n<summary>${summary}</summary>\n\n${blocks[language as Language]}\n\n</details>`,
  );
  // The schema's examples are for the plugin.
  const typescript = blocks.typescript.replace('"pulumi-pinterest/native"', '"pulumi-pinterest"');
  return [`### ${title}`, ...configurationOf(typescript), typescript, ...others].join("\n\n");
}

/** How to set the configuration that a program reads, and the accounts that it names. */
function configurationOf(program: string): string[] {
  const [, account] = (!program.includes("provider:") && /\baccount: "(\w+)"/.exec(program)) || [];
  // config.requireSecret("partnerEmail") reads the key partnerEmail.
  const read = [...program.matchAll(/config\.requireSecret\("(\w+)"\)/g)].map(([, key = ""]) => key);
  const keys = [...(account === undefined ? [] : ["pinterest:accounts"]), ...read];
  if (keys.length === 0) return [];
  const example =
    account === undefined
      ? ""
      : ` The value of \`pinterest:accounts\` is JSON, such as \`{"${account}":"pina_…"}\`.`;
  return [
    prose(`First set the configuration that this example needs. Pulumi asks for each value.${example}`),
    `\`\`\`sh\n${keys.map((key) => `pulumi config set --secret ${key}`).join("\n")}\n\`\`\``,
  ];
}

function argumentsOf({ name: page, arguments: given }: Subject, schema: PackageSchema): string {
  const { properties, required = [] } = given;
  const rows = Object.entries(properties).map(([name, property]) => {
    const notes = [
      required.includes(name) ? "required" : "",
      recommendedArguments[page]?.includes(name) ? "recommended" : "",
      property.willReplaceOnChanges ? "replaces" : "",
      property.secret ? "secret" : "",
    ];
    return {
      argument: code(name),
      type: typeText(property, schema),
      notes: notes.filter(Boolean).join(", "),
      // The description ends with the default.
      meaning: property.description ?? "",
    };
  });
  const types = typesUsedBy(Object.values(properties), schema).map((token) => typeSection(token, schema));
  const names = prose("Python and HCL write the names in snake_case, Go and C# in PascalCase.");
  return [names, table(rows), ...types].join("\n\n");
}

/** The outputs that are not arguments, and sentences about the others. */
function outputsOf({ arguments: given, outputs }: Subject, schema: PackageSchema): string {
  const argumentNames = Object.keys(given.properties);
  const { properties, required } = outputs;
  const own = Object.entries(properties).filter(([name]) => !argumentNames.includes(name));
  const id: PropertySpec = { type: "string", description: "ID of the resource in state." };
  const rows = propertyTable(
    { properties: { id, ...Object.fromEntries(own) }, required: ["id", ...(required ?? [])] },
    schema,
    { name: "output", required: "always set" },
  );
  const missing = argumentNames.filter((name) => properties[name] === undefined);
  const all = missing.length === 0 ? "All arguments" : `All arguments except ${series(missing.map(code))}`;
  const strings = argumentNames.filter(
    (name) => properties[name]?.type === "string" && given.properties[name]?.oneOf !== undefined,
  );
  const types = strings.length === 0 ? "" : ` As outputs, ${series(strings.map(code))} are strings.`;
  return `${prose(`${all} are also outputs.${types}`)}\n\n${rows}`;
}

/** The properties of a function's result that `CommerceIntegration` does not have, and a sentence about the others. */
function resultOf(result: ObjectSpec, schema: PackageSchema): string {
  const { properties, required } = result;
  const fields = fieldsOf(schema);
  const own = Object.entries(properties).filter(([name]) => !fields.includes(name));
  const items = typesUsedBy(
    own.map(([, property]) => property),
    schema,
  );
  return [
    own.length === 0
      ? ""
      : propertyTable({ properties: Object.fromEntries(own), required: required ?? [] }, schema, {
          name: "property",
          required: "always set",
        }),
    fieldList(result, fields),
    ...items.map((token) => {
      const type = schema.types[token] as ObjectSpec;
      return [`## ${nameOf(token)}`, prose(type.description ?? ""), fieldList(type, fields)].join("\n\n");
    }),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** The outputs of an integration. */
function fieldsOf(schema: PackageSchema): string[] {
  return Object.keys(schema.resources["pinterest:index:CommerceIntegration"]?.properties ?? {});
}

/** A sentence about the properties that an integration has, too. */
function fieldList({ properties, required = [] }: ObjectSpec, fields: readonly string[]): string {
  const names = Object.keys(properties).filter((name) => fields.includes(name));
  if (names.length === 0) return "";
  const always = required.filter((name) => names.includes(name));
  const set = always.length === 0 ? "" : ` ${series(always.map(code))} is always set.`;
  return prose(
    `[CommerceIntegration](commerce-integration.md#arguments) describes these properties, which are absent if they are unset: ${series(names.map(code))}.${set}`,
  );
}

/** The line of the index that links the section of a topic. */
function linkTo(topic: string, index: string): string {
  const line = index.split("\n").find((line) => line.endsWith(`#${topic})`));
  if (line === undefined) throw new Error(`docs/troubleshooting.md has no link to #${topic}`);
  return line.replace("](", "](../");
}

function series(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}

function kebab(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, "-$&").toLowerCase();
}
