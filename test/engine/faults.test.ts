import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { FaultMatch, RequestEntry } from "../../emulator";
import { type FaultKind, faultKinds, requestTimeoutMs } from "./helpers/fault-kinds";
import { Lab } from "./helpers/lab";
import type { Declarations } from "./helpers/program";

/** In which request of an integration's life a failure is met. */
const operations = {
  create: { operation: "create", doing: "creating commerce integration" },
  // The question that comes before a create.
  ask: { operation: "get", doing: "reading commerce integration" },
  refresh: { operation: "get", doing: "reading commerce integration" },
  update: { operation: "update", doing: "updating commerce integration" },
  delete: { operation: "delete", doing: "deleting commerce integration" },
} as const;
type Word = keyof typeof operations;

/**
 * A kind of failure of one operation, met by an integration of its own, in an account of its own: one that is told to wait, or is
 * refused without being told, holds up everything of its account.
 */
interface Case {
  id: string;
  account: string;
  kind: FaultKind;
  match: FaultMatch;
  about: string;
}

function accountOf(kind: string, word: Word): string {
  return `${kind}-${word}`;
}

function cases(word: Word, times: "once" | "always"): Case[] {
  return kinds(times)
    .filter(([name]) => !(cannotBreakOff.includes(word) && name === "truncated"))
    .map(([name, kind]) => {
      const id = `${word}-${name}-${times}`;
      const { operation, doing } = operations[word];
      const account = accountOf(name, word);
      const about = `${doing} "${id}" (account '${account}')`;
      return { id, account, kind, match: { operation, external_business_id: id }, about };
    });
}

/** A deletion's answer has no body; one that says "not found" and breaks off is not taken for Pinterest's. */
const cannotBreakOff: readonly Word[] = ["delete", "ask"];

function lists(times: "once" | "always"): Case[] {
  return kinds(times).map(([name, kind]) => {
    const about = `listing the account's integrations (account '${name}')`;
    return { id: name, account: name, kind, match: { operation: "list", account: name }, about };
  });
}

/** A failure that is final is met once only to be met by the operation for good. */
function kinds(times: "once" | "always"): [string, FaultKind][] {
  return Object.entries(faultKinds).filter(([, { final }]) => times === "always" || final !== true);
}

const once = (...words: Word[]) => words.flatMap((word) => cases(word, "once"));
const always = (...words: Word[]) => words.flatMap((word) => cases(word, "always"));

const shops = (given: readonly Case[], tag: string): Declarations =>
  Object.fromEntries(
    given.map(({ id, account }) => [id, { externalBusinessId: id, account, connectedTagId: tag }]),
  );

const programs: readonly Declarations[] = [
  {
    ...shops([...once("create", "ask", "refresh", "update", "delete")], "1"),
    ...shops(always("refresh", "update", "delete"), "1"),
  },
  {
    ...shops(once("create", "ask", "refresh"), "1"),
    ...shops(once("update"), "2"),
    ...shops(always("refresh", "update", "delete"), "1"),
  },
  {
    ...shops(once("create", "ask", "refresh"), "1"),
    ...shops(once("update"), "2"),
    ...shops(always("create", "ask", "refresh"), "1"),
    ...shops(always("update"), "2"),
  },
];

/** As the second, without those whose deletion fails: the engine deletes nothing where something else has failed. */
const withoutDeleted: Declarations = {
  ...shops(once("create", "ask", "refresh"), "1"),
  ...shops(once("update"), "2"),
  ...shops(always("refresh", "update"), "1"),
};

/** Says how many integrations each account has that no program declares, or why that cannot be told. */
const listing = `
for (const account of ${JSON.stringify(Object.keys(faultKinds))}) {
  pinterest.getIntegrations({ account, externalBusinessIdPrefix: "foreign-" }).then(
    ({ integrations }) => console.log("LISTED " + account + ": " + integrations.length),
    (error) => console.log(error.message),
  );
}`;

let lab: Lab;

