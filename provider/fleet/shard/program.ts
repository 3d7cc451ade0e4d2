import { CommerceIntegration } from "../../resources/commerce-integration";
import type { CommerceIntegrationArgs } from "../../resources/commerce-integration-args";
import { readShardFile } from "./shard-file";

/** What the program of a shard does: declares its merchants, by the names that they have in the fleet. */
export function declareShard(): void {
  for (const { name, formerNames, arguments: args } of readShardFile()) {
    new CommerceIntegration(name, args as unknown as CommerceIntegrationArgs, {
      aliases: formerNames.map((formerName) => ({ name: formerName })),
    });
  }
}
