import { createRequire } from "node:module";
import { providerKey, providerText } from "./constant";

type Provider = typeof import("@pulumi/pulumi/proto/provider_pb");

/** A message with the properties of a resource. */
interface ResourceMessage {
  getProperties():
    | { getFieldsMap(): { get(name: string): { getStringValue(): string } | undefined } }
    | undefined;
  setRefreshBeforeUpdate?(value: boolean): unknown;
  serializeBinary(): Uint8Array;
}

/**
 * Has the engine read this package's integrations before it compares them. A plugin asks for that with `refresh_before_update` in its
 * answers, which the SDK's server of dynamic providers never sets (cmd/dynamic-provider). This sets it in the answers about resources of
 * this package. With an SDK whose protocol lacks the field, nothing changes.
 *
 * @param serverPath the SDK's server, whose copy of the protocol it is.
 */
export function refreshBeforeUpdate(serverPath: string, isWanted: () => boolean): void {
  const messages = createRequire(serverPath)("../../proto/provider_pb") as Provider;
  for (const { prototype } of [
    messages.CreateResponse,
    messages.ReadResponse,
    messages.UpdateResponse,
    messages.ErrorResourceInitFailed,
  ] as unknown as { prototype: ResourceMessage }[]) {
    const { serializeBinary } = prototype;
    prototype.serializeBinary = function () {
      if (isOwn(this) && isWanted()) this.setRefreshBeforeUpdate?.(true);
      return serializeBinary.call(this);
    };
  }
}

function isOwn(message: ResourceMessage): boolean {
  return message.getProperties()?.getFieldsMap().get(providerKey)?.getStringValue() === providerText;
}
