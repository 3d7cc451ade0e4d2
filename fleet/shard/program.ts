import { CommerceIntegration } from "../../provider/sdk/commerce-integration";
import type { CommerceIntegrationArgs } from "../../provider/sdk/commerce-integration-args";
import { type DeclaredMerchant, readShardFile } from "./shard-file";

/**
 * What the program of a shard does: declares its merchants, by the names that they have in the fleet.
 *
 * @param merchants where something else runs the engine than `runShard`, such as Pulumi's Kubernetes Operator
 * @throws Error without any where `runShard` has not given them.
 */
export function declareShard(merchants: readonly DeclaredMerchant[] = readShardFile()): void {
  for (const { name, formerNames = [], arguments: args } of merchants) {
    new CommerceIntegration(name, args as unknown as CommerceIntegrationArgs, {
      aliases: formerNames.map((formerName) => ({ name: formerName })),
    });
  }
}
