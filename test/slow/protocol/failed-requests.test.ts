import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { FaultMatch, RequestEntry } from "../../../emulator";
import type { Declarations } from "../../engine/helpers/program";
import type { ProviderType } from "../../engine/helpers/provider-type";
import { namedRequest, pattern } from "../../expected/messages";
import { Lab } from "../../fake-engine/lab";
import {
  accountsOf,
  casesOf,
  type FaultCase,
  listCasesOf,
  type Phase,
} from "../../protocol/helpers/fault-cases";
import {
  type FaultKinds,
  failures,
  missingResponses,
  requestTimeoutMs,
} from "../../protocol/helpers/fault-kinds";

// Every kind of failure (fault-kinds.ts) in every phase of an integration's life: its create, the check before it, a refresh, an update and a deletion.
// A case (fault-cases.ts) is one kind in one phase, with an integration of its own, such as `create-503-once`. A command runs all cases at the same
// time. A request that fails once succeeds in its next attempt, and one that fails in each attempt has the message that its kind describes.

const shops = (cases: readonly FaultCase[], tag: string): Declarations =>
  Object.fromEntries(
    cases.map(({ id, account }) => [id, { externalBusinessId: id, account, connectedTagId: tag }]),
  );

/** The declared tags by external business ID. */
function declaredTags(program: Declarations): Record<string, unknown> {
  const all = Object.values(program) as Record<string, string>[];
  return Object.fromEntries(all.map((args) => [args.externalBusinessId, args.connectedTagId]));
}

/** The tags at Pinterest by external business ID. */
function tagsAtPinterest(lab: Lab): Record<string, unknown> {
  const integrations = lab.emulator
    .integrations()
    .map((integration) => [integration.external_business_id, integration.connected_tag_id] as const)
    .filter(([id]) => !id.startsWith("foreign-"));
  return Object.fromEntries(integrations);
}

/** Faults that affected no request, so that their cases would check nothing. */
function unusedFaults(lab: Lab): unknown[] {
  return lab.emulator.faults().filter(({ fired }) => fired === 0);
}

function arm(lab: Lab, cases: readonly FaultCase[], times: 1 | "all"): void {
  for (const { kind, match } of cases) {
    lab.emulator.armFault({ ...match, ...kind.action, times });
    if (times === "all" && kind.commits && match.external_business_id && match.operation !== "get") {
      // The read that determines the outcome of a write also fails. Reads before a create always succeed.
      const failReads = (): void => {
        lab.emulator.armFault({ kind: "response", status: 503, ...match, operation: "get", times });
      };
      if (match.operation === "create") onFirstRequest(lab, match, failReads);
      else failReads();
    }
  }
}

function onFirstRequest(lab: Lab, match: FaultMatch, action: () => void): void {
  const stop = lab.emulator.onRequest(({ operation, external_business_id }) => {
    if (operation !== match.operation || external_business_id !== match.external_business_id) return;
    stop();
    action();
  });
}

/** Rejects lists, so that a refresh reads each integration individually. */
function rejectTheList(lab: Lab): void {
  lab.emulator.armFault({ kind: "response", preset: "not-permitted", operation: "list", times: "all" });
}

/** Disarms all faults, and resets the request counters. */
function resetFaults(lab: Lab): void {
  lab.emulator.disarmFaults();
  lab.emulator.clearRequests();
}

function requestsOf(lab: Lab, { match }: FaultCase): RequestEntry[] {
  return lab.emulator
    .requests()
    .filter((entry) =>
      (["operation", "account", "external_business_id"] as const).every(
        (key) => match[key] === undefined || match[key] === entry[key],
      ),
    );
}

/** Expects that every response to a create contained the ID of the one existing integration. */
function expectOneIntegrationEach(lab: Lab, cases: readonly FaultCase[]): void {
  for (const each of cases) {
    const existing = lab.emulator.integration(each.id)?.id;
    expect(existing).toEqual(expect.any(String));
    const returned = requestsOf(lab, each).map(
      ({ response_body }) => (response_body as { id?: string } | null)?.id,
    );
    expect(new Set([existing, ...returned.filter((id) => id !== undefined)])).toEqual(new Set([existing]));
  }
}

