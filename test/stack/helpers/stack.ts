import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { dynamicType } from "../../../provider/run/constants";
import { programContext } from "../../../provider/run/run-context";
import type { OpenStack } from "../../../stack/stack";
import type { ExportedResource } from "../../../stack/state";
import { urnOf } from "../../cli/drift/helpers/engine-events";
import type { Stage } from "../../lifecycle/helpers/stage";

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
    environment: {},
    context: programContext,
    configuration: async () => (key) => values[key],
    resources: async () => [...resources],
    preview: async ({ onEvent }) => events.forEach(onEvent),
  };
  return stack as OpenStack;
}
