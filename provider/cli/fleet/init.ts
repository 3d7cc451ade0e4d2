import { makeQueues } from "../../fleet/queue";
import { initialize } from "../../fleet/store/settings";
import type { Terminal } from "../terminal";
import { counted } from "../text/counted";
import { withDatabase, withQueue } from "./access";

export interface InitOptions {
  readonly shardSize: number;
  readonly project: string;
  readonly json?: true;
}

/** `pulumi-pinterest fleet init` */
export function init({ shardSize, project, json }: InitOptions, terminal: Terminal): Promise<void> {
  return withDatabase(async (database, passphrase) => {
    await initialize(database, passphrase, { project, shardSize });
    await withQueue(terminal, makeQueues);
    terminal.out(
      json
        ? JSON.stringify({ project, shardSize })
        : `The fleet is ready: stacks of the project '${project}', with up to ${counted(shardSize, "merchant")} each.`,
    );
  });
}
