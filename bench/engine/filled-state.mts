import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accountOf, type Pinterest } from "./pinterest.mts";
import { connection, tags } from "./program.mts";
import type { Project } from "./project.mts";
import { isIntegration, type StateResource } from "./state.mts";

/**
 * Makes one merchant's resource in a stack many, in state and at Pinterest: as an `up` of all would have left them, without the
 * minutes that the engine takes to write the checkpoint at each step.
 */
export async function fillState(project: Project, pinterest: Pinterest, merchants: number): Promise<void> {
  const file = join(project.directory, "deployment.json");
  await project.pulumi(["stack", "export", "--file", file]);
  const exported = JSON.parse(readFileSync(file, "utf8")) as { deployment: { resources: StateResource[] } };
  const { resources } = exported.deployment;
  const [one] = resources.filter(isIntegration);
  if (one === undefined) throw new Error("The stack has no integration to make many of");
  exported.deployment.resources = [
    ...resources.filter((resource) => !isIntegration(resource)),
    ...Array.from({ length: merchants }, (_, index) => another(one, index + 1, pinterest)),
  ];
  writeFileSync(file, JSON.stringify(exported));
  await project.pulumi(["stack", "import", "--file", file]);
}

function another(one: StateResource, number: number, pinterest: Pinterest): StateResource {
  const name = `shop-${number}`;
  const account = accountOf("each", number) as string;
  const live = pinterest.put(name, wire(), account);
  const own = { externalBusinessId: name, account };
  return {
    ...one,
    urn: one.urn.replace(/::shop-\d+$/, `::${name}`),
    id: name,
    inputs: { ...one.inputs, ...own },
    outputs: {
      ...one.outputs,
      ...own,
      id: name,
      integrationId: live.id,
      connectedUserId: live.connected_user_id,
      createdTimestamp: live.created_timestamp,
      updatedTimestamp: live.updated_timestamp,
    },
  };
}

function wire(): Record<string, string> {
  const { connectedMerchantId, connectedAdvertiserId, connectedTagId } = connection(tags.before);
  return {
    connected_merchant_id: connectedMerchantId,
    connected_advertiser_id: connectedAdvertiserId,
    connected_tag_id: connectedTagId,
  };
}
