import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import { nearestNames } from "../../provider/base/message-text";
import {
  type Configuration,
  type ConfigurationKey,
  type ConfiguredValue,
  configurationKeyNames,
  configuredValue,
  credentialKeys,
  environmentVariable,
  explainMisplaced,
  fullKey,
  type Host,
  InvalidAccounts,
  misplacedKeys,
  namespace,
  readConfiguration,
  rowOf,
  unreadKeysOfStack,
} from "../../provider/config";
import { runContextVariable } from "../../provider/run/run-context";
import { type Check, failure, failureOf, ok, warning } from "./checks";

export interface ConfigurationFindings {
  readonly checks: readonly Check[];
  /** The valid part of the configuration. */
  readonly configuration: Configuration;
  /** The effective values with their sources. */
  readonly values: ReadonlyMap<ConfigurationKey, ConfiguredValue>;
  /** Whether the API's address is valid, so that requests can be sent. */
  readonly validAddress: boolean;
  /** Whether all keys with credentials are valid. */
  readonly validAccounts: boolean;
}

/** The input of the checks. */
interface Sources {
  /** The stack's configuration by full keys, with secrets in plaintext. */
  readonly entries: ConfigMap;
  readonly environment: NodeJS.ProcessEnv;
  readonly values: ConfigurationFindings["values"];
  /** Whether the plugin reads the configuration, which refuses unknown keys. */
  readonly usesPlugin?: boolean;
  readonly project?: string | undefined;
  /** The project's directory. @default the working directory */
  readonly directory?: string | undefined;
  /** Options of printed commands that select the stack. */
  readonly onStack: string;
}

/**
 * Checks all keys of the stack's configuration and of the environment.
 *
 * @param entries by full keys, with secrets in plaintext.
 */
