import type { Operation } from "../shard/outcome";
import type { Statements } from "./database";
import { schema } from "./migrations";

/** A run that has writes left. */
export interface OpenRun {
  readonly run: string;
  readonly operation: Operation;
  readonly shards: number;
}

/** The runs whose shards would deploy or delete what the new list says. */
export async function openUpdates(statements: Statements): Promise<OpenRun[]> {
  const { rows } = await statements.query<OpenRun>(
    `select run.id as run, operation, count(*)::integer as shards
       from ${schema}.run join ${schema}.run_shard on run_id = run.id
      where operation in ('up', 'destroy') and state in ('queued', 'running')
      group by run.id, operation, requested_at order by requested_at`,
  );
  return rows;
}
