import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import { stackOptions } from "../../provider/base/shell";
import { counted } from "../../provider/base/words";
import { unknownValue } from "../../provider/run/constants";
import { ExplainedError } from "../../stack/command-error";
import { findStack, type StackChoice, UnusableStack } from "../../stack/open";
import type { OpenStack } from "../../stack/stack";
import {
  type ExportedResource,
  isDefaultProvider,
  isIntegrationType,
  nameOf,
  providerTypeOf,
  providerUrnOf,
} from "../../stack/state";
import { type Check, failure, failureOf, ok, warning } from "./checks";
import { engineErrors } from "./machine";

export interface UsedCredentials {
  /** Names of accounts; undefined is the default account. */
  readonly accounts: ReadonlySet<string | undefined>;
  /** Names of explicit providers, which have their own tokens. */
  readonly providers: ReadonlySet<string>;
}

export interface StackFindings {
  readonly checks: readonly Check[];
  /** Whether a stack exists, or should exist, whose configuration is unknown. */
  readonly isUnreadable: boolean;
  readonly stack?: OpenStack;
  /** Its configuration, with secrets in plaintext; undefined if there is no stack, or it cannot be read. */
  readonly configuration?: ConfigMap;
  readonly hasPlugin: boolean;
  readonly used: UsedCredentials;
}

export const noStack: StackFindings = {
  checks: [],
  isUnreadable: false,
  hasPlugin: false,
  used: { accounts: new Set(), providers: new Set() },
};

/** Opens the selected stack, and reads its configuration and state. */
export async function inspectStack(choice: StackChoice): Promise<StackFindings> {
  try {
    const { stack, absent } = await findStack(choice);
    if (stack !== undefined) return await readStack(stack);
    const { found, remedy } = failureOf("stack", absent);
    return { ...noStack, checks: [warning("stack", `${found}; only the environment is checked`, remedy)] };
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    return { ...noStack, isUnreadable: true, checks: [unopened(error, choice.cwd)] };
  }
}

function unopened(error: ExplainedError, directory: string): Check {
  if (error instanceof UnusableStack) {
    const { stackName: name, project } = error;
    return unusable(`stack '${name}' of project '${project}' cannot be opened`, error, { directory, name });
  }
  const onProject = stackOptions({ directory });
  return failure(
    "stack",
    failureOf("stack", error).found,
    `Select another one with --stack (\`pulumi stack ls${onProject}\` lists them), or create it with \`pulumi stack init${onProject}\`.`,
  );
}

function unusable(problem: string, error: unknown, stack: { directory: string; name: string }): Check {
  return failure(
    "stack",
    `${problem}: ${engineErrors(error)}`,
    `Fix the cause of the error: \`pulumi stack${stackOptions(stack)}\` prints it again. If secrets cannot be decrypted, set PULUMI_CONFIG_PASSPHRASE ` +
      "or PULUMI_CONFIG_PASSPHRASE_FILE, or log in to the service that has the key.",
  );
}

async function readStack(stack: OpenStack): Promise<StackFindings> {
  const called = `stack '${stack.name}' of project '${stack.project}'`;
  const unreadable = (part: string, error: unknown): StackFindings => {
    const check = unusable(`the ${part} of ${called} cannot be read`, error, stack);
    return { ...noStack, stack, checks: [check] };
  };
  let configuration: ConfigMap;
  try {
    configuration = await stack.allConfiguration();
  } catch (error) {
    return { ...unreadable("configuration", error), isUnreadable: true };
  }
  try {
    const integrations = (await stack.resources()).filter(({ type }) => isIntegrationType(type));
    return {
      isUnreadable: false,
      hasPlugin: integrations.some(({ type }) => providerTypeOf(type) === "plugin"),
      stack,
      configuration,
      checks: [ok("stack", `${called}, with ${counted(integrations.length, "integration")}`)],
      used: credentialsOf(integrations),
    };
  } catch (error) {
    return { ...unreadable("state", error), configuration };
  }
}

function credentialsOf(integrations: readonly ExportedResource[]): UsedCredentials {
  const accounts = new Set<string | undefined>();
  const providers = new Set<string>();
  for (const { inputs: { account, providerName } = {}, provider } of integrations) {
    if (typeof providerName === "string") providers.add(providerName);
    else if (provider !== undefined && !isDefaultProvider(provider)) {
      providers.add(nameOf(providerUrnOf(provider)));
    } else if (account !== unknownValue) accounts.add(typeof account === "string" ? account : undefined);
  }
  return { accounts, providers };
}
