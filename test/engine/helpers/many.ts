import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Integration } from "../../../emulator";
import type { Lab } from "./lab";

interface Deployment {
  deployment: { resources: Record<string, unknown>[] };
}

/**
 * Adds integrations that exist at Pinterest to state, in this order, as if an update had created them. Edits the state directly,
 * because an update of 1,000 integrations takes a minute. Afterwards, the lab's program still declares none of them.
 */
export async function addToState(lab: Lab, integrations: readonly Integration[]): Promise<void> {
  const model = "model";
  lab.program({ [model]: { externalBusinessId: model, connectedTagId: "1" } });
  await lab.up();
  lab.emulator.remove(model);
  const exported = JSON.parse(await lab.exported()) as Deployment;
  const { resources } = exported.deployment;
  const isModel = ({ id }: Record<string, unknown>) => id === model;
  const template = resources.find(isModel) as {
    urn: string;
    inputs: object;
    outputs: object;
  };
  const copies = integrations.map((integration) => {
    const { external_business_id: id, connected_tag_id: connectedTagId } = integration;
    const args = { externalBusinessId: id, connectedTagId };
    return {
      ...template,
      urn: template.urn.replace(/::model$/, `::${id}`),
      id,
      inputs: { ...template.inputs, ...args },
      outputs: {
        ...template.outputs,
        ...args,
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
