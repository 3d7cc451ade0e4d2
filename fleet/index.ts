export type { DriftedProperty, MerchantReport, StackReport } from "../stack/report";
export { FleetError } from "./fleet-error";
export { declareShard } from "./shard/declare-shard";
export type { MerchantOutcome, MerchantStatus, Operation, ShardOutcome } from "./shard/outcome";
export { type RunShardOptions, runShard } from "./shard/run-shard";
export type { DeclaredMerchant } from "./shard/shard-file";
