import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import { credentialKeys, fullKey, lookupIn, withoutNamespace } from "../../provider/config";
import { ExplainedError } from "../explained-error";
import { UnusableStack } from "../stack/open";
import type { OpenStack } from "../stack/stack";
import type { ExportedResource } from "../stack/state";
import { inPlaintext, isDefaultProvider, isIntegrationType, providerTypeOf } from "../stack/state";
import { counted } from "../text/counted";
import { stackOptions } from "../text/shell";
import { type Check, failure, failureOf, ok, warning } from "./check";
import { engineSays } from "./engine-says";

/** The result of a stack's checks. */
export interface StackFindings {
  readonly checks: readonly Check[];
  /** Whether a stack exists, or should exist, whose configuration is unknown. */
  readonly unread: boolean;
  readonly stack?: OpenStack;
  /** Its configuration, with secrets in plaintext; undefined if there is no stack, or it cannot be read. */
  readonly configuration?: ConfigMap;
  /** Whether it has integrations of the plugin. */
  readonly hasPlugin: boolean;
  /** Names of the accounts of its integrations; undefined is the default account. */
  readonly accounts: ReadonlySet<string | undefined>;
  /** Names of the explicit providers of its integrations. */
  readonly providers: ReadonlySet<string>;
}

/** The result without a stack. */
export const noStack: StackFindings = {
  checks: [],
  unread: false,
  hasPlugin: false,
  accounts: new Set<undefined>(),
  providers: new Set<string>(),
};

/** Opens the selected stack, and reads its configuration and state. */
export async function checkStack(choice: {
  cwd: string;
  stack?: string | undefined;
}): Promise<StackFindings> {
  const { findStack } = await import("../stack/open.js");
  try {
    const { stack, absent } = await findStack(choice);
    if (stack !== undefined) return await readStack(stack);
    const { found, remedy } = failureOf("stack", absent);
    const alone = `${found}; only the environment is checked`;
    return { ...noStack, checks: [warning("stack", alone, remedy)] };
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    return { ...noStack, unread: true, checks: [unopened(error, choice.cwd)] };
  }
}

const openSecrets =
  "Set what decrypts its secrets, such as PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or log in to the service that has the key.";

function unopened(error: ExplainedError, directory: string): Check {
  if (error instanceof UnusableStack) {
    const { stackName, project } = error;
    const found = `stack '${stackName}' of project '${project}' cannot be opened: ${engineSays(error)}`;
    return failure("stack", found, remedyFor(found, { directory, name: stackName }));
  }
  const inProject = stackOptions({ directory });
  return failure(
    "stack",
    failureOf("stack", error).found,
    `Select another one with --stack (\`pulumi stack ls${inProject}\` lists them), or create it with \`pulumi stack init${inProject}\`.`,
  );
}

function remedyFor(found: string, stack: { directory: string; name: string }): string {
  return /passphrase|decrypt|secret/i.test(found)
    ? openSecrets
    : `Fix the cause of the error. \`pulumi stack${stackOptions(stack)}\` prints it again.`;
}

async function readStack(stack: OpenStack): Promise<StackFindings> {
  const called = `stack '${stack.name}' of project '${stack.project}'`;
  const unreadable = (what: string, error: unknown): Check => {
    const found = `the ${what} of ${called} cannot be read: ${engineSays(error)}`;
    return failure("stack", found, remedyFor(found, stack));
  };
  let configuration: ConfigMap;
  try {
    configuration = await stack.allConfiguration();
  } catch (error) {
    return { ...noStack, unread: true, stack, checks: [unreadable("configuration", error)] };
  }
  try {
    const resources = await stack.resources();
    const integrations = resources.filter(({ type }) => isIntegrationType(type));
    const count = counted(integrations.length, "integration");
    return {
      unread: false,
      hasPlugin: integrations.some(({ type }) => providerTypeOf(type) === "plugin"),
      stack,
      configuration,
      checks: [ok("stack", `${called}, with ${count}`), ...earlierCredentials(resources, configuration)],
      ...ownersOf(integrations),
    };
  } catch (error) {
    return { ...noStack, stack, configuration, checks: [unreadable("state", error)] };
  }
}

/** Credentials in state that differ from the configuration. The engine uses them unless it runs the program. */
function earlierCredentials(resources: readonly ExportedResource[], configuration: ConfigMap): Check[] {
  const providers = resources.filter(({ urn }) => isDefaultProvider(`${urn}::id`));
  const texts = providers.map(({ inputs = {} }) =>
    lookupIn(
      Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [withoutNamespace(name), inPlaintext(value)]),
      ),
    ),
  );
  return credentialKeys
    .filter((key) => {
      const value = configuration[fullKey(key)]?.value;
      return value !== undefined && texts.some((text) => compact(text(key)) !== compact(value));
    })
    .map((key) =>
      warning(
        "stack",
        `\`${fullKey(key)}\` has changed since the last update`,
        "`pulumi refresh`, `pulumi destroy` and the option `--refresh` use the configuration of the last update. Add `--run-program` to use the current one.",
      ),
    );
}

/** JSON without whitespace, which the engine can change. */
function compact(text: string | undefined): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text ?? ""));
  } catch {
    return text;
  }
}

/** Resources of an explicit provider use its tokens. */
function ownersOf(integrations: readonly ExportedResource[]): Pick<StackFindings, "accounts" | "providers"> {
  const accounts = new Set<string | undefined>();
  const providers = new Set<string>();
  for (const { inputs = {} } of integrations) {
    const { account, providerName } = inputs;
    if (typeof providerName === "string") providers.add(providerName);
    else accounts.add(typeof account === "string" ? account : undefined);
  }
  return { accounts, providers };
}
