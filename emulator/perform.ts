import { holderOf, isKnown, refuse } from "./access";
import { type Answer, authenticationFailed, bodyTooLarge, invalid, rateLimited } from "./answers";
import type { Place, Route } from "./call";
import type { Caller } from "./limiter";
import { retryAfter } from "./response";
import type { State } from "./state";
import { appOf, formOf, grantToken } from "./token-endpoint";

/** An incoming request. */
export interface Received {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  /** The decoded ID in the path; "" if the path has none, undefined if it cannot be decoded. */
  readonly id: string | undefined;
  readonly query: URLSearchParams;
  /** The body, and its JSON; undefined if it is not JSON. */
  readonly text: string;
  readonly body: unknown;
}

/** A write of an integration, and whether another write of it was in progress when it arrived. */
export interface Writing {
  readonly externalId: string;
  readonly crowded: boolean;
}

/** Performs a request, or refuses it. If the target is an answer, the path has no operation. */
export function perform(
  target: Route | Place | Answer,
  received: Received,
  writing: Writing | undefined,
  state: State,
): Answer {
  const { bodyLimit } = state.switches;
  if (bodyLimit !== "none" && Buffer.byteLength(received.text) > bodyLimit) return bodyTooLarge;
  if ("status" in target) return target;
  if (!("handle" in target)) return asApp(target, received, state);
  const holder = holderOf(received.authorization, state.accounts);
  if (!isKnown(holder, target)) return authenticationFailed;
  const { account, kind } = holder;
  const caller = { app: account.app_id, user: kind === "app" ? "" : account.connected_user_id };
  return limited(caller, target, state, () => {
    const refused = refuse(holder, target);
    if (refused) return refused;
    if (received.id === undefined) return invalid("The path is not valid percent-encoding.");
    const { store, logs, switches } = state;
    const { id, query, body } = received;
    const handle = () => target.handle({ account, store, logs, switches, id, query, body });
    return writing ? spaced(writing, state, handle) : handle();
  });
}

/** The account of the request's token; undefined if no account has it. */
export function accountOf(
  operation: string | undefined,
  received: Received,
  { accounts }: State,
): string | undefined {
  if (operation !== "token") return holderOf(received.authorization, accounts)?.account.name;
  const token = formOf(received.contentType, received.text)?.get("refresh_token");
  return accounts.refreshedBy(token ?? "")?.name;
}

function asApp(place: Place, received: Received, state: State): Answer {
  const { accounts, switches } = state;
  const app = appOf(received.authorization, accounts);
  if (app === undefined) return authenticationFailed;
  const form = formOf(received.contentType, received.text);
  const user = accounts.refreshedBy(form?.get("refresh_token") ?? "")?.connected_user_id ?? "";
  return limited({ app, user }, place, state, () => grantToken({ app, form, accounts, switches }));
}

/** The answer, or 429 above the limit of its category, with the headers of the limits. */
function limited(caller: Caller, place: Place, state: State, act: () => Answer): Answer {
  const { limiter, switches, now } = state;
  const { exceeded, reset = 0, headers } = limiter.take(caller, place.category, switches.rateLimits);
  const { headers: own, ...answer } = exceeded ? rateLimited : act();
  const wait = exceeded ? retryAfter(reset, switches.retryAfter, now()) : {};
  return { ...answer, headers: { ...headers, ...wait, ...own } };
}

/** The answer, or 429 if a write of the same integration is in progress or has just ended. */
function spaced({ externalId, crowded }: Writing, state: State, act: () => Answer): Answer {
  const { writes, switches, now } = state;
  if (switches.writeSpacing !== "off") {
    const left = writes.left(externalId, switches.writeSpacing);
    if (crowded || left > 0) {
      const seconds = Math.ceil(Math.max(left, 1) / 1000);
      return { ...rateLimited, headers: retryAfter(seconds, switches.retryAfter, now()) };
    }
  }
  const answer = act();
  if (answer.status < 300) writes.taken(externalId);
  return answer;
}
