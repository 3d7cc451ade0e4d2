import { cpSync } from "node:fs";
import { join } from "node:path";
import { Lab } from "../../engine/helpers/lab";
import { kit } from "./kit";
import { VaultServer } from "./vault-server";

export interface KitLab {
  lab: Lab;
  /** Has the token of the account `north`, which the stack `vault` uses. */
  vault: VaultServer;
}

/** Opens a lab whose project has the kit's scripts, and the stacks `prod` and `vault`, which are empty. */
export async function openKitLab(): Promise<KitLab> {
  const lab = await Lab.open();
  let vault: VaultServer | undefined;
  try {
    cpSync(join(kit, "scripts"), join(lab.directory, "scripts"), { recursive: true });
    program(lab);
    // No stack is selected, like in the checkout of a job.
    for (const stack of ["prod", "vault"]) await lab.succeed("stack", "init", stack, "--no-select");
    vault = await VaultServer.start();
    vault.secret = { north: lab.emulator.addAccount({ name: "north" }).access_tokens[0] };
    return { lab, vault };
  } catch (error) {
    await vault?.stop();
    await lab.close();
    throw error;
  }
}

/** Writes the program of both stacks, which declares the integrations `prod-shop` and `prod-other`, or `vault-shop` and `vault-other`. */
export function program(lab: Lab, { tag = "1", other = "other" } = {}): void {
  lab.program(
    {},
    `const stack = pulumi.getStack();
    const account = stack === "vault" ? "north" : undefined;
    new pinterest.CommerceIntegration("shop", { externalBusinessId: stack + "-shop", connectedTagId: "${tag}", account });
    new pinterest.CommerceIntegration("other", { externalBusinessId: stack + "-${other}", account });`,
  );
}

/** The machine's part of a lab's environment, and the values of expressions with which a workflow passes the rest to its steps. */
export interface JobEnvironment {
  environment: NodeJS.ProcessEnv;
  values: Record<string, string>;
}

export function jobEnvironment({ environment: all }: Lab): JobEnvironment {
  const {
    PULUMI_BACKEND_URL = "",
    PULUMI_CONFIG_PASSPHRASE = "",
    PINTEREST_ACCESS_TOKEN = "",
    PINTEREST_ACCOUNTS = "",
    // A job does not set this variable, so the workflow must contain `--yes`.
    PULUMI_SKIP_CONFIRMATIONS: _,
    ...environment
  } = all;
  return {
    environment,
    values: {
      "vars.PULUMI_BACKEND_URL": PULUMI_BACKEND_URL,
      "secrets.PULUMI_CONFIG_PASSPHRASE": PULUMI_CONFIG_PASSPHRASE,
      "secrets.PINTEREST_ACCESS_TOKEN": PINTEREST_ACCESS_TOKEN,
      "secrets.PINTEREST_ACCOUNTS": PINTEREST_ACCOUNTS,
    },
  };
}
