// Usage: node list-shards.mjs [shard]
// Prints the names of all shards, or only the given one, as JSON for the workflow's matrix.
import { readShard, shardNames } from "./lib/shards.mjs";

const atMost = 256;

try {
  const [only = ""] = process.argv.slice(2);
  const names = only === "" ? shardNames() : [only];
  // Report errors in any file before the first shard runs.
  for (const name of names) readShard(name);
  if (names.length === 0 || names.length > atMost) {
    throw new Error(`found ${names.length} shards: a matrix of GitHub Actions has 1 to ${atMost} jobs`);
  }
  console.log(JSON.stringify(names));
} catch (error) {
  console.error(`error: ${/** @type {Error} */ (error).message}`);
  process.exitCode = 1;
}