/** The engine's errors, without the output of provider processes. */
function errorLines(output: string): string[] {
  return output.split("\n").filter((line) => /error: |\* /.test(line));
}

/** Expects a message for each case: the operation, the integration, the failure, and the remedy. */
function expectMessages(lab: Lab, messages: readonly string[], cases: readonly FaultCase[]): void {
  for (const each of cases) {
    const message = messages.find((line) => line.includes(`${each.operationText} failed`));
    if (message === undefined)
      throw new Error(`no message about ${each.operationText} in:\n${messages.join("\n")}`);
    expect(message).toMatch(each.kind.reports);
    expect(message).toMatch(each.kind.remedy);
    const requests = requestsOf(lab, each);
    if (each.kind.responds) {
      const [first] = new RegExp(pattern(namedRequest("\\d+"))).exec(message) ?? [];
      expect(requests.map(({ request_id }) => namedRequest(request_id))).toContain(first);
    }
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.length).toBeLessThanOrEqual(each.kind.attempts ?? Number.POSITIVE_INFINITY);
  }
}

/** The cases count the requests of one operation. */
const withoutImplicitReads = { PINTEREST_DETECT_DRIFT: "refresh" };

interface Group {
  readonly providerType: ProviderType;
  readonly name: string;
  readonly kinds: FaultKinds;
  readonly environment: Record<string, string>;
}

const groups: readonly Group[] = [
  // Both provider types use the same client.
  { providerType: "dynamic", name: "failed requests", kinds: failures, environment: withoutImplicitReads },
  {
    providerType: "plugin",
    name: "requests without a response",
    kinds: missingResponses,
    environment: { ...withoutImplicitReads, PINTEREST_REQUEST_TIMEOUT: String(requestTimeoutMs / 1000) },
  },
];

