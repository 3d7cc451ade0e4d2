import { runCommandLine } from "../../../cli/command-line";
import { createQueue, openQueue } from "../../../fleet/store/queue";
import type { MerchantResult, RunResult, ShardResult } from "../../../fleet/store/results";
import type { ExitCode } from "../../../stack/exit-codes";
import { passphrase, type TestDatabase } from "../../fleet/helpers/fleet";
import { recordingTerminal } from "../helpers/terminal";

/** The function of a command. */
type Command<Given extends unknown[]> = (
  ...given: [...Given, { terminal: ReturnType<typeof recordingTerminal>; environment: NodeJS.ProcessEnv }]
) => Promise<unknown>;

/** Runs a command in the fleet of a database. */
export async function runIn<Given extends unknown[]>(
  server: TestDatabase,
  command: Command<Given>,
  ...given: Given
) {
  const terminal = recordingTerminal();
  const environment = { PINTEREST_FLEET_DATABASE: server.url, PINTEREST_FLEET_PASSPHRASE: passphrase };
  const exitCode = (await command(...given, { terminal, environment })) as ExitCode | undefined;
  return { exitCode, output: terminal.output(), notes: terminal.notes() };
}

/** Runs `fleet` with these arguments on a database, without a terminal that can answer questions. */
export async function fleetCommand(server: TestDatabase, ...args: string[]) {
  const terminal = recordingTerminal();
  const environment = { PINTEREST_FLEET_DATABASE: server.url, PINTEREST_FLEET_PASSPHRASE: passphrase };
  const exitCode = await runCommandLine(["fleet", ...args], terminal, environment);
  return { exitCode, output: terminal.output(), notes: terminal.notes() };
}

/** Creates the queue of a fleet that a test has written to its tables. */
export async function createQueueOf(server: TestDatabase): Promise<void> {
  const queue = await openQueue(server.url, () => {});
  await createQueue(queue);
  await queue.stop({ graceful: false });
}

/** A run with these shards. */
export function runOf(operation: RunResult["operation"], ...shards: ShardResult[]): RunResult {
  return { id: "1", project: "pinterest-fleet", operation, requestedAt: new Date(0), shards };
}

/** A shard with these merchants. By default, it is done, and each merchant is ulm, and has failed. */
export function shardOf(
  merchants: readonly Partial<MerchantResult>[],
  given: Partial<ShardResult> = {},
): ShardResult {
  return {
    stack: "shard-0001",
    state: "done",
    attempts: 1,
    worker: "vm-1",
    endedAt: new Date(0),
    errors: [],
    report: null,
    merchants: merchants.map((merchant) => ({
      name: "ulm",
      status: "failed",
      properties: [],
      message: null,
      isLeaving: false,
      report: null,
      ...merchant,
    })),
    ...given,
  };
}
