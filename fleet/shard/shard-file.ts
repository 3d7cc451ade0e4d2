import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { ownCommand } from "../../provider/base/own-package";
import type { DeclaredMerchant } from "../merchants/declared-merchant";
import { decrypt, encrypt } from "../store/cipher";

/** The variables with the path and the key of the file from which a shard's program reads its merchants. */
const shardFileVariable = "PINTEREST_FLEET_SHARD_FILE";
const shardKeyVariable = "PINTEREST_FLEET_SHARD_KEY";

/**
 * Writes merchants to a file for a program on this machine, and returns the program's environment variables. The file is
 * encrypted, because arguments can be secrets and a killed process leaves its files. Only the engine's environment has the key.
 */
export function writeShardFile(file: string, merchants: readonly DeclaredMerchant[]): Record<string, string> {
  const key = randomBytes(32);
  writeFileSync(file, encrypt(key, merchants, ""), { mode: 0o600 });
  return { [shardFileVariable]: file, [shardKeyVariable]: key.toString("base64") };
}

/**
 * Reads the merchants that `runShard` has set for this program.
 *
 * @throws Error if `runShard` has not started this program.
 */
export function readShardFile({
  [shardFileVariable]: file,
  [shardKeyVariable]: key,
}: NodeJS.ProcessEnv): DeclaredMerchant[] {
  if (file === undefined || key === undefined) {
    throw new Error(
      `this program declares the shards of a fleet, so only \`${ownCommand} fleet\` can run it`,
    );
  }
  // Authenticated encryption: the merchants are those that `writeShardFile` has written.
  return decrypt(Buffer.from(key, "base64"), readFileSync(file), "") as DeclaredMerchant[];
}
