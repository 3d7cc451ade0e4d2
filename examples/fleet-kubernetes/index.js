const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { getStack } = require("@pulumi/pulumi");
const { declareShard } = require("pulumi-pinterest/fleet");

// Each stack is a shard, with a file of the same name.
const file = join(__dirname, "shards", `${getStack()}.json`);
const merchants = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
// An update deletes the merchants that are not declared, and an empty list is probably a mistake.
if (merchants.length === 0) throw new Error(`the stack ${getStack()} has no merchants: add them to ${file}`);
declareShard(merchants);
