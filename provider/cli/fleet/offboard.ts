import { type Offboarded, offboard } from "../../fleet/by-hand/offboard";
import { UsageError } from "../command-error";
import { confirm } from "../confirm";
import { type ExitCode, exitCodes } from "../exit-codes";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { firstOf } from "../text/listed";
import { withFleet } from "./access";
import { holding } from "./by-hand";

export interface OffboardCommandOptions {
  readonly cwd: string;
  readonly yes?: true;
  readonly force?: true;
  readonly json?: true;
}

/** `pulumi-pinterest fleet offboard` */
export function offboardMerchants(
  merchants: readonly string[],
  { cwd, yes, force, json }: OffboardCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (!yes && !terminal.interactive) {
    throw new UsageError(
      "fleet offboard asks before it forgets, and there is nobody to ask: add --yes to have it forget without",
    );
  }
  return withFleet(async (fleet) => {
    if (
      !yes &&
      !(await confirm(`Forget ${counted(merchants.length, "merchant")}, and all that is kept of them?`))
    ) {
      terminal.note("Nothing was changed.");
      return exitCodes.ok;
    }
    const offboarded = await holding(fleet, "fleet offboard", cwd, terminal, (options) =>
      offboard(fleet.database, { ...options, merchants, force: force === true }),
    );
    terminal.out(json ? JSON.stringify({ offboarded }) : offboarded.map(inWords).join("\n"));
    const listed = offboarded.filter(({ wasListed }) => wasListed).map(({ name }) => name);
    if (listed.length > 0) {
      terminal.note(
        `Take ${firstOf(listed)} out of the merchant list too: a list that still has them brings them up anew with the next plan.`,
      );
    }
    return exitCodes.ok;
  });
}

function inWords({ name, externalBusinessId, account, integrationId, earlierStates }: Offboarded): string {
  const whose = account === "" ? "the default account" : `account '${account}'`;
  const rest =
    integrationId === undefined
      ? "nothing of it is known to be at Pinterest"
      : `the integration '${externalBusinessId}' of ${whose} (number ${integrationId}) stays at Pinterest, until the merchant ends it there ` +
        "or gives a token again and it is imported and deleted";
  const kept =
    earlierStates.kind === "erased"
      ? []
      : [
          "  earlier states of its shard are in your backend, with its secrets, encrypted; delete there:",
          ...earlierStates.where.map((place) => `    ${place}`),
        ];
  return [`${name}: forgotten; ${rest}.`, ...kept].join("\n");
}
