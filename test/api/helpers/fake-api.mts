import { Dispatcher } from "undici";
import type { Clock } from "../../../provider/base/clock.ts";

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** When it was sent, in epoch milliseconds. */
  readonly at: number;
}

/** The result of a request. */
export type Reply =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  /** The connection fails. */
  | { readonly unreachable: string }
  /** The connection breaks after the request was sent. */
  | { readonly broken: string };

/** A response with the integration that the path or the body names, or with an empty list. */
export function success({ method, path, body }: SentRequest): Reply {
  const [, id] = /^\/v5\/integrations\/commerce\/([^/?]+)$/.exec(path) ?? [];
  if (method === "DELETE") return { status: 204, body: "" };
  if (path === "/v5/integrations/logs") return { status: 200, body: {} };
  if (method === "GET" && id === undefined) return { status: 200, body: { items: [] } };
  const named = id === undefined ? JSON.parse(body).external_business_id : decodeURIComponent(id);
  return { status: 200, body: { id: "1", external_business_id: named } };
}

/** An API in the test's process, without sockets. Only its clock delays responses. */
export class FakeApi extends Dispatcher {
  static readonly url = "https://api.fake.example/v5";
  readonly requests: SentRequest[] = [];
  private readonly clock: Clock;
  private readonly reply: (request: SentRequest, index: number) => Reply;
  private readonly latencyMs: number | ((index: number) => number);

  /** @param latencyMs time from a request to its response. Half of it passes before the API receives the request. */
  constructor(
    clock: Clock,
    reply: (request: SentRequest, index: number) => Reply = success,
    latencyMs: number | ((index: number) => number) = 0,
  ) {
    super();
    this.clock = clock;
    this.reply = reply;
    this.latencyMs = latencyMs;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    void this.response(options, handler);
    return true;
  }

  private async response(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): Promise<void> {
    let isComplete = false;
    const controller = {
      aborted: false,
      paused: false,
      reason: null,
      rawHeaders: null,
      rawTrailers: null,
      pause() {},
      resume() {},
      abort(reason: Error) {
        if (isComplete) return;
        isComplete = true;
        handler.onResponseError?.(controller, reason);
      },
    } satisfies Dispatcher.DispatchController;
    const latencyMs =
      typeof this.latencyMs === "number" ? this.latencyMs : this.latencyMs(this.requests.length);
    await this.clock.sleep(latencyMs / 2);
    const request: SentRequest = {
      method: options.method,
      path: options.path,
      headers: options.headers as Record<string, string>,
      body: (options.body as string | null) ?? "",
      at: this.clock.now(),
    };
    this.requests.push(request);
    const reply = this.reply(request, this.requests.length - 1);
    if ("unreachable" in reply) {
      handler.onResponseError?.(controller, failure(reply.unreachable));
      return;
    }
    try {
      handler.onRequestStart?.(controller, {});
    } catch (error) {
      // Like undici, if the handler's call has ended before.
      handler.onResponseError?.(controller, error as Error);
      return;
    }
    await this.clock.sleep(latencyMs / 2);
    if (isComplete) return;
    isComplete = true;
    if ("broken" in reply) {
      handler.onResponseError?.(controller, failure(reply.broken));
      return;
    }
    const { status, headers = {}, body = { code: 0, message: "no" } } = reply;
    handler.onResponseStart?.(controller, status, headers);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    handler.onResponseData?.(controller, Buffer.from(text));
    handler.onResponseEnd?.(controller, {});
  }

  override async close(): Promise<void> {}
  override async destroy(): Promise<void> {}
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code} happened`), { code });
}
