import { PinterestClient, type PinterestClientOptions, staticToken } from "../../../provider/pinterest";
import { FakeApi, type Reply, type SentRequest } from "./fake-api.mts";
import { VirtualClock } from "./virtual-clock.mts";

export interface Fake {
  readonly clock: VirtualClock;
  readonly api: FakeApi;
  readonly client: PinterestClient;
  /** What the person at the terminal was told. */
  readonly told: string[];
  /** How much time has passed since the beginning, in milliseconds. */
  elapsed(): number;
}

/** A client, with the defaults of a program, of a Pinterest that answers as told, on a clock of their own. */
export function fake(
  reply?: (request: SentRequest, index: number) => Reply,
  {
    latencyMs = 0,
    clock = new VirtualClock(),
    ...options
  }: Partial<Omit<PinterestClientOptions, "clock">> & {
    latencyMs?: number | ((index: number) => number);
    clock?: VirtualClock;
  } = {},
): Fake {
  const api = new FakeApi(clock, reply, latencyMs);
  const told: string[] = [];
  const client = new PinterestClient({
    apiUrl: FakeApi.url,
    credentials: staticToken("pina_TESTTOKEN0123456789"),
    dispatcher: api,
    clock,
    onWait: (message) => told.push(message),
    ...options,
  });
  const start = clock.now();
  return { clock, api, client, told, elapsed: () => clock.now() - start };
}
