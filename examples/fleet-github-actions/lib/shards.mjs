// The shards are the files of shards/: one shard has one file and one stack, both of its name.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {import("pulumi-pinterest/fleet").DeclaredMerchant} DeclaredMerchant */

const folder = join(import.meta.dirname, "../shards");

/** The names of all shards, in order. */
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
    throw new Error(`there is no shard '${name}': it would be the file shards/${name}.json`);
  }
  /** @type {unknown} */
  const merchants = JSON.parse(readFileSync(file, "utf8"));
  // An update ends whoever is not in the list: an empty one is a mistake more often than not.
  if (!Array.isArray(merchants) || merchants.length === 0 || !merchants.every(isMerchant)) {
    throw new Error(
      `shards/${name}.json is no list of merchants: it takes at least one, each with \`name\` and \`arguments\``,
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
