import { nearestName } from "../../provider/api/unknown-name";
import {
  type Configuration,
  type ConfigurationKey,
  type ConfiguredValue,
  configurationKeyNames,
  configurationKeys,
  configuredValue,
  environmentFirst,
  environmentVariable,
  explainMisplaced,
  fullKey,
  misplacedKeys,
  namespace,
  readConfiguration,
  unreadKeysOfStack,
} from "../../provider/config";
import { observeVariable } from "../../provider/runtime/observation/request";
import { type Check, failure, findingAndRemedy, ok, warning } from "./check";

/** The stack's configuration by full keys, secrets in clear. */
export type ConfigurationEntries = Readonly<
  Record<string, { readonly value: string; readonly secret?: boolean }>
>;

/** What is known of the configuration. */
export interface ConfigurationFindings {
  readonly checks: readonly Check[];
  /** What is valid of it. */
  readonly configuration: Configuration;
  /** Where the values that count come from. */
  readonly values: ReadonlyMap<ConfigurationKey, ConfiguredValue>;
  /** Whether requests can be made: the API's address is valid. */
  readonly addressable: boolean;
}

/** Who reads a configuration. */
export interface Reader {
  /** Whether it is the provider plugin, which refuses keys that it does not know. */
  readonly usesPlugin?: boolean;
  /** The project's name. */
  readonly project?: string | undefined;
  /** The options by which commands find the stack. */
  readonly onStack?: string;
}

/** Checks all keys, as the stack's configuration and the environment have them. */
export function checkConfiguration(
  entries: ConfigurationEntries,
  environment: NodeJS.ProcessEnv,
  reader: Reader = {},
): ConfigurationFindings {
  const lookup = (key: ConfigurationKey): string | undefined => entries[fullKey(key)]?.value;
  const values = new Map(
    configurationKeyNames.flatMap((key) => {
      const value = configuredValue(key, lookup, environment);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const problems = problemsOf(values);
  const broken = new Set(problems.flatMap(({ keys }) => keys));
  const valid = (key: ConfigurationKey) => (broken.has(key) ? undefined : values.get(key)?.value);
  const messages = [...new Set(problems.map(({ message }) => message))];
  return {
    checks: [
      ...(messages.length === 0 ? [ok("configuration", summary(values))] : []),
      ...messages.map((message) => failure("configuration", ...findingAndRemedy(message))),
      ...plainText(entries, reader),
      ...unknownKeys(entries, reader),
      ...misplaced(entries, environment, reader),
      ...unknownVariables(environment),
      ...overridden(lookup, environment, reader),
    ],
    configuration: readConfiguration(valid, {}),
    values,
    addressable: !broken.has("apiUrl"),
  };
}

/** Keys that are understood together; a problem of one makes the first ones useless. */
const together: readonly (readonly ConfigurationKey[])[] = [
  ["refreshToken", "appId", "appSecret"],
  ["accounts", "appId", "appSecret"],
];

interface Problem {
  readonly keys: readonly ConfigurationKey[];
  readonly message: string;
}

function problemsOf(values: ConfigurationFindings["values"]): Problem[] {
  const alone = configurationKeyNames.filter((key) => !together.some((keys) => keys.includes(key)));
  return [...alone.map((key) => [key]), ...together].flatMap((keys): Problem[] => {
    const message = complaint(() =>
      readConfiguration((key) => (keys.includes(key) ? values.get(key)?.value : undefined), {}),
    );
    return message === undefined ? [] : [{ keys: keys.slice(0, 1), message }];
  });
}

function complaint(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function summary(values: ConfigurationFindings["values"]): string {
  const from = (source: ConfiguredValue["from"], named: (key: ConfigurationKey) => string) =>
    [...values].filter(([, value]) => value.from === source).map(([key]) => named(key));
  const configured = from("configuration", fullKey);
  const variables = from("environment", environmentVariable);
  const parts = [
    ...(configured.length === 0 ? [] : [`${configured.join(", ")} in the stack's configuration`]),
    ...(variables.length === 0 ? [] : [`${variables.join(", ")} in the environment`]),
  ];
  return parts.length === 0 ? "nothing is set" : parts.join("; ");
}

function plainText(entries: ConfigurationEntries, { onStack = "" }: Reader): Check[] {
  return configurationKeyNames
    .filter((key) => configurationKeys[key].secret && entries[fullKey(key)]?.secret === false)
    .map((key) =>
      warning(
        "plain-text",
        `\`${fullKey(key)}\` is in the stack's configuration as plain text`,
        `Set it again with \`pulumi config set --secret ${fullKey(key)}${onStack}\`, and renew the token.`,
      ),
    );
}

function unknownKeys(
  entries: ConfigurationEntries,
  { usesPlugin = false, project, onStack = "" }: Reader,
): Check[] {
  // The plugin refuses also what a project that is called like the namespace keeps there for itself.
  return unreadKeysOfStack(Object.keys(entries), usesPlugin ? undefined : project).map(({ name, meant }) => {
    const hint = meant === undefined ? "" : `Did you mean \`${fullKey(meant)}\`? `;
    const remove = `\`pulumi config rm ${namespace}:${name}${onStack}\` takes it out.`;
    const found = `\`${namespace}:${name}\` is no key, and`;
    return usesPlugin
      ? failure("unknown-key", `${found} the provider plugin refuses it`, hint + remove)
      : warning("unknown-key", `${found} nothing reads it`, hint + remove);
  });
}

function misplaced(
  entries: ConfigurationEntries,
  environment: NodeJS.ProcessEnv,
  { project, onStack }: Reader,
): Check[] {
  if (project === undefined) return [];
  return misplacedKeys(Object.keys(entries), project, environment).map((key) => {
    const { problem, remedy } = explainMisplaced(key, project, onStack);
    return warning("unknown-key", problem, `${remedy}.`);
  });
}

/** Variables that this package reads beside those of the keys. */
const otherVariables = ["PINTEREST_DEBUG", observeVariable];

/** Other programs have variables of this beginning too, so only what looks like a misspelling is told. */
function unknownVariables(environment: NodeJS.ProcessEnv): Check[] {
  const known = [...configurationKeyNames.map(environmentVariable), ...otherVariables];
  return Object.keys(environment)
    .filter((name) => name.startsWith("PINTEREST_") && !known.includes(name))
    .flatMap((name) => {
      const meant = nearestName(name, known);
      return meant === undefined
        ? []
        : [warning("unknown-key", `${name} is set, and nothing reads it`, `Did you mean ${meant}?`)];
    });
}

function overridden(
  lookup: (key: ConfigurationKey) => string | undefined,
  environment: NodeJS.ProcessEnv,
  { onStack = "" }: Reader,
): Check[] {
  return configurationKeyNames.flatMap((key) => {
    const [configured, variable] = [lookup(key), environment[environmentVariable(key)]];
    if (!configured || !variable || configured === variable) return [];
    const name = environmentVariable(key);
    return environmentFirst.has(key)
      ? [ok("overridden", `${name} holds for now, in place of the \`${fullKey(key)}\` of the stack`)]
      : [
          warning(
            "overridden",
            `${name} is set and not used: the stack's \`${fullKey(key)}\` says something else`,
            `Unset the variable, or take the key out with \`pulumi config rm ${fullKey(key)}${onStack}\`.`,
          ),
        ];
  });
}
