import { hostname } from "node:os";
import { resolve } from "node:path";
import type { HoldOptions } from "../../fleet/manual/held-shards";
import { type Moved, move } from "../../fleet/manual/move";
import { type Offboarded, offboard } from "../../fleet/manual/offboard";
import { listShards } from "../../fleet/store/shards";
import { withBaseDirectory } from "../../provider/api/fleet-environment";
import { accountInWords } from "../../provider/api/message-text";
import { ownCommand } from "../../provider/api/own-package";
import { UsageError } from "../command-error";
import { type ExitCode, exitCodes } from "../exit-codes";
import { confirm, type Terminal } from "../terminal";
import { counted, figure, firstOf } from "../text/words";
import { type Fleet, interruptible, withFleet } from "./access";

/** Options of commands that wait until workers have released shards. */
interface WaitOptions {
  readonly cwd: string;
  /** Longest wait, in minutes. @default no limit */
  readonly timeout?: number;
}

/** Runs an action that holds shards. Ctrl-C and the time limit end its waits; an action that has started is completed. */
async function holdingShards<T>(
  { settings: { project } }: Fleet,
  what: string,
  { cwd: directory, timeout }: WaitOptions,
  terminal: Pick<Terminal, "note">,
  action: (options: HoldOptions) => Promise<T>,
): Promise<T> {
  const name = `${what} on ${hostname()}, process ${process.pid}`;
  const notify = (message: string) => terminal.note(message);
  const { result } = await withBaseDirectory(resolve(directory), () =>
    interruptible((signal) => action({ project, directory, name, signal, notify }), timeout),
  );
  return result;
}

export interface MoveCommandOptions extends WaitOptions {
  readonly to?: string;
  readonly json?: true;
}

/** `pulumi-pinterest fleet move` */
export function moveMerchants(
  merchants: readonly string[],
  { to, json, ...options }: MoveCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (to === undefined) throw new UsageError("--to is required: a shard's name, or new");
  return withFleet(async (fleet) => {
    const moved = await holdingShards(fleet, "fleet move", options, terminal, (hold) =>
      move(fleet.database, { ...hold, merchants, to }),
    );
    terminal.out(json ? JSON.stringify({ moved }) : movedInWords(moved));
    await warnOfSize(fleet, moved, terminal);
    return exitCodes.ok;
  });
}

/** Warns if moved merchants exceed the size of their shard, which does not prevent the move. */
async function warnOfSize(
  { database, settings: { shardSize } }: Fleet,
  [first]: readonly Moved[],
  terminal: Terminal,
): Promise<void> {
  if (first === undefined) return;
  const { merchants } = (await listShards(database.statements)).find(({ stack }) => stack === first.to) ?? {};
  if (merchants === undefined || merchants <= shardSize) return;
  terminal.note(
    `warning: ${first.to} has ${counted(merchants, "merchant")} now, more than the ${figure(shardSize)} of --shard-size`,
  );
}

function movedInWords(moved: readonly Moved[]): string {
  const each = moved.map(
    ({ name, from, to, inState }) =>
      `${name}: from ${from} to ${to}${inState ? "" : "; it is not deployed yet"}`,
  );
  return [...each, `${counted(moved.length, "merchant")} moved. Nothing was sent to Pinterest.`].join("\n");
}

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
    terminal.out(json ? JSON.stringify({ offboarded }) : offboarded.map(offboardedInWords).join("\n"));
    const listed = offboarded.filter(({ wasListed }) => wasListed).map(({ name }) => name);
    if (listed.length > 0) {
      terminal.note(
        `Remove ${firstOf(listed)} from the merchant list too. Otherwise, the next \`${ownCommand} fleet plan\` adds them again.`,
      );
    }
    return exitCodes.ok;
  });
}

function offboardedInWords({
  name,
  externalBusinessId,
  account,
  integrationId,
  earlierStates,
}: Offboarded): string {
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
          ...earlierStates.where.map((place) => `    ${place}`),
        ];
  return [`${name}: erased. ${rest}`, ...kept].join("\n");
}
