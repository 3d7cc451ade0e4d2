// Usage: node list-shards.mjs [shard]
// Prints the names of all shards, or the one that is given, as JSON: the matrix of the workflow.
import { readShard, shardNames } from "./lib/shards.mjs";

const atMost = 256;

try {
  const [only = ""] = process.argv.slice(2);
  const names = only === "" ? shardNames() : [only];
  // What is wrong with a file is told before any shard is run.
  for (const name of names) readShard(name);
  if (names.length === 0 || names.length > atMost) {
    throw new Error(`there are ${names.length} shards: GitHub makes 1 to ${atMost} jobs of a matrix`);
  }
  console.log(JSON.stringify(names));
} catch (error) {
  console.error(`error: ${/** @type {Error} */ (error).message}`);
  process.exitCode = 1;
}
