import { fleetInvocation } from "../../fleet/shard/workspace";
import { type Offboarded, offboard } from "../../fleet/worker/offboard";
import { accountInWords, firstOf } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { counted } from "../../provider/base/words";
import { assertConfirmable, type CommandIo, confirm } from "../terminal";
import { interruptible, withFleet } from "./access";

interface OffboardCommandOptions {
  readonly cwd: string;
  readonly yes?: true;
  readonly force?: true;
  /** Longest wait for workers in minutes. @default no limit */
  readonly timeout?: number;
  readonly json?: true;
}

const tokenFirst =
  "Pinterest gives the same response for revoked, expired and wrong tokens. First renew the token, and check it with " +
  `\`${ownCommand} doctor --account NAME\`. If Pinterest accepts it, do not offboard the merchant.`;

/** `pulumi-pinterest fleet offboard` */
export function offboardMerchants(
  merchants: readonly string[],
  { cwd: directory, yes, force, timeout, json }: OffboardCommandOptions,
  { terminal, environment }: CommandIo,
): Promise<void> {
  assertConfirmable("fleet offboard", yes, terminal);
  return withFleet(environment, async ({ database, settings: { project } }) => {
    if (!yes) {
      terminal.note(tokenFirst);
      const what = `${counted(merchants.length, "merchant")} (${firstOf(merchants)})`;
      if (!(await confirm(`Erase all data of ${what}?`))) return terminal.note("Nothing was changed.");
    }
    const invocation = fleetInvocation(directory, environment);
    const options = { merchants, force: force === true, project, invocation, notify: terminal.note };
    const offboarded: Offboarded[] = [];
    const onOffboarded = (merchants: readonly Offboarded[]) => {
      offboarded.push(...merchants);
      if (!json) terminal.out(merchants.map(offboardedInWords).join("\n"));
    };
    try {
      await interruptible((signal) => offboard(database, { ...options, signal }, onOffboarded), timeout);
    } finally {
      if (json) terminal.out(JSON.stringify({ offboarded }));
    }
    const listed = offboarded.filter(({ wasListed }) => wasListed).map(({ name }) => name);
    if (listed.length === 0) return;
    terminal.note(
      `Remove ${firstOf(listed)} from the merchant list too. Otherwise, the next \`${ownCommand} fleet plan\` adds them again.`,
    );
  });
}

function offboardedInWords(offboarded: Offboarded): string {
  const { name, externalBusinessId, account, integrationId, earlierStates } = offboarded;
  const whose = accountInWords(account || undefined);
  const rest =
    integrationId === undefined
      ? "It has no known integration at Pinterest."
      : `The integration '${externalBusinessId}' of ${whose} (integration ID ${integrationId}) stays at Pinterest, unmanaged. ` +
        "The merchant can disconnect it there. If the merchant connects again, you can import and delete it.";
  const kept =
    earlierStates.kind === "erased"
      ? []
      : [
          "  Earlier states of its shard remain in your backend, and contain its secrets, encrypted. Delete them there:",
          ...earlierStates.where.map((location) => `    ${location}`),
        ];
  return [`${name}: erased. ${rest}`, ...kept].join("\n");
}
