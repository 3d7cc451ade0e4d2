import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import { dynamicType } from "../../dynamic/constant";
import { CommandError } from "../command-error";
import { engineMessage } from "../stack/open";
import type { ExportedResource, OpenStack } from "../stack/stack";
import { type Check, failure, findingAndRemedy, ok, warning } from "./check";

/** What is known of a stack. */
export interface StackFindings {
  readonly checks: readonly Check[];
  readonly stack?: OpenStack;
  /** Its configuration, secrets in clear; undefined where there is no stack, or it cannot be read. */
  readonly configuration?: ConfigMap;
  /** The names of accounts that its integrations belong to; undefined stands for the default account. */
  readonly accounts: ReadonlySet<string | undefined>;
  /** The names of explicit providers of its integrations. */
  readonly providers: ReadonlySet<string>;
}

const none = { accounts: new Set<undefined>(), providers: new Set<string>() };

/** Opens the stack that was chosen, and reads what there is to read of it. */
export async function checkStack(choice: {
  cwd: string;
  stack?: string | undefined;
}): Promise<StackFindings> {
  const { findStack } = await import("../stack/find.js");
  try {
    const { stack, absent } = await findStack(choice);
    if (stack !== undefined) return await readStack(stack);
    const [found, remedy] = findingAndRemedy(absent);
    const alone = `${found}; the environment alone is looked at`;
    return { ...none, checks: [warning("stack", alone, remedy)] };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const remedy =
      "Name another one with --stack (`pulumi stack ls` lists them), or make it with `pulumi stack init`.";
    return { ...none, checks: [failure("stack", error.message.replace(/\nerror: /g, ": "), remedy)] };
  }
}

async function readStack(stack: OpenStack): Promise<StackFindings> {
  const called = `stack '${stack.name}' of project '${stack.project}'`;
  const unreadable = (what: string, error: unknown): Check =>
    failure(
      "stack",
      `the ${what} of ${called} cannot be read: ${engineMessage(error).replace(/^error: /, "")}`,
      "Set what opens its secrets, such as PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or log in where they are kept.",
    );
  let configuration: ConfigMap;
  try {
    configuration = await stack.allConfiguration();
  } catch (error) {
    return { ...none, stack, checks: [unreadable("configuration", error)] };
  }
  try {
    const integrations = (await stack.resources()).filter(({ type }) => type === dynamicType);
    const count = `${integrations.length} integration${integrations.length === 1 ? "" : "s"}`;
    return {
      stack,
      configuration,
      checks: [ok("stack", `${called}, with ${count}`)],
      ...ownersOf(integrations),
    };
  } catch (error) {
    return { ...none, stack, configuration, checks: [unreadable("state", error)] };
  }
}

/** Resources of an explicit provider have tokens of its own. */
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
