import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { ownCommand } from "../../provider/api/own-command";

/** The variables by which a shard's program is told its merchants. */
export const shardFileVariable = "PINTEREST_FLEET_SHARD_FILE";
export const shardKeyVariable = "PINTEREST_FLEET_SHARD_KEY";

/** What a program declares of a merchant. */
export interface DeclaredMerchant {
  readonly name: string;
  /** Other names by which its resource may stand in state, where it was renamed. @default none */
  readonly formerNames?: readonly string[];
  /** The arguments of its CommerceIntegration. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** All names by which a merchant's resource may stand in state. */
export function namesOf({
  name,
  formerNames = [],
}: Pick<DeclaredMerchant, "name" | "formerNames">): readonly string[] {
  return [name, ...formerNames];
}

const algorithm = "aes-256-gcm";

/**
 * Writes merchants down for a program of this machine. The arguments of some are secrets, and a process that is killed leaves its files
 * behind: what is in this one is worth nothing without the key, which stands in the environment of the engine alone.
 *
 * @returns the environment by which {@link readShardFile} finds them.
 */
export function writeShardFile(file: string, merchants: readonly DeclaredMerchant[]): Record<string, string> {
  const key = randomBytes(32);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(algorithm, key, nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(merchants), "utf8"), cipher.final()]);
  writeFileSync(file, Buffer.concat([nonce, cipher.getAuthTag(), text]), { mode: 0o600 });
  return { [shardFileVariable]: file, [shardKeyVariable]: key.toString("base64") };
}

/** @throws Error where the environment is not that of a shard's engine. */
export function readShardFile(environment: NodeJS.ProcessEnv = process.env): DeclaredMerchant[] {
  const { [shardFileVariable]: file, [shardKeyVariable]: key } = environment;
  if (file === undefined || key === undefined) {
    throw new Error(
      `this program declares the shards of a fleet, so only \`${ownCommand} fleet\` can run it`,
    );
  }
  const sealed = readFileSync(file);
  const decipher = createDecipheriv(algorithm, Buffer.from(key, "base64"), sealed.subarray(0, 12)).setAuthTag(
    sealed.subarray(12, 28),
  );
  const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString("utf8");
  return JSON.parse(text) as DeclaredMerchant[];
}
