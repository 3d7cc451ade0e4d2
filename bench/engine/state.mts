import { readFileSync } from "node:fs";
import type { StateFigures } from "../results.mts";

/** A resource as a checkpoint has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly [key: string]: unknown;
}

/** The resources of a file backend's checkpoint. */
export function stateResources(checkpoint: string): StateResource[] {
  const { checkpoint: kept } = JSON.parse(readFileSync(checkpoint, "utf8")) as {
    checkpoint: { latest?: { resources?: StateResource[] } };
  };
  return kept.latest?.resources ?? [];
}

/** Whether a resource is an integration, whichever peer's: not the stack, not a provider. */
export function isIntegration({ type }: StateResource): boolean {
  return type.endsWith("CommerceIntegration") || type === "pulumi-nodejs:dynamic:Resource";
}

export function stateFigures(resources: readonly StateResource[]): StateFigures {
  const integrations = resources.filter(isIntegration);
  const bytes = integrations.reduce((sum, resource) => sum + Buffer.byteLength(JSON.stringify(resource)), 0);
  const text = integrations[0]?.outputs?.__provider;
  return {
    bytesAResource: Math.round(bytes / integrations.length),
    providerTextBytes: typeof text === "string" ? Buffer.byteLength(text) : 0,
  };
}
