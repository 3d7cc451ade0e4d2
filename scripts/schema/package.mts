import { join } from "node:path";
import { examplesOf } from "./examples.mts";
import { functionSpec } from "./functions.mts";
import { Declarations } from "./program.mts";
import { configuration, providerSpec } from "./provider.mts";
import { integrationSpec, logSpec } from "./resources.mts";
import type { FunctionSpec, ResourceSpec } from "./specs.mts";
import { readTables } from "./tables.mts";
import { Types } from "./types.mts";

/** The properties of package.json that the schema uses. */
export interface Manifest {
  readonly description: string;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly homepage?: string;
  readonly repository?: string | { readonly url: string };
}

/**
 * The schema of the plugin's package, without its version.
 *
 * @param root the directory of the compiled package
 * @param examples the directory of the examples, with a directory for each resource and function
 */
export function packageSchema(root: string, examples: string, manifest: Manifest): object {
  const tables = readTables(root);
  const { packageName, integrationType, logType, functionTokens } = tables.tokens;
  const declarations = new Declarations(root, ["index", "api/pages"]);
  const types = new Types(declarations.checker, `${packageName}:index`);
  const keys = configuration(declarations, types, tables);
  const withExamples = <Spec extends ResourceSpec | FunctionSpec>(
    token: string,
    spec: Spec,
  ): [string, Spec] => {
    const name = token.split(":").at(-1) as string;
    return [token, { ...spec, description: `${spec.description}\n\n${examplesOf(join(examples, name))}` }];
  };
  const functions = Object.entries(functionTokens).map(([name, token]) =>
    withExamples(token, functionSpec(declarations, types, name, tables.isSecretField)),
  );
  return {
    ...packageProperties(packageName, manifest),
    config: { variables: keys },
    provider: providerSpec(declarations, keys, examplesOf(join(examples, "Provider"))),
    resources: Object.fromEntries([
      withExamples(integrationType, integrationSpec(declarations, types, tables)),
      withExamples(logType, logSpec(declarations, types, tables)),
    ]),
    functions: Object.fromEntries(functions),
    types: types.named,
  };
}

function packageProperties(
  name: string,
  { description, keywords, license, homepage, repository }: Manifest,
): object {
  const url = typeof repository === "string" ? repository : repository?.url;
  return {
    name,
    displayName: "Pinterest commerce integrations (unofficial)",
    description: `${description} Unofficial: not made or endorsed by Pinterest.`,
    keywords: [...keywords.filter((keyword) => !keyword.startsWith("kind/")), "kind/native"],
    license,
    ...(homepage === undefined ? {} : { homepage }),
    ...(url === undefined ? {} : { repository: url.replace(/^git\+|\.git$/g, "") }),
    // Generated SDKs have the version of the package, and require the plugin of that version.
    meta: { supportPack: true },
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
    },
  };
}
