import { type Moved, move } from "../../fleet/manual/move";
import { countIn } from "../../fleet/store/shards";
import { UsageError } from "../command-error";
import { type ExitCode, exitCodes } from "../exit-codes";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/words";
import { type Fleet, holdingShards, type WaitOptions, withFleet } from "./access";

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
    terminal.out(json ? JSON.stringify({ moved }) : inWords(moved));
    await warnOfSize(fleet, moved, terminal);
    return exitCodes.ok;
  });
}

/** A moved merchant goes where the user says, even if the shard is full. */
async function warnOfSize(
  { database, settings: { shardSize } }: Fleet,
  [first]: readonly Moved[],
  terminal: Terminal,
): Promise<void> {
  if (first === undefined) return;
  const size = await countIn(database.statements, first.to);
  if (size <= shardSize) return;
  terminal.note(
    `warning: ${first.to} has ${counted(size, "merchant")} now, more than the ${figure(shardSize)} of --shard-size`,
  );
}

function inWords(moved: readonly Moved[]): string {
  const each = moved.map(
    ({ name, from, to, inState }) =>
      `${name}: from ${from} to ${to}${inState ? "" : "; it is not deployed yet"}`,
  );
  return [...each, `${counted(moved.length, "merchant")} moved. Nothing was sent to Pinterest.`].join("\n");
}
