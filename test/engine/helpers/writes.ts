import type { Emulator } from "../../../emulator";

/** Returns the writes to one integration since the last `emulator.clearRequests()`, in order. */
export function writesTo(emulator: Emulator, externalBusinessId: string): [method: string, body: unknown][] {
  return emulator
    .requests()
    .filter((entry) => entry.method !== "GET" && entry.external_business_id === externalBusinessId)
    .map(({ method, request_body }) => [method, request_body]);
}

/** Returns all writes since the last `emulator.clearRequests()`, as `METHOD external-business-id`. */
export function allWrites(emulator: Emulator): string[] {
  return emulator
    .requests()
    .filter(({ method }) => method !== "GET")
    .map(({ method, external_business_id }) => `${method} ${external_business_id}`);
}
