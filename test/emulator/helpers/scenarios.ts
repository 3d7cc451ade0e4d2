import { expect, test } from "@jest/globals";
import type { Emulator, Fault, Integration, IntegrationFields, Switches } from "../../../emulator";
import { emulate, type Send, type Sending } from "./emulate";

/** Time at the start of a scenario, in milliseconds since 1970. The clock does not advance without a step. */
export const START = 1_700_000_000_789;

interface Started {
  readonly emulator: Emulator;
  readonly send: Send;
  /** Time of the emulator's clock, in milliseconds since 1970. */
  readonly clock: { now: number };
}

/**
 * A step of a scenario: a request and its response, an administrative call, or a check of the stored integrations.
 *
 * - `["PATCH /integrations/commerce/shop", { scopes: "a" }, 200, some({ scopes: "a" })]`: request, body, status, whole body of the response.
 *   A request without a body omits it: `["GET /integrations as shop-2", 200]`. The account `nobody` sends no token. `{shop}` stands for the
 *   integration ID of `shop`, which a `put` created.
 * - `{ stored: { shop: { scopes: "a" } } }`: all integrations, with the fields that are set.
 * - `"unchanged"`: all integrations are as after the last `put`, with their IDs, owners and times. All must be of a `put`.
 */
export type Step =
  | readonly [request: string, status: number, response?: unknown]
  | readonly [request: string, body: Sent, status: number, response?: unknown]
  | { readonly switches: Partial<Switches> }
  | { readonly put: Readonly<Record<string, IntegrationFields>>; readonly account?: string }
  | { readonly fault: Fault }
  | { readonly waitMs: number }
  | { readonly stored: Readonly<Record<string, IntegrationFields>> }
  | "unchanged"
  | ((started: Started) => unknown);

type Sent = object | string;

/** A body that has at least these properties. */
export const some = (properties: Record<string, unknown>): unknown => expect.objectContaining(properties);

/** An error's body, with a message that contains a text. */
export const error = (code: number, text = "") => ({ code, message: expect.stringContaining(text) });

export const notFound = { code: 4180, message: "Sorry! We could not find your integration." };

/** Declares a test for each scenario. Each starts with its own emulator. */
export function scenarios(table: Readonly<Record<string, readonly Step[]>>): void {
  test.each(Object.entries(table))("%s", async (_, steps) => {
    const clock = { now: START };
    const started = { ...(await emulate({ now: () => clock.now })), clock };
    const put = new Map<string, Integration>();
    for (const step of steps) await play(step, started, put);
  });
}

/** @param put the integrations after the last `put`, by external business ID. */
async function play(step: Step, started: Started, put: Map<string, Integration>): Promise<void> {
  const { emulator, clock } = started;
  if (typeof step === "function") await step(started);
  else if (step === "unchanged") expect(emulator.integrations()).toEqual([...put.values()]);
  else if ("switches" in step) emulator.setSwitches(step.switches);
  else if ("fault" in step) emulator.armFault(step.fault);
  else if ("waitMs" in step) clock.now += step.waitMs;
  else if ("stored" in step) expect(storedFields(emulator)).toEqual(step.stored);
  else if ("put" in step) {
    for (const [id, fields] of Object.entries(step.put))
      put.set(id, emulator.put(id, fields, { account: step.account }));
  } else await exchange(step, started, put);
}

async function exchange(
  step: Extract<Step, readonly unknown[]>,
  { send }: Started,
  put: Map<string, Integration>,
): Promise<void> {
  const [request, ...rest] = step;
  const [sent, status, response] = typeof rest[0] === "number" ? [undefined, ...rest] : rest;
  const [text = "", account] = request.split(" as ");
  const sending: Sending = { body: sent, ...(account === "nobody" ? { authorization: null } : { account }) };
  const received = await send(
    text.replace(/\{(.+?)\}/, (_, id) => put.get(id)?.id as string),
    sending,
  );
  expect({ request, sent, status: received.status, body: received.body }).toEqual({
    request,
    sent,
    status,
    body: response === undefined ? received.body : response,
  });
}

/** The fields of each integration that are set, by external business ID. */
function storedFields(emulator: Emulator): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    emulator.integrations().map((integration) => {
      const { id, external_business_id, connected_user_id, created_timestamp, updated_timestamp, ...fields } =
        integration;
      return [
        external_business_id,
        Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
      ];
    }),
  );
}
