// Each file in shards/ is a shard. Its stack has the same name.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {import("pulumi-pinterest/fleet").DeclaredMerchant} DeclaredMerchant */

const folder = join(import.meta.dirname, "../shards");

/** The names of all shards, sorted. */
export function shardNames() {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * The merchants of a shard.
 *
 * @param {string} name
 * @returns {DeclaredMerchant[]}
 */
export function readShard(name) {
  const file = join(folder, `${name}.json`);
  if (!/^[\w-]+$/.test(name) || !existsSync(file)) {
    throw new Error(`shard '${name}' does not exist: create the file shards/${name}.json`);
  }
  /** @type {unknown} */
  const merchants = JSON.parse(readFileSync(file, "utf8"));
  // An update deletes the merchants that the list omits, and an empty list is probably a mistake.
  if (!Array.isArray(merchants) || merchants.length === 0 || !merchants.every(isMerchant)) {
    throw new Error(
      `shards/${name}.json is not a list of merchants: it needs at least one, each with \`name\` and \`arguments\``,
    );
  }
  return merchants;
}

/**
 * @param {unknown} entry
 * @returns {entry is DeclaredMerchant}
 */
function isMerchant(entry) {
  return typeof entry === "object" && entry !== null && "name" in entry && "arguments" in entry;
}