function arm(given: readonly Case[], times: 1 | "all"): void {
  for (const { kind, match } of given) {
    lab.emulator.armFault({ ...match, ...kind.action, times });
    if (times === "all" && kind.commits && match.external_business_id && match.operation !== "get") {
      // The read that is to decide what became of a write fails too; that before a create does not.
      const skip = match.operation === "create" ? 1 : 0;
      lab.emulator.armFault({ kind: "answer", status: 503, ...match, operation: "get", skip, times });
    }
  }
}

/** Has every read in a refresh ask about its own integration. */
function refuseTheList(): void {
  lab.emulator.armFault({
    kind: "answer",
    preset: "not-permitted",
    operation: "list",
    times: "all",
  });
}

/** From here on nothing fails, and requests are counted anew. */
function startAnew(): void {
  lab.emulator.disarmFaults();
  lab.emulator.clearRequests();
}

/** Faults that no request has met: their cases would show nothing. */
function unmet(): unknown[] {
  return lab.emulator.faults().filter(({ fired }) => fired === 0);
}

/** What Pinterest holds, and what the program says, by external id: the tag. */
function held(): Record<string, unknown> {
  const integrations = lab.emulator
    .integrations()
    .map((integration) => [integration.external_business_id, integration.connected_tag_id] as const)
    .filter(([id]) => !id.startsWith("foreign-"));
  return Object.fromEntries(integrations);
}
function declared(program: Declarations | undefined): Record<string, unknown> {
  const all = Object.values(program ?? {}) as Record<string, string>[];
  return Object.fromEntries(all.map((args) => [args.externalBusinessId, args.connectedTagId]));
}

function requestsOf({ match }: Case): RequestEntry[] {
  return lab.emulator
    .requests()
    .filter((entry) =>
      (["operation", "account", "external_business_id"] as const).every(
        (key) => match[key] === undefined || match[key] === entry[key],
      ),
    );
}

/** Every answer to a create showed the integration that is there now. */
function expectOneIntegrationEach(given: readonly Case[]): void {
  for (const each of given) {
    const made = lab.emulator.integration(each.id)?.id;
    const shown = requestsOf(each).map(({ response_body }) => (response_body as { id?: string } | null)?.id);
    expect([made, ...shown.filter((id) => id !== undefined)]).toEqual(
      expect.arrayContaining([expect.any(String)]),
    );
    expect(new Set([made, ...shown.filter((id) => id !== undefined)]).size).toBe(1);
  }
}

/** The output says of each case what was attempted, on what, what came of it, and what to do. */
function expectMessages(output: string, given: readonly Case[]): void {
  for (const each of given) {
    // What the provider's process prints of a failure is not what the engine says of it.
    const lines = output
      .split("\n")
      .filter((line) => each.match.operation === "list" || /error: |\* /.test(line));
    const message = lines.find((line) => line.includes(`${each.about} failed`));
    if (message === undefined) {
      throw new Error(`nothing of ${each.about} in:\n${output}`);
    }
    expect(message).toMatch(each.kind.says);
    expect(message).toMatch(each.kind.advises);
    const requests = requestsOf(each);
    if (each.kind.answered) {
      const [, requestId] = /\(request id (\d+)\)/.exec(message) ?? [];
      expect(requests.map(({ request_id }) => request_id)).toContain(requestId);
    }
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.length).toBeLessThanOrEqual(each.kind.attempts ?? Number.POSITIVE_INFINITY);
  }
}

beforeAll(async () => {
  lab = await Lab.open({ accounts: 1 });
  const kindNames = Object.keys(faultKinds);
  const words = Object.keys(operations) as Word[];
  const names = kindNames.flatMap((kind) => [kind, ...words.map((word) => accountOf(kind, word))]);
  const tokens = names.map((name) => [name, lab.emulator.addAccount({ name }).access_tokens[0]]);
  for (const account of kindNames) lab.emulator.seed(2, { prefix: `foreign-${account}-`, account });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  lab.environment.PINTEREST_REQUEST_TIMEOUT = String(requestTimeoutMs / 1000);
});

