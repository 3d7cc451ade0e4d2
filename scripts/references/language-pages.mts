import { examplesIn, type Language } from "../schema/examples.mts";
import { page } from "./markdown.mts";

interface LanguagePage {
  readonly title: string;
  readonly language: Language;
  /** What a project in the language needs. */
  readonly tools: string;
  /** The name of the language in addresses of Pulumi's documentation. */
  readonly pulumiPage: string;
  /** The instruction to replace the generated program. */
  readonly replaceInstruction: string;
  /** The two forms of an enum argument. */
  readonly constant: string;
  readonly string: string;
}

/** The pages of languages whose set-up is the same, by their file names in `docs`. */
const languagePagesByFile: Readonly<Record<string, LanguagePage>> = {
  "go.md": {
    title: "Go",
    language: "go",
    tools: "Go 1.26 or newer, which Pulumi's SDK needs since version 3.269",
    pulumiPage: "go",
    replaceInstruction:
      "Replace `main.go`. Then replace its first import with the one that the command printed",
    constant: "WhenRemoved: pinterest.WhenRemovedRelease",
    string: 'WhenRemoved: pulumi.String("release")',
  },
  "csharp.md": {
    title: "C#",
    language: "csharp",
    tools: "the .NET SDK",
    pulumiPage: "dotnet",
    replaceInstruction: "Replace `Program.cs`",
    constant: "WhenRemoved = Pinterest.WhenRemoved.Release",
    string: 'WhenRemoved = "release"',
  },
  "java.md": {
    title: "Java",
    language: "java",
    tools: "Java 11 or newer",
    pulumiPage: "java",
    replaceInstruction: "Replace the program, for example `src/main/java/shops/App.java`",
    constant: ".whenRemoved(WhenRemoved.Release)",
    string: '.whenRemoved("release")',
  },
};

/** The part of schema.json that the pages use. Its examples have the names that the packages have at the repository's address. */
interface ExampleSchema {
  readonly resources: Readonly<Record<string, { readonly description: string }>>;
}

/** How to set up a project in each of the languages. */
export function languagePages(schema: ExampleSchema): Record<string, string> {
  const [example] = examplesIn(schema.resources["pinterest:index:CommerceIntegration"]?.description ?? "");
  return Object.fromEntries(
    Object.entries(languagePagesByFile).map(([file, settings]) => [
      file,
      languagePage(settings, example?.blocks[settings.language] ?? ""),
    ]),
  );
}

function languagePage(settings: LanguagePage, program: string): string {
  const { title, tools, pulumiPage, replaceInstruction, constant, string } = settings;
  return page(
    title,
    `This page is for ${title} developers, and sets up a project with the [plugin](plugin.md). You need Pulumi 3.254 or newer and ${tools}. See
[Pulumi's page about ${title}](https://www.pulumi.com/docs/iac/languages-sdks/${pulumiPage}/). For what was tested, see the [plugin](plugin.md#python-go-c-java-and-hcl).

## Create a project

1. Create a project in an empty directory with \`pulumi new ${settings.language}\`.
2. [Install the plugin](plugin.md#install-the-plugin) in this directory. If you use the npm package, \`Pulumi.yaml\` also needs these lines:

   <!-- not run: part of a project in another language -->

   \`\`\`yaml
   plugins:
     providers:
       - name: pinterest
         path: node_modules/.bin
   \`\`\`

3. Generate the SDK. If you installed the archive, run \`pulumi package add pinterest\` instead. The command prints how to import the SDK:

   <!-- not run: generators of other languages come with the official Pulumi only -->

   \`\`\`sh
   pulumi package add ./node_modules/.bin/pulumi-resource-pinterest
   \`\`\`

## Write the program

${replaceInstruction}:`,
    program,
    `Set a token, or use the [emulator](../emulator/README.md), and deploy:

<!-- not run: it needs the language's host, which is not part of the tests' engine -->

\`\`\`sh
pulumi config set --secret pinterest:accessToken
pulumi up
\`\`\`

- Names of arguments and outputs are those of the [resource pages](resources.md), in the form that is usual in ${title}.
- Enum arguments accept constants and strings: \`${constant}\` or \`${string}\`.
- Commands with \`--target\`, \`--exclude\` or \`--continue-on-error\` [cannot delete](prevent-deletes.md#delete-or-recreate-one-integration).
- To import an integration, run [\`pulumi import\`](plugin.md#import-an-integration).
- \`npx pulumi-pinterest drift\`, \`preflight\` and \`doctor\` work as in other languages.`,
  );
}