export function checkConfiguration(
  entries: ConfigMap,
  environment: NodeJS.ProcessEnv,
  reader: Partial<Omit<Sources, "entries" | "environment" | "values">> = {},
): ConfigurationFindings {
  const values = new Map(
    configurationKeyNames.flatMap((key) => {
      const value = configuredValue(key, (name) => entries[fullKey(name)]?.value, environment);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const sources = { onStack: "", ...reader, entries, environment, values };
  const problems = problemsOf(values);
  const broken = new Set(problems.map(({ key }) => key));
  // A wrong key of two groups is found twice.
  const distinct = [...new Map(problems.map((problem) => [problem.error.message, problem])).values()];
  const others = [plainText, unknownKeys, misplaced, unknownVariables, overridden, unusedRefreshToken];
  const valid = (key: ConfigurationKey) => (broken.has(key) ? undefined : values.get(key)?.value);
  return {
    checks: [
      ...(problems.length === 0 ? [ok("configuration", summary(values))] : []),
      ...distinct.map((problem) => problemCheck(problem, sources)),
      ...others.flatMap((check) => check(sources)),
    ],
    configuration: {
      ...readConfiguration(valid, unset),
      host: { ...unset, environment, baseDirectory: reader.directory },
      tokensFrom: {
        accessToken: values.get("accessToken")?.from,
        refreshToken: values.get("refreshToken")?.from,
        accounts: values.get("accounts")?.from,
      },
    },
    values,
    validAddress: !broken.has("apiUrl"),
    validAccounts: !credentialKeys.some((key) => broken.has(key)),
  };
}

/** A host without variables, because the values that are validated already include those of the environment. */
const unset: Host = { environment: {}, declaredIn: "program" };

/** Keys that are validated together. A problem of one makes the first one unusable. */
const validatedTogether: readonly (readonly [ConfigurationKey, ...ConfigurationKey[]])[] = [
  ["refreshToken", "appId", "appSecret"],
  ["accounts", "appId", "appSecret"],
];

interface Problem {
  /** The key that cannot be used. */
  readonly key: ConfigurationKey;
  /** Whether its value is invalid. Otherwise, several keys do not match. */
  readonly isOfKey: boolean;
  readonly error: Error;
}

/** The problems of all keys. Reads each key or group of keys apart, because `readConfiguration` throws the first problem that it finds. */
function problemsOf(values: ConfigurationFindings["values"]): Problem[] {
  const alone = configurationKeyNames.filter((key) => !validatedTogether.some((keys) => keys.includes(key)));
  return [...alone.map((key) => [key] as const), ...validatedTogether].flatMap(([key, ...others]) => {
    const read = (name: ConfigurationKey) => name === key || others.includes(name);
    try {
      readConfiguration((name) => (read(name) ? values.get(name)?.value : undefined), unset);
      return [];
    } catch (error) {
      const isOfKey = others.length === 0 || error instanceof InvalidAccounts;
      return { key, isOfKey, error: error as Error };
    }
  });
}

/** Names the value's source, and the command that sets it. */
function problemCheck({ key, isOfKey, error }: Problem, { values, onStack }: Sources): Check {
  const check = failureOf("configuration", error);
  const value = values.get(key);
  if (!isOfKey || value === undefined) return check;
  const source = value.from === "environment" ? "the environment" : "the stack's configuration";
  const remedy = [check.remedy ?? [], `Set it with ${setCommand(key, values, onStack)}.`].flat().join(" ");
  return { ...check, found: `${check.found} (from ${source})`, remedy };
}

/**
 * The command that sets a key where its value comes from, as code.
 *
 * @param onStack options of printed commands that select the stack.
 */
export function setCommand(
  key: ConfigurationKey,
  values: ConfigurationFindings["values"],
  onStack: string,
): string {
  if (values.get(key)?.from === "environment") return `\`export ${environmentVariable(key)}='…'\``;
  // Pulumi asks for the value, so that the history of the shell does not contain a secret.
  return rowOf(key).secret
    ? `\`pulumi config set --secret ${fullKey(key)}${onStack}\``
    : `\`pulumi config set ${fullKey(key)} …${onStack}\``;
}

function summary(values: ConfigurationFindings["values"]): string {
  const keysFrom = (source: ConfiguredValue["from"]) =>
    [...values].filter(([, value]) => value.from === source).map(([key]) => key);
  const configured = keysFrom("configuration").map(fullKey).join(", ");
  const variables = keysFrom("environment").map(environmentVariable).join(", ");
  const parts = [
    configured && `${configured} in the stack's configuration`,
    variables && `${variables} in the environment`,
  ];
  return parts.filter(Boolean).join("; ") || "nothing is set";
}

function plainText({ entries, onStack }: Sources): Check[] {
  return configurationKeyNames
    .filter((key) => rowOf(key).secret && entries[fullKey(key)]?.secret === false)
    .map((key) =>
      warning(
        "plain-text",
        `\`${fullKey(key)}\` is in plaintext in the stack's configuration`,
        `Set it again with \`pulumi config set --secret ${fullKey(key)}${onStack}\`, and renew the token.`,
      ),
    );
}

function unknownKeys({ entries, usesPlugin = false, project, onStack }: Sources): Check[] {
  // The plugin also refuses the own keys of a project that has the name of the namespace.
  return unreadKeysOfStack(Object.keys(entries), usesPlugin ? undefined : project).map(({ name, meant }) => {
    const hint = meant === undefined ? "" : `Did you mean \`${fullKey(meant)}\`? `;
    const remove = `To remove it, run \`pulumi config rm ${namespace}:${name}${onStack}\`.`;
    const found = `\`${namespace}:${name}\` is not a valid key:`;
    return usesPlugin
      ? failure("unknown-key", `${found} the provider plugin refuses it`, hint + remove)
      : warning("unknown-key", `${found} nothing reads it`, hint + remove);
  });
}

function misplaced({ entries, environment, project, onStack }: Sources): Check[] {
  if (project === undefined) return [];
  return misplacedKeys(Object.keys(entries), project, environment).map((key) => {
    const { problem, remedy } = explainMisplaced(key, project, onStack);
    return warning("unknown-key", problem, `${remedy}.`);
  });
}

/** Variables that this package reads in addition to those of the keys. */
const otherVariables = ["PINTEREST_DEBUG", runContextVariable];

/** Other programs also have variables with this prefix, so only probable misspellings are reported. */
function unknownVariables({ environment }: Sources): Check[] {
  const known = [...configurationKeyNames.map(environmentVariable), ...otherVariables];
  return Object.keys(environment)
    .filter((name) => name.startsWith("PINTEREST_") && !known.includes(name))
    .flatMap((name) => {
      const [suggestion] = nearestNames(name, known);
      const found = `${name} is set, but nothing reads it`;
      return suggestion === undefined ? [] : [warning("unknown-key", found, `Did you mean ${suggestion}?`)];
    });
}

function overridden({ entries, environment, onStack }: Sources): Check[] {
  return configurationKeyNames.flatMap((key) => {
    const by = key === "accessToken" && !entries[fullKey(key)]?.value ? "refreshToken" : key;
    const [configured, variable] = [entries[fullKey(by)]?.value, environment[environmentVariable(key)]];
    if (!configured || !variable || configured === variable || rowOf(key).environmentFirst) return [];
    return warning(
      "overridden",
      `${environmentVariable(key)} is not used, because the stack's \`${fullKey(by)}\` overrides it`,
      `Unset the variable, or remove the key with \`pulumi config rm ${fullKey(by)}${onStack}\`.`,
    );
  });
}

/** The warning that a refresh token is not used: an access token takes precedence, and the provider does not renew it. */
function unusedRefreshToken({ values, onStack }: Sources): Check[] {
  const [access, refresh] = [values.get("accessToken"), values.get("refreshToken")];
  if (access === undefined || refresh === undefined) return [];
  const nameOf = (key: ConfigurationKey, { from }: ConfiguredValue) =>
    from === "environment" ? environmentVariable(key) : `\`${fullKey(key)}\``;
  const removal =
    access.from === "environment"
      ? `\`unset ${environmentVariable("accessToken")}\``
      : `\`pulumi config rm ${fullKey("accessToken")}${onStack}\``;
  const found =
    `${nameOf("refreshToken", refresh)} is not used, because the access token in ${nameOf("accessToken", access)} takes precedence. ` +
    "When it expires, the provider does not renew it";
  return [warning("overridden", found, `To use the refresh token, remove the access token with ${removal}.`)];
}
