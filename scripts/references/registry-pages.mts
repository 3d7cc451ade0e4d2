import { examplesIn } from "../schema/examples.mts";
import { code, prose } from "./markdown.mts";

/** The part of schema.json that the pages use. */
interface RegistrySchema {
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly repository?: string;
  readonly pluginDownloadURL?: string;
  readonly config: {
    readonly variables: Readonly<Record<string, { readonly description: string; readonly secret?: boolean }>>;
  };
  readonly resources: Readonly<Record<string, { readonly description: string }>>;
  readonly language: {
    readonly nodejs: { readonly packageName: string };
    readonly python: { readonly packageName: string };
    readonly go: { readonly importBasePath?: string };
  };
}

/**
 * The pages of the package in Pulumi's Registry, by their file names in `docs`. The Registry shows them on its own site, so that they have no links to
 * other pages of this repository, and reads them from the release.
 */
export function registryPages(schema: RegistrySchema): Record<string, string> {
  return { "_index.md": indexPage(schema), "installation-configuration.md": installationPage(schema) };
}

function indexPage(schema: RegistrySchema): string {
  const [example] = examplesIn(schema.resources["pinterest:index:CommerceIntegration"]?.description ?? "");
  const blocks = Object.entries(example?.blocks ?? {});
  return page(
    schema.displayName,
    "Declare the Pinterest connections of shops, preview changes, and fix drift.",
    prose(
      "This page is an overview of the Pinterest provider: what it manages, and a first program in each language. The provider manages the commerce integrations of " +
        "Pinterest's API: the merchant, advertiser, tag and partner tokens of each shop. Previews show by property what has changed at Pinterest. One program " +
        "can manage many accounts.",
    ),
    prose("The provider is unofficial: Pinterest neither makes nor endorses it."),
    "## Example",
    `{{< chooser language "${blocks.map(([language]) => language).join(",")}" >}}`,
    ...blocks.flatMap(([language, block]) => [
      `{{% choosable language ${language} %}}`,
      block,
      "{{% /choosable %}}",
    ]),
    "{{< /chooser >}}",
    ...guides(schema),
  );
}

function installationPage(schema: RegistrySchema): string {
  const { nodejs, python, go } = schema.language;
  const { name, version, pluginDownloadURL } = schema;
  // Before the first release, nothing can be downloaded.
  const [installation, source] =
    pluginDownloadURL === undefined
      ? [
          "These packages and the plugin's archives are not published yet. Create them in a clone of the repository. Install the archive of your platform:",
          `--file pulumi-resource-${name}-v${version}-linux-amd64.tar.gz`,
        ]
      : [
          "Pulumi downloads the plugin when a program in Python, Go, C# or Java needs it. For other programs, and for machines without a network, install it first:",
          `--server ${pluginDownloadURL}`,
        ];
  const keys = Object.entries(schema.config.variables);
  return page(
    `${schema.displayName}: installation and configuration`,
    "Install the provider, and configure its credentials and limits.",
    prose(
      "Use this page to install the Pinterest provider in a Pulumi program, and to configure its credentials and limits. For what it manages, see the package's overview.",
    ),
    "## Installation",
    [
      `- TypeScript and JavaScript: \`npm install ${nodejs.packageName}\``,
      `- Python: \`pip install ${python.packageName}\``,
      ...(go.importBasePath === undefined ? [] : [`- Go: \`go get ${go.importBasePath}\``]),
    ].join("\n"),
    prose(installation),
    `\`\`\`bash\npulumi plugin install resource ${name} ${version} ${source}\n\`\`\``,
    "## Configuration",
    prose(
      "The provider needs an access token of Pinterest's API, with the scopes `ads:read` and `ads:write`:",
    ),
    `\`\`\`bash\npulumi config set --secret ${schema.name}:accessToken\n\`\`\``,
    prose("You can also set each key as an environment variable. These are all keys:"),
    keys
      .map(
        ([key, { description, secret }]) =>
          `- ${code(`${schema.name}:${key}`)}${secret ? " (secret)" : ""}: ${description}`,
      )
      .join("\n"),
    ...guides(schema),
  );
}

/** The front matter is what the Registry requires. */
function page(title: string, description: string, ...parts: readonly string[]): string {
  const frontMatter = `---\n# Generated. To update this file, run \`npm run docs:references\`.\ntitle: ${JSON.stringify(title)}\nmeta_desc: ${JSON.stringify(description)}\nlayout: package\n---`;
  return `${[frontMatter, ...parts].join("\n\n")}\n`;
}

function guides({ repository, version }: RegistrySchema): string[] {
  if (repository === undefined) return [];
  const address = `${repository}/tree/v${version}`;
  return [
    "## Guides",
    prose(`The [repository](${address}) has guides, examples and a local emulator of Pinterest's API.`),
  ];
}
