import type { RequestEntry } from "../../../emulator";
import { type Observation, succeeded } from "../observation";
import type { Declaration } from "../program";
import { ensure } from "../violation";
import { fields, same, type Value } from "../vocabulary";

type Body = Record<string, Value | null>;

/** Checks which requests an operation sends to Pinterest, and in which order. */
export function checkWrites(seen: Observation): void {
  seen.requests.forEach((request, index) => {
    const id = request.external_business_id;
    if (request.method === "GET" || id === null) return;
    const what = `${request.method} ${id} during ${seen.command.do}`;
    ensure(mayWrite(seen), "previews and refreshes write nothing", () => what);
    const earlier = seen.requests.slice(0, index).filter((entry) => entry.external_business_id === id);
    if (request.method === "DELETE") checkDelete(seen, request, what);
    else checkSent(seen, request, earlier, what);
  });
}

function mayWrite({ command }: Observation): boolean {
  return command.do === "up" || command.do === "destroy";
}

function checkSent(
  seen: Observation,
  request: RequestEntry,
  earlier: readonly RequestEntry[],
  what: string,
): void {
  const id = request.external_business_id as string;
  const [name, declared] = [...seen.program].find(([, each]) => each.externalBusinessId === id) ?? [];
  if (name === undefined || declared === undefined) {
    ensure(false, "only integrations that the program declares are made or changed", () => what);
    return;
  }
  ensure(
    (request.account ?? undefined) === (declared.account ?? "shop-1"),
    "an integration is written with its own account's token",
    () => `${what} as ${request.account}`,
  );
  const { external_business_id: _, ...body } = request.request_body as Body;
  if (request.method === "POST") checkPost(declared, body, earlier, what);
  else checkPatch(seen, name, declared, body, earlier, what);
}

function checkPost(declared: Declaration, body: Body, earlier: readonly RequestEntry[], what: string): void {
  const sent = Object.keys(body).sort();
  const wanted = fields.filter(({ name }) => name in declared.fields).map(({ wire }) => wire);
  ensure(
    sent.join() === wanted.sort().join(),
    "a create sends what the program says",
    () => `${what}: ${sent}`,
  );
  ensureAsDeclared(declared, body, what);
  ensure(
    isKnownAbsent(earlier.at(-1)),
    "nothing is made unasked",
    () => `${what} after ${describe(earlier.at(-1))}`,
  );
}

/** Whether the last answer about an integration shows that it does not exist, or that it was not created. */
function isKnownAbsent(last: RequestEntry | undefined): boolean {
  if (last === undefined || last.status === null) return false;
  if (last.method === "DELETE" && last.status < 300) return true;
  if (last.method === "POST") return last.status >= 400 && last.status < 500 && last.status !== 408;
  return last.status === 404 && last.fault === null;
}

function checkPatch(
  seen: Observation,
  name: string,
  declared: Declaration,
  body: Body,
  earlier: readonly RequestEntry[],
  what: string,
): void {
  const sent = fields.filter(({ wire }) => wire in body);
  const cleared = sent.filter(({ wire }) => body[wire] === null);
  ensureAsDeclared(declared, body, what);
  if (cleared.length > 0) {
    const names = cleared.map((field) => field.name);
    ensure(
      cleared.length === sent.length &&
        declared.whenRemoved !== "release" &&
        !names.some((each) => each in declared.fields) &&
        names.every((each) => seen.everDeclared.has(`${declared.externalBusinessId}/${each}`)),
      "only fields that left the program are cleared, in a request of their own",
      () => `${what}: ${JSON.stringify(body)}`,
    );
    return;
  }
  const known = seen.outcome.refreshed.get(name);
  const read = earlier.findLast(({ method, status }) => method === "GET" && status === 200)?.response_body;
  const isInState = known?.id === declared.externalBusinessId && !known.pendingReplacement;
  for (const { name: field, wire, secret } of sent) {
    const held = isInState ? known.outputs[field] : secret ? undefined : (read as Body | undefined)?.[wire];
    ensure(
      isInState || secret || declared.adopt === true,
      "what is there already is overwritten only with adopt",
      () => `${what}: ${field}`,
    );
    ensure(
      !same(field, (held ?? undefined) as Value | undefined, declared.fields[field]),
      "an update sends only what changed",
      () => `${what}: ${field}`,
    );
  }
}

function ensureAsDeclared(declared: Declaration, body: Body, what: string): void {
  for (const { name, wire } of fields) {
    const value = body[wire];
    if (value === undefined || value === null) continue;
    ensure(name in declared.fields, "unmanaged fields are never written", () => `${what}: ${name}`);
    ensure(
      same(name, value, declared.fields[name]),
      "what is written is what the program says",
      () => `${what}: ${name}`,
    );
  }
}

function checkDelete(seen: Observation, request: RequestEntry, what: string): void {
  const id = request.external_business_id;
  const { state } = seen.before;
  const { pinterest } = seen;
  const holders = [...state].filter(([, resource]) => resource.id === id);
  ensure(holders.length > 0, "only what is in state is deleted", () => what);
  if (seen.command.do === "destroy") return;
  const declared = [...seen.program].find(([, each]) => each.externalBusinessId === id);
  if (declared === undefined) return;
  // A rename together with a move to another owner's account deletes it in one account and creates it in the other.
  if (pinterest.ownerOf(request.account ?? undefined) !== pinterest.ownerOf(declared[1].account)) return;
  // If a rename together with another account name of the same owner fails, the provider does not recognize the integration. The Node.js SDK then ends the
  // program, and the real engine deletes nothing.
  const hasFailed = seen.outcome.errors.some(({ name }) => name === declared[0]);
  if (hasFailed && request.account !== (declared[1].account ?? "shop-1")) return;
  // A resource that gets another ID frees its old one for a new resource, which is created after the deletion.
  const isReplaced = holders.some(([name]) => seen.program.has(name) && name !== declared[0]);
  ensure(
    isReplaced && !state.has(declared[0]),
    "an integration that the program still declares stays at Pinterest",
    () => `${what}, which ${declared[0]} declares`,
  );
}

function describe(entry: RequestEntry | undefined): string {
  return entry === undefined
    ? "nothing"
    : `${entry.method} with ${entry.status}${entry.fault ? " by a fault" : ""}`;
}

/** Previews and refreshes change nothing at Pinterest, and previews do not change state. */
export function checkPreview(seen: Observation): void {
  if (seen.command.do !== "preview" && seen.command.do !== "refresh") return;
  const text = (holdings: Observation["before"]["holdings"]) => JSON.stringify([...holdings]);
  ensure(
    text(seen.before.holdings) === text(seen.after.holdings),
    "previews and refreshes write nothing",
    () => seen.command.do,
  );
  ensure(
    seen.command.do !== "preview" ||
      JSON.stringify([...seen.before.state]) === JSON.stringify([...seen.after.state]),
    "a preview does not change state",
    () => `${succeeded(seen)}`,
  );
}
