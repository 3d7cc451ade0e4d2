// Usage: node run-shard.mjs <preview|up|drift|destroy> <shard> [--refresh] [--from-state] [--unlock]
// Processes one shard, prints each merchant as soon as its result is known, and exits with a code of lib/exit-code.mjs.
//
// --refresh: an up reads Pinterest first, and fixes drift.
// --from-state: a drift check compares Pinterest with state, without running the engine.
// --unlock: remove the lock that a killed engine has left. Use it only if no engine runs for the shard.
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { runShard } from "pulumi-pinterest/fleet";
import { exitCodeOf, failure, usage } from "./lib/exit-code.mjs";
import { readShard } from "./lib/shards.mjs";
import { headlineOf, lineOf, markdownOf } from "./lib/words.mjs";

/** @typedef {import("pulumi-pinterest/fleet").Operation} Operation */

/** @type {Operation[]} */
const operations = ["preview", "up", "drift", "destroy"];

const asked = readCommandLine();
if (asked === undefined) {
  console.error(
    `Usage: node run-shard.mjs <${operations.join("|")}> <shard> [--refresh] [--from-state] [--unlock]`,
  );
  process.exitCode = usage;
} else {
  process.exitCode = await run(asked).catch((error) => {
    console.error(`error: ${error.message}`);
    summarize(`## ${asked.operation} of ${asked.shard} failed\n\nSee the log of the job.\n\n`);
    return failure;
  });
}

/** @param {{ operation: Operation, shard: string, refresh: boolean, unlock: boolean }} asked */
async function run({ operation, shard, refresh, unlock }) {
  const outcome = await runShard({
    stack: shard,
    merchants: readShard(shard),
    operation,
    directory: import.meta.dirname,
    signal: endedBySignals(),
    refresh,
    unlock,
    onMerchant: (merchant) => console.log(lineOf(merchant)),
  });
  for (const text of outcome.errors) console.error(`error: ${text}`);
  console.log(headlineOf(shard, outcome));
  summarize(markdownOf(shard, outcome));
  return exitCodeOf(outcome);
}

/** If the job is canceled, the engine finishes its current requests and starts no others. */
function endedBySignals() {
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      console.error("Waiting for the engine to finish its current requests.");
      ending.abort();
    });
  }
  return ending.signal;
}

/** @param {string} markdown */
function summarize(markdown) {
  const { GITHUB_STEP_SUMMARY: file } = process.env;
  if (file) appendFileSync(file, markdown);
}

function readCommandLine() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        refresh: { type: "boolean", default: false },
        "from-state": { type: "boolean", default: false },
        unlock: { type: "boolean", default: false },
      },
    });
    const [word, shard, ...more] = positionals;
    const known = operations.find((operation) => operation === word);
    if (known === undefined || shard === undefined || more.length > 0) return undefined;
    const { refresh, unlock, "from-state": fromState } = values;
    if (fromState && known !== "drift") return undefined;
    /** @type {Operation} */
    const operation = fromState ? "drift --from-state" : known;
    return { operation, shard, refresh, unlock };
  } catch {
    return undefined;
  }
}
