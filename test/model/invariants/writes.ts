import type { RequestEntry } from "../../../emulator";
import { ensure } from "../ensure";
import { type Field, fields, isEquivalent, type Value } from "../fields";
import type { Observation } from "../observation";
import type { Declaration } from "../program";
import type { World } from "../world";

type Body = Record<string, Value | null>;

/** A create or an update that the provider sent. */
interface Write {
  readonly declared: Declaration;
  readonly body: Body;
  /** The earlier requests of the command about the integration. */
  readonly earlier: readonly RequestEntry[];
  /** The write in words, such as `PATCH shop-1 during up`. */
  readonly context: string;
}

/** Checks the requests that an operation sends to Pinterest, and their order. */
export function checkWrites(world: World, observation: Observation): void {
  const { command, declared: declarations, requests } = observation;
  for (const [index, request] of requests.entries()) {
    const { method, account, external_business_id: id } = request;
    if (method === "GET" || id === null) continue;
    const context = `${method} ${id} during ${command.do}`;
    ensure(["up", "destroy"].includes(command.do), "previews and refreshes write nothing", context);
    if (method === "DELETE") {
      checkDelete(world, observation, request, context);
      continue;
    }
    const declared = declarations.find((each) => each.externalBusinessId === id);
    ensure(declared !== undefined, "only declared integrations are created or changed", context);
    ensure(
      (account ?? undefined) === (declared.account ?? "shop-1"),
      "an integration is written with its account's token",
      `${context} as ${account}`,
    );
    const { external_business_id: _, ...body } = request.request_body as Body;
    const earlier = requests.slice(0, index).filter((entry) => entry.external_business_id === id);
    const write = { declared, body, earlier, context };
    checkValuesOf(write);
    if (method === "POST") checkCreate(write);
    else checkUpdate(world, observation, write);
  }
}

function checkValuesOf({ declared, body, context }: Write): void {
  for (const { name, wire } of fields) {
    const value = body[wire];
    if (value === undefined || value === null) continue;
    ensure(name in declared.fields, "unmanaged fields are never written", `${context}: ${name}`);
    ensure(
      isEquivalent(name, value, declared.fields[name]),
      "written values are the program's values",
      `${context}: ${name}`,
    );
  }
}

function checkCreate({ declared, body, earlier, context }: Write): void {
  const sent = Object.keys(body).sort();
  const expected = fields.filter(({ name }) => name in declared.fields).map(({ wire }) => wire);
  ensure(
    sent.join() === expected.sort().join(),
    "a create sends the program's values",
    `${context}: ${sent}`,
  );
  ensure(
    isKnownAbsent(earlier.at(-1)),
    "a create is sent only if the integration is known to be missing",
    `${context} after ${describe(earlier.at(-1))}`,
  );
}

/** Whether the last response about an integration shows that it does not exist, or that it was not created. */
function isKnownAbsent(lastResponse: RequestEntry | undefined): boolean {
  if (lastResponse === undefined || lastResponse.status === null) return false;
  if (lastResponse.method === "DELETE" && lastResponse.status < 300) return true;
  if (lastResponse.method === "POST")
    return lastResponse.status >= 400 && lastResponse.status < 500 && lastResponse.status !== 408;
  return lastResponse.status === 404 && lastResponse.fault === null;
}

function checkUpdate(
  world: World,
  { command, before, applied }: Observation,
  { declared, body, earlier, context }: Write,
): void {
  const sent = fields.filter(({ wire }) => wire in body);
  const cleared = sent.filter(({ wire }) => body[wire] === null);
  if (cleared.length > 0) {
    const names = cleared.map((field) => field.name);
    ensure(
      cleared.length === sent.length &&
        declared.whenRemoved !== "release" &&
        !names.some((each) => each in declared.fields) &&
        names.every((each) => world.history.everDeclared.has(`${declared.externalBusinessId}/${each}`)),
      "only fields that were removed from the program are cleared, in a separate request",
      `${context}: ${JSON.stringify(body)}`,
    );
    return;
  }
  const { name, externalBusinessId: id } = declared;
  const resource = before.state.get(name);
  const isInState = resource?.id === id;
  // If the program restores the ID of a replaced resource that was not deleted yet, the create updates that resource's integration.
  const isRestored = [...before.state].some(([key, each]) => key.startsWith(`${name}#`) && each.id === id);
  const { withoutPause, refresh } = command;
  // After a command that was killed or failed, a stale refresh may show the values before it.
  const isStale =
    refresh && withoutPause && applied === undefined && world.pinterest.emulator.switches().readLag > 0;
  const read = earlier.findLast(({ method, status }) => method === "GET" && status === 200)?.response_body;
  /** The value before the update, as far as the provider can know it: from the refresh, state, or the read of a create. */
  const valueBefore = ({ name: field, wire, secret }: Field): unknown => {
    const live = before.integrations.get(id);
    if (isInState && refresh && !secret) return live?.fields[field];
    // A refresh finds that another user, or another resource, has recreated the integration, which then has no secrets.
    if (isInState && refresh && live?.integrationId !== resource.outputs.integrationId) return undefined;
    if (isInState) return resource.outputs[field];
    return secret ? undefined : (read as Body | undefined)?.[wire];
  };
  for (const field of sent) {
    ensure(
      isInState || isRestored || field.secret || declared.adopt,
      "existing values are overwritten only with adopt",
      `${context}: ${field.name}`,
    );
    const value = (valueBefore(field) ?? undefined) as Value | undefined;
    ensure(
      isStale || !isEquivalent(field.name, value, declared.fields[field.name]),
      "an update sends only changed values",
      `${context}: ${field.name}`,
    );
  }
}

function checkDelete(world: World, observation: Observation, request: RequestEntry, context: string): void {
  const id = request.external_business_id;
  const { state } = observation.before;
  const isInState = [...state.values()].some((resource) => resource.id === id);
  ensure(isInState, "only integrations in state are deleted", context);
  if (observation.command.do === "destroy") return;
  const owner = world.pinterest.ownerOf(request.account ?? undefined);
  const isDeclared = observation.declared.some(
    (each) => each.externalBusinessId === id && owner === world.ownerOf(each),
  );
  ensure(!isDeclared, "an integration that the program declares stays at Pinterest", context);
}

function describe(entry: RequestEntry | undefined): string {
  return entry === undefined
    ? "nothing"
    : `${entry.method} with ${entry.status}${entry.fault ? " by a fault" : ""}`;
}
