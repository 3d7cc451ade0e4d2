import { PinterestClient, staticToken } from "../../../provider/api";
import type { PinterestClientOptions } from "../../../provider/api/client-options";
import { token } from "./client";
import { FakeApi, type Reply, type SentRequest } from "./fake-api.mts";
import { VirtualClock } from "./virtual-clock.mts";

export interface Fake {
  readonly clock: VirtualClock;
  readonly api: FakeApi;
  readonly client: PinterestClient;
  /** Messages to the user about waits. */
  readonly notices: string[];
  /** Milliseconds since the start. */
  elapsed(): number;
}

export interface FakeOptions extends Partial<Omit<PinterestClientOptions, "clock">> {
  readonly latencyMs?: number | ((index: number) => number);
  readonly clock?: VirtualClock;
}

/** A client with default options, a fake API with the given replies, and a virtual clock. */
export function fake(
  reply?: (request: SentRequest, index: number) => Reply,
  { latencyMs = 0, clock = new VirtualClock(), ...options }: FakeOptions = {},
): Fake {
  const api = new FakeApi(clock, reply, latencyMs);
  const notices: string[] = [];
  const client = new PinterestClient({
    apiUrl: FakeApi.url,
    credentials: staticToken(token),
    dispatcher: api,
    clock,
    onWait: (message) => notices.push(message),
    ...options,
  });
  const start = clock.now();
  return { clock, api, client, notices, elapsed: () => clock.now() - start };
}