describe.each(groups)("$providerType: $name", ({ providerType, kinds, environment }) => {
  const kindNames = Object.keys(kinds);

  /** Stack outputs by account: the number of undeclared integrations, or the error of the list. */
  const listing = `
for (const account of ${JSON.stringify(kindNames)}) {
  exports[account] = pinterest.getIntegrations({ account, externalBusinessIdPrefix: "foreign-" }).then(
    ({ integrations }) => integrations.length,
    (error) => error.message,
  );
}`;

  /** A program that updates and creates integrations, and no longer declares those of other cases. */
  const changedShops = (cases: (...phases: Phase[]) => readonly FaultCase[]): Declarations => ({
    ...shops(cases("create", "ask", "refresh"), "1"),
    ...shops(cases("update"), "2"),
  });

  async function open(): Promise<Lab> {
    const lab = await Lab.open({ providerType, accounts: 1, environment });
    const tokens = accountsOf(kinds).map((name) => [
      name,
      lab.emulator.addAccount({ name }).access_tokens[0],
    ]);
    for (const account of kindNames) lab.emulator.seed(2, { prefix: `foreign-${account}-`, account });
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
    return lab;
  }

  describe("once", () => {
    const cases = (...phases: Phase[]) => casesOf(kinds, "once", ...phases);
    const created = shops(cases("create", "ask", "refresh", "update", "delete"), "1");
    const changed = changedShops(cases);
    let lab: Lab;

    beforeAll(async () => {
      lab = await open();
    });

    afterAll(() => lab.close());

    test("a create, the check before it, and a list succeed, with one integration each", async () => {
      lab.program(created, listing);
      const faulty = cases("create", "ask");
      const lists = listCasesOf(kinds, "once");
      arm(lab, [...faulty, ...lists], 1);
      await lab.up("--parallel", "64");
      expect(unusedFaults(lab)).toEqual([]);
      expect(tagsAtPinterest(lab)).toEqual(declaredTags(created));
      expectOneIntegrationEach(lab, faulty);
      for (const { id } of lists) expect(lab.outputs()[id]).toBe(2);
    });

    test("a refresh, an update, and a deletion succeed", async () => {
      lab.program(changed);
      for (const { id } of cases("refresh")) lab.emulator.change(id, { connected_tag_id: "drifted" });
      resetFaults(lab);
      rejectTheList(lab);
      arm(lab, cases("refresh", "update", "delete"), 1);
      await lab.up("--refresh", "--parallel", "64");
      expect(unusedFaults(lab)).toEqual([]);
      expect(tagsAtPinterest(lab)).toEqual(declaredTags(changed));
      resetFaults(lab);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("a create with stale reads after it succeeds, with one integration each", async () => {
      lab.emulator.setSwitches({ readLag: 2 });
      const stale = cases("create").map((each) => {
        const id = `${each.id}-stale`;
        return { ...each, id, match: { ...each.match, external_business_id: id } };
      });
      const program = { ...changed, ...shops(stale, "1") };
      lab.program(program);
      resetFaults(lab);
      arm(lab, stale, 1);
      await lab.up("--parallel", "64");
      expect(unusedFaults(lab)).toEqual([]);
      expect(tagsAtPinterest(lab)).toEqual(declaredTags(program));
      expectOneIntegrationEach(lab, stale);
    });
  });

  describe("in each attempt", () => {
    const cases = (...phases: Phase[]) => casesOf(kinds, "always", ...phases);
    const created = shops(cases("refresh", "update", "delete"), "1");
    // No other resource changes, because the engine deletes nothing if another resource has failed.
    const deleted = shops(cases("refresh", "update"), "1");
    const changed = changedShops(cases);
    let lab: Lab;

    beforeAll(async () => {
      lab = await open();
      lab.program(created);
      await lab.up("--parallel", "64");
      // The limit of an operation's wait for a rate limit that never resets.
      lab.environment.PINTEREST_OPERATION_TIMEOUT = "5";
    });

    beforeEach(() => resetFaults(lab));

    afterAll(() => lab.close());

    test("a deletion fails, and the message names the operation, the failure, and the remedy", async () => {
      lab.program(deleted);
      arm(lab, cases("delete"), "all");
      const { output } = await lab.upFails("--parallel", "64");
      expect(unusedFaults(lab)).toEqual([]);
      expectMessages(lab, errorLines(output), cases("delete"));
    });

    test("only a create, the check before it, an update, and a list fail, each with a message of the same form", async () => {
      lab.program(changed, listing);
      const faulty = cases("create", "ask", "update");
      const lists = listCasesOf(kinds, "always");
      arm(lab, [...faulty, ...lists], "all");
      const { output } = await lab.upFails("--parallel", "64");
      expect(unusedFaults(lab)).toEqual([]);
      expectMessages(lab, errorLines(output), faulty);
      expectMessages(lab, Object.values(lab.outputs()) as string[], lists);
      const failed = output.matchAll(/(?:error: |\* )\w+ commerce integration "([^"]*)" .*?failed/g);
      expect(new Set([...failed].map(([, id]) => id))).toEqual(new Set(faulty.map(({ id }) => id)));
    });

    test("a failed read makes a refresh fail without drift, and state does not change", async () => {
      rejectTheList(lab);
      arm(lab, cases("refresh"), "all");
      const before = lab.state();
      const { exitCode, output } = await lab.run("refresh", "--skip-preview", "--parallel", "64");
      expect([0, 7]).not.toContain(exitCode);
      expect(unusedFaults(lab)).toEqual([]);
      expectMessages(lab, errorLines(output), cases("refresh"));
      const after = lab.state();
      for (const { id } of cases("refresh")) {
        expect(after[id]).toMatchObject({ inputs: before[id]?.inputs, outputs: before[id]?.outputs });
      }
    });

    test("the next update converges after the failures end", async () => {
      await lab.up("--refresh", "--parallel", "64");
      expect(tagsAtPinterest(lab)).toEqual(declaredTags(changed));
      expectOneIntegrationEach(lab, cases("create", "ask"));
      for (const resource of Object.values(lab.state())) expect(resource).not.toHaveProperty("initErrors");
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });
});
