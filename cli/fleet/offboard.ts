import { type Offboarded, offboard } from "../../fleet/manual/offboard";
import { ownCommand } from "../../provider/api/own-package";
import { UsageError } from "../command-error";
import { type ExitCode, exitCodes } from "../exit-codes";
import { confirm, type Terminal } from "../terminal";
import { counted, firstOf } from "../text/words";
import { holdingShards, type WaitOptions, withFleet } from "./access";

export interface OffboardCommandOptions extends WaitOptions {
  readonly yes?: true;
  readonly force?: true;
  readonly json?: true;
}

const tokenFirst =
  "Pinterest gives the same answer for revoked, expired and wrong tokens. First renew the token, and check it with " +
  `\`${ownCommand} doctor --account NAME\`. If Pinterest accepts it, do not offboard the merchant.`;

/** `pulumi-pinterest fleet offboard` */
export function offboardMerchants(
  merchants: readonly string[],
  { yes, force, json, ...options }: OffboardCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (!yes && !terminal.interactive) {
    throw new UsageError(
      "fleet offboard needs confirmation, and this is not a terminal: add --yes to erase without confirmation",
    );
  }
  return withFleet(async (fleet) => {
    if (!yes) {
      terminal.note(tokenFirst);
      const what = `${counted(merchants.length, "merchant")} (${firstOf(merchants)})`;
      if (!(await confirm(`Erase all data of ${what}?`))) {
        terminal.note("Nothing was changed.");
        return exitCodes.ok;
      }
    }
    const offboarded = await holdingShards(fleet, "fleet offboard", options, terminal, (hold) =>
      offboard(fleet.database, { ...hold, merchants, force: force === true }),
    );
    terminal.out(json ? JSON.stringify({ offboarded }) : offboarded.map(inWords).join("\n"));
    const listed = offboarded.filter(({ wasListed }) => wasListed).map(({ name }) => name);
    if (listed.length > 0) {
      terminal.note(
        `Remove ${firstOf(listed)} from the merchant list too. Otherwise, the next \`${ownCommand} fleet plan\` adds them again.`,
      );
    }
    return exitCodes.ok;
  });
}

function inWords({ name, externalBusinessId, account, integrationId, earlierStates }: Offboarded): string {
  const whose = account === "" ? "the default account" : `account '${account}'`;
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
          ...earlierStates.where.map((place) => `    ${place}`),
        ];
  return [`${name}: erased. ${rest}`, ...kept].join("\n");
}
