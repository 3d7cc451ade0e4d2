export type { DriftedProperty, MerchantReport, StackReport } from "../stack/report";
export { FleetError } from "./fleet-error";
export type { DeclaredMerchant } from "./merchants/declared-merchant";
export type { MerchantOutcome, MerchantStatus, Operation, ShardOutcome } from "./outcome";
export { declareShard } from "./shard/declare-shard";
export type { RunShardOptions } from "./shard/options";
export { runShard } from "./shard/run-shard";
