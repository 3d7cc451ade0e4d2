import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Integration } from "../../../emulator";
import type { Lab } from "./lab";

interface Deployment {
  deployment: { resources: Record<string, unknown>[] };
}

/**
 * Puts integrations that are at Pinterest into state, in this order, as an update would have left them. Written into
 * state directly, since the update of a thousand takes a minute. The lab's program declares none.
 */
export async function putIntoState(lab: Lab, integrations: readonly Integration[]): Promise<void> {
  const model = "model";
  lab.program({ [model]: { externalBusinessId: model, connectedTagId: "1" } });
  await lab.up();
  lab.emulator.remove(model);
  const exported = JSON.parse(await lab.exported()) as Deployment;
  const { resources } = exported.deployment;
  const isModel = ({ id }: Record<string, unknown>) => id === model;
  const pattern = resources.find(isModel) as {
    urn: string;
    inputs: object;
    outputs: object;
  };
  const copies = integrations.map((integration) => {
    const { external_business_id: id, connected_tag_id: connectedTagId } = integration;
    const given = { externalBusinessId: id, connectedTagId };
    return {
      ...pattern,
      urn: pattern.urn.replace(/::model$/, `::${id}`),
      id,
      inputs: { ...pattern.inputs, ...given },
      outputs: {
        ...pattern.outputs,
        ...given,
        integrationId: integration.id,
        connectedUserId: integration.connected_user_id,
        createdTimestamp: integration.created_timestamp,
        updatedTimestamp: integration.updated_timestamp,
      },
    };
  });
  exported.deployment.resources = [...resources.filter((resource) => !isModel(resource)), ...copies];
  const file = join(lab.directory, "state.json");
  writeFileSync(file, JSON.stringify(exported));
  await lab.succeed("stack", "import", "--file", file);
  lab.emulator.clearRequests();
}
