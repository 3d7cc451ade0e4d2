const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { getStack } = require("@pulumi/pulumi");
const { declareShard } = require("pulumi-pinterest/fleet");

// One stack is one shard, and has its file.
const file = join(__dirname, "shards", `${getStack()}.json`);
const merchants = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
// An update ends whoever is not declared: nobody at all is a mistake more often than not.
if (merchants.length === 0)
  throw new Error(`the stack ${getStack()} has no merchants: they stand in ${file}`);
declareShard(merchants);
