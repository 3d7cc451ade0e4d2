import { failLostShards } from "../../fleet/runs";
import { unfinished } from "../../fleet/store/merchants";
import { lastRun } from "../../fleet/store/results";
import { type ShardStatus, shardStatuses } from "../../fleet/store/status";
import { ownCommand } from "../../provider/api/own-package";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/words";
import { withFleet } from "./access";
import { table } from "./table";

/** `pulumi-pinterest fleet status` */
export function status({ json }: { readonly json?: true }, terminal: Terminal): Promise<void> {
  return withFleet(async ({ database, settings }) => {
    await failLostShards(database.statements);
    const shards = await shardStatuses(database.statements);
    const run = (await lastRun(database.statements)) ?? null;
    for (const text of await unfinished(database.statements)) terminal.note(`warning: ${text}`);
    terminal.out(
      json ? JSON.stringify({ ...settings, lastRun: run, shards }) : inWords(shards, run, terminal),
    );
  });
}

function inWords(shards: readonly ShardStatus[], run: string | null, terminal: Terminal): string {
  if (shards.length === 0)
    return `The fleet has no shards yet. Store a merchant list with \`${ownCommand} fleet plan\`.`;
  const sum = (of: (shard: ShardStatus) => number) => shards.reduce((all, shard) => all + of(shard), 0);
  const rows = [
    ["shard", "merchants", "leaving", "pending", "last run", "worker"],
    ...shards.map((shard) => [
      shard.stack,
      figure(shard.merchants),
      figure(shard.leaving),
      figure(shard.pending - shard.leaving),
      lastOf(shard),
      shard.worker ?? "",
    ]),
  ];
  const leaving = sum((shard) => shard.leaving);
  const all = `${counted(shards.length, "shard")}, ${counted(
    sum(({ merchants }) => merchants),
    "merchant",
  )}, ${figure(sum(({ pending, leaving: left }) => pending - left))} of them pending${leaving === 0 ? "" : `; ${figure(leaving)} leaving`}.`;
  const last = run === null ? "" : ` The last run is ${run}.`;
  return [table(rows, terminal).join("\n"), `${all}${last}`].join("\n\n");
}

function lastOf({ operation, state, endedAt }: ShardStatus): string {
  if (operation === null) return "never";
  return `${operation} ${state}${endedAt === null ? "" : ` ${endedAt.toISOString()}`}`;
}
