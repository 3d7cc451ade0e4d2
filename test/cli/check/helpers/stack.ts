import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { OpenStack } from "../../../../cli/stack/stack";
import type { ExportedResource } from "../../../../cli/stack/state";
import { dynamicType } from "../../../../provider/runtime/constants";
import type { Stage } from "../../../lifecycle/helpers/stage";
import { urnOf } from "../../drift/helpers/engine-events";

/** Creates an integration, and returns its resource in state. */
export async function deployed(
  stage: Stage,
  name: string,
  inputs: { readonly externalBusinessId: string } & Record<string, unknown>,
): Promise<ExportedResource> {
  return {
    urn: urnOf(name),
    type: dynamicType,
    id: inputs.externalBusinessId,
    provider: "urn:pulumi:test::lab::pulumi:providers:pulumi-nodejs::default::1",
    inputs,
    outputs: await stage.created(inputs),
  };
}

/** A stack of the default account with `resources` in state, and an engine whose preview emits `events`. */
export function stackOf(
  stage: Stage,
  resources: readonly ExportedResource[],
  events: readonly EngineEvent[] = [],
): OpenStack {
  const values: Record<string, string> = { apiUrl: stage.emulator.url, accessToken: stage.emulator.token() };
  const stack: Partial<OpenStack> = {
    project: "lab",
    name: "test",
    directory: ".",
    configuration: async () => (key) => values[key],
    resources: async () => [...resources],
    preview: async ({ onEvent }) => events.forEach(onEvent),
  };
  return stack as OpenStack;
}
