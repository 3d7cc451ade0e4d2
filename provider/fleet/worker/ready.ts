import { rmSync } from "node:fs";
import { FleetError } from "../fleet-error";
import { leftWorkspaces, ShardWorkspace } from "../shard/workspace";
import { assertBackend } from "../store/backend";
import type { Database } from "../store/database";

/**
 * Makes sure that shards can be worked on here before any is taken: a worker that cannot would have failed all of them in no time. And
 * takes away what workers that died have left.
 *
 * @throws FleetError with what is missing, and what to do.
 */
export async function assertReady({ statements }: Database, directory: string): Promise<void> {
  ShardWorkspace.assertPossible(directory);
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  const backend = await assertBackend(statements, directory);
  // Pulumi Cloud keeps secrets by itself.
  if (!backend.startsWith("https:") && !PULUMI_CONFIG_PASSPHRASE && !PULUMI_CONFIG_PASSPHRASE_FILE) {
    throw new FleetError(
      "PULUMI_CONFIG_PASSPHRASE is not set: it is what states keep secrets with, and the same for all workers",
    );
  }
  for (const workspace of leftWorkspaces()) rmSync(workspace, { recursive: true, force: true });
}