afterAll(() => lab.close());

test("a create, the question before it, and a list get over a failure that passes; there is one integration each", async () => {
  lab.program(programs[0] as Declarations, listing);
  const faulty = once("create", "ask");
  arm([...faulty, ...lists("once")], 1);
  const { output } = await lab.up("--parallel", "64");
  expect(unmet()).toEqual([]);
  expect(held()).toEqual(declared(programs[0]));
  expectOneIntegrationEach(faulty);
  for (const { id } of lists("once")) {
    expect(output).toContain(`LISTED ${id}: 2`);
  }
});

test("a refresh, an update and a deletion get over a failure that passes", async () => {
  lab.program(programs[1] as Declarations);
  for (const { id } of once("refresh")) {
    lab.emulator.change(id, { connected_tag_id: "drifted" });
  }
  startAnew();
  refuseTheList();
  arm(once("refresh", "update", "delete"), 1);
  await lab.up("--refresh", "--parallel", "64");
  expect(unmet()).toEqual([]);
  expect(held()).toEqual(declared(programs[1]));
});

test("a deletion whose failure stays fails, and says what was done and what to do", async () => {
  lab.program(withoutDeleted);
  startAnew();
  // The time in which a limit of the rate that does not end has to be given up.
  lab.environment.PINTEREST_OPERATION_TIMEOUT = "5";
  arm(always("delete"), "all");
  const { output } = await lab.upFails("--parallel", "64");
  expect(unmet()).toEqual([]);
  expectMessages(output, always("delete"));
});

test("a failure that stays fails what meets it and nothing else, and says what was done and what to do", async () => {
  lab.program(programs[2] as Declarations, listing);
  startAnew();
  const faulty = always("create", "ask", "update");
  arm([...faulty, ...lists("always")], "all");
  const { output } = await lab.upFails("--parallel", "64");
  expect(unmet()).toEqual([]);
  expectMessages(output, [...faulty, ...lists("always")]);
  const failed = output.matchAll(/(?:error: |\* )\w+ commerce integration "([^"]*)" .*?failed/g);
  expect(new Set([...failed].map(([, id]) => id))).toEqual(new Set(faulty.map(({ id }) => id)));
});

test("a read whose failure stays ends a refresh in an error, which is no drift, and changes no state", async () => {
  startAnew();
  refuseTheList();
  arm(always("refresh"), "all");
  const before = await lab.state();
  const { exitCode, output } = await lab.run("refresh", "--skip-preview", "--parallel", "64");
  expect([0, 7]).not.toContain(exitCode);
  expect(unmet()).toEqual([]);
  expectMessages(output, always("refresh"));
  const after = await lab.state();
  for (const { id } of always("refresh")) {
    expect(after[id]).toMatchObject({ inputs: before[id]?.inputs, outputs: before[id]?.outputs });
  }
});

test("when nothing fails any more the next update makes everything as the program says", async () => {
  startAnew();
  await lab.up("--refresh", "--parallel", "64");
  expect(held()).toEqual(declared(programs[2]));
  expectOneIntegrationEach(always("create", "ask"));
  for (const resource of Object.values(await lab.state())) {
    expect(resource).not.toHaveProperty("initErrors");
  }
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("a create gets over a failure that passes also where reads lag behind a write; there is one integration each", async () => {
  const faulty = once("create");
  lab.emulator.setSwitches({ readLag: 2 });
  const again = faulty.map((each) => {
    const id = `${each.id}-lagging`;
    return { ...each, id, match: { ...each.match, external_business_id: id } };
  });
  const program = { ...programs[2], ...shops(again, "1") };
  lab.program(program);
  startAnew();
  arm(again, 1);
  await lab.up("--parallel", "64");
  expect(unmet()).toEqual([]);
  expect(held()).toEqual(declared(program));
  expectOneIntegrationEach(again);
});
