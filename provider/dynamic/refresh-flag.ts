import { createRequire } from "node:module";
import { providerKey, providerText } from "../runtime/constants";

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
 * Sets `refresh_before_update` in the dynamic provider's answers about this package's resources, so that the engine reads them before it
 * compares them. The SDK's server (cmd/dynamic-provider) never sets this field. An SDK whose protocol lacks it is left unchanged.
 *
 * @param serverPath the SDK's server script. Its copy of the protocol messages is patched.
 * @param isWanted whether to set the field in the answer that is being sent.
 */
export function setRefreshBeforeUpdate(serverPath: string, isWanted: () => boolean): void {
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
