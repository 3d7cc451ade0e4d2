import { FakeApi, type Reply, type SentRequest } from "../../test/api/helpers/fake-api.mts";
import type { VirtualClock } from "../../test/api/helpers/virtual-clock.mts";
import { recordOf, type Spread } from "./integrations.mts";
import { type Access, Limits } from "./limits.mts";

/** What came in, refusals included. */
export interface Traffic {
  lists: number;
  gets: number;
  /** Of these, how many were refused by a rate limit (429). */
  refused: number;
}

const refusal = { code: 8, message: "This request exceeded a rate limit." };
/** The most that Pinterest gives in a page. */
const largestPage = 250;
const pageTooLarge = { code: 1, message: "page_size must be at most 250." };
const notFound = { code: 4180, message: "Sorry! We could not find your integration." };

/** A Pinterest of so many accounts that reads only, keeps to the published limits by itself, and makes its records up when asked. */
export class LimitedPinterest {
  readonly traffic: Traffic = { lists: 0, gets: 0, refused: 0 };
  readonly api: FakeApi;
  readonly url = FakeApi.url;
  readonly #limits: Limits;
  readonly #spread: Spread;

  /** @param latencyMs from sending a request to its answer. */
  constructor(clock: VirtualClock, spread: Spread, access: Access, latencyMs: number) {
    this.#spread = spread;
    this.#limits = new Limits(access);
    this.api = new FakeApi(clock, (request) => this.#reply(request), latencyMs);
  }

  #reply(request: SentRequest): Reply {
    // Notes of a hundred thousand requests would be measured as the product's memory.
    this.api.requests.length = 0;
    const { pathname, searchParams } = new URL(request.path, FakeApi.url);
    const isList = pathname === "/v5/integrations";
    this.traffic[isList ? "lists" : "gets"] += 1;
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    const { admitted, headers } = this.#limits.take(token, request.at);
    if (!admitted) {
      this.traffic.refused += 1;
      return { status: 429, headers, body: refusal };
    }
    const reply = isList ? this.#page(token, searchParams) : this.#one(token, pathname);
    return { headers, ...reply };
  }

  #page(token: string, query: URLSearchParams): { status: number; body: unknown } {
    const { integrationsEach } = this.#spread;
    const pageSize = Number(query.get("page_size") ?? 25);
    if (pageSize > largestPage) return { status: 400, body: pageTooLarge };
    const first = this.#accountOf(token) * integrationsEach;
    const from = Number(query.get("bookmark") ?? 0);
    const to = Math.min(integrationsEach, from + pageSize);
    const items = Array.from({ length: to - from }, (_, place) => recordOf(first + from + place));
    return { status: 200, body: { items, bookmark: to < integrationsEach ? String(to) : null } };
  }

  #one(token: string, pathname: string): { status: number; body: unknown } {
    const index = Number(/^\/v5\/integrations\/commerce\/shop-(\d+)$/.exec(pathname)?.[1]);
    const isOwn = Math.floor(index / this.#spread.integrationsEach) === this.#accountOf(token);
    return isOwn ? { status: 200, body: recordOf(index) } : { status: 404, body: notFound };
  }

  #accountOf(token: string): number {
    return Number(/\d+$/.exec(token)?.[0]);
  }
}
