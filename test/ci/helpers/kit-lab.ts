import { cpSync } from "node:fs";
import { join } from "node:path";
import { Lab } from "../../engine/helpers/lab";
import { kit } from "./kit";

/** Opens a lab whose project has the kit's scripts, and the stacks `prod` and `dev` with the integrations `prod-shop` and `dev-shop`. */
export async function openKitLab(): Promise<Lab> {
  const lab = await Lab.open();
  try {
    cpSync(join(kit, "scripts"), join(lab.directory, "scripts"), { recursive: true });
    program(lab);
    const stacks = ["dev", "prod"];
    // No stack is selected, like in the checkout of a job.
    for (const stack of stacks) await lab.succeed("stack", "init", stack, "--no-select");
    await Promise.all(stacks.map((stack) => lab.up("--stack", stack)));
    return lab;
  } catch (error) {
    await lab.close();
    throw error;
  }
}

/** Writes the program of both stacks. */
export function program(lab: Lab, tag = "1", account?: string): void {
  const args = { connectedTagId: tag, account };
  lab.program(
    {},
    `const stack = pulumi.getStack();
    new pinterest.CommerceIntegration(stack, { externalBusinessId: stack + "-shop", ...${JSON.stringify(args)} });`,
  );
}

/** The machine's part of the lab's environment, and the values that a workflow must pass to its steps. */
export interface JobEnvironment {
  environment: NodeJS.ProcessEnv;
  secrets: Record<string, string>;
  vars: Record<string, string>;
}

/** Splits the lab's environment into the machine's part, and the values that a workflow must pass to its steps. */
export function jobEnvironment(lab: Lab): JobEnvironment {
  const {
    PULUMI_BACKEND_URL = "",
    PULUMI_CONFIG_PASSPHRASE = "",
    PINTEREST_ACCESS_TOKEN = "",
    // A job does not set this variable, so the workflow must contain `--yes`.
    PULUMI_SKIP_CONFIRMATIONS: _,
    ...environment
  } = lab.environment;
  return {
    environment,
    secrets: { PULUMI_CONFIG_PASSPHRASE, PINTEREST_ACCESS_TOKEN },
    vars: { PULUMI_BACKEND_URL },
  };
}
