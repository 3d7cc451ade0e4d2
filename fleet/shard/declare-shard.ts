// Not in shard-file.ts, because commands load that file, and Pulumi's SDK takes 0.4 s to load.
import { CommerceIntegration, type CommerceIntegrationArgs } from "../../provider/sdk/commerce-integration";
import type { DeclaredMerchant } from "../merchants/declared-merchant";
import { readShardFile } from "./shard-file";

/**
 * Declares the merchants of a shard, by their names in the fleet.
 *
 * @param merchants the merchants to declare, if another program than `runShard` runs the engine, such as Pulumi's Kubernetes Operator.
 *   @default those that `runShard` has set
 * @throws Error without merchants if `runShard` has not set them.
 */
export function declareShard(merchants: readonly DeclaredMerchant[] = readShardFile(process.env)): void {
  for (const { name, formerNames = [], arguments: args } of merchants) {
    new CommerceIntegration(name, args as unknown as CommerceIntegrationArgs, {
      aliases: formerNames.map((formerName) => ({ name: formerName })),
    });
  }
}
