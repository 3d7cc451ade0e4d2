import { ownCommand } from "../../provider/api/own-package";
import type { Statements } from "./database";
import { schema } from "./migrations";

/**
 * Moves and offboardings that were not completed, in one shard or in all. Until then no update may process these shards, because it could
 * delete integrations that must stay.
 *
 * @returns a sentence for each, with what to do.
 */
export async function unfinished(statements: Statements, shardId?: number): Promise<string[]> {
  const { rows } = await statements.query<{ name: string; from: string; to: string | null }>(
    `select name, origin.stack as from, destination.stack as to
       from ${schema}.merchant
       join ${schema}.shard as origin on origin.id = shard_id
       left join ${schema}.shard as destination on destination.id = moving_to
      where (moving_to is not null or offboarding) and ($1::integer is null or $1 in (shard_id, moving_to)) order by name`,
    [shardId ?? null],
  );
  return rows.map(({ name, from, to }) =>
    to === null ? offboardingText(name) : movingText({ name, from, to }),
  );
}

/** What to do about an interrupted move. */
export function movingText({
  name,
  from,
  to,
}: {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}): string {
  return `the move of '${name}' from ${from} to ${to} was interrupted. To complete it, run \`${ownCommand} fleet move ${name} --to ${to}\``;
}

/** What to do about an interrupted offboarding. */
export function offboardingText(name: string): string {
  return `the offboarding of '${name}' was interrupted. To complete it, run \`${ownCommand} fleet offboard ${name}\``;
}
