import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { PinterestApiError } from "../../provider/api";
import type { Bag } from "../../provider/base/bag";
import { messageOf } from "../../provider/base/message-text";
import type { ConfigurationKey } from "../../provider/config";
import { createIntegration } from "../../provider/lifecycle/create";
import { IntegrationLogs } from "../../provider/lifecycle/integration-logs";
import { messageForEngine } from "../../provider/lifecycle/messages";
import { PartialFailure } from "../../provider/lifecycle/outputs";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { unknownValue } from "../../provider/run/constants";
import { completeRun } from "../../provider/run/engine-command";
import { RunLedger, type RunRecord } from "../../provider/run/ledger";
import { readObservations } from "../../provider/run/observations";
import { type ObservationRequest, programContext } from "../../provider/run/run-context";
import { noToken, notChecked, tokenIsNeeded, wholeNumber } from "../expected/messages";
import { programWording } from "../run-context";
import { temporaryDirectory } from "../temporary-directory";

let emulator: Emulator;
let messages: string[];

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  messages = [];
});
afterAll(() => emulator.stop());

type Values = Partial<Record<ConfigurationKey, string>>;

interface ProcessOptions {
  /** Undefined: the engine's command is not known. */
  readonly isRefreshRequested?: boolean | undefined;
  readonly observe?: ObservationRequest;
}

/** Starts a provider process with a configuration. */
function startProcess(values: Values = {}, { isRefreshRequested, observe }: ProcessOptions = {}) {
  const process = new ProviderProcess({
    environment: globalThis.process.env,
    ...(observe && { context: { ...programContext, observe } }),
    notify: (message) => void messages.push(message),
    run: { ...completeRun, isRefreshRequested },
  });
  const configuration: Values = {
    apiUrl: emulator.url,
    accessToken: emulator.token(),
    maxAttempts: "1",
    ...values,
  };
  process.configure((key) => configuration[key]);
  return process;
}

/** The arguments of a resource in a program, and the outputs of one in state. */
const declared = (account?: string) => ({ externalBusinessId: "shop-1", ...(account && { account }) });
const secondAccount = expect.stringMatching(
  /^warning: integration 'shop-1' is declared for account 'north' and for account 'south'\./,
);

describe("two resources with one external business ID", () => {
  const tokens = { accounts: JSON.stringify({ north: "pina_north", south: "pina_south" }) };

  test.each([
    ["both are new", {}, {}, [secondAccount]],
    ["the first is new", {}, declared("south"), [secondAccount]],
    ["the second is new", declared("north"), {}, [secondAccount]],
    ["both are in state", declared("north"), declared("south"), []],
  ])("in two accounts: warns unless both are in state: %s", async (_what, first, second, expected) => {
    const process = startProcess(tokens);
    await process.check(first, declared("north"));
    await process.check(second, declared("south"));
    expect(messages).toEqual(expected);
  });

  test.each([
    ["account", { externalBusinessId: "shop-1", account: unknownValue }],
    ["ID", { externalBusinessId: unknownValue, account: "south" }],
  ])("with an unknown %s: does not warn", async (_what, inputs) => {
    const process = startProcess(tokens);
    await process.check({}, declared("north"));
    await process.check({}, inputs);
    await process.check({}, inputs);
    expect(messages).toEqual([]);
  });
});

describe("a requested observation of creates", () => {
  let file: string;
  beforeEach(() => {
    file = join(temporaryDirectory(), "observations");
    writeFileSync(file, "");
  });
  const startObserved = () => startProcess({}, { observe: { file, creates: true } });
  const observed = () => readObservations(file).filter(({ kind }) => kind !== "limits");

  test("contains the result of the create of a new resource", async () => {
    emulator.put("shop-1", { connected_tag_id: "1" });
    const process = startObserved();
    await process.check({}, { ...declared(), connectedTagId: "1" });
    expect(observed()).toEqual([
      expect.objectContaining({ kind: "create", externalBusinessId: "shop-1", verdict: "adopted" }),
    ]);
  });

  test("contains the reason if the account cannot be read", async () => {
    const process = startObserved();
    await process.check({}, declared("north"));
    expect(observed()).toEqual([
      expect.objectContaining({ verdict: "not-checked", reason: expect.any(String) }),
    ]);
  });

  test("does not contain resources that are in state, or whose inputs are invalid", async () => {
    const process = startObserved();
    await process.check(declared(), declared());
    await process.check({}, { ...declared(), connectedTagId: "" });
    expect(observed()).toEqual([]);
  });
});

describe("the mode of reads", () => {
  test.each([
    ["always", undefined, "check"],
    ["always", false, "check"],
    ["always", true, "requested"],
    ["refresh", undefined, "check"],
    ["refresh", false, "skip"],
    ["refresh", true, "requested"],
  ] as const)("with detectDrift %s, if a requested refresh is %s", (detectDrift, isRequested, mode) => {
    const process = startProcess({ detectDrift }, { isRefreshRequested: isRequested });
    expect(process.configuration).toMatchObject({ detectDrift });
    expect(process.session.readMode()).toBe(mode);
  });
});

// Deletions of the same integration in this run decide by these records.
test.each<[string, (process: ProviderProcess, state: Bag) => unknown, RunRecord["event"][]]>([
  ["a check of a new resource", (process) => process.check({}, declared(), "urn"), ["planned"]],
  ["a check of a resource in state", (process, state) => process.check(state, declared(), "urn"), []],
  ["a comparison", (process, state) => process.diff("shop-1", state, declared(), "urn"), ["held"]],
  [
    "a comparison with an unknown value",
    (process, state) => process.diff("shop-1", state, { ...declared(), connectedTagId: unknownValue }, "urn"),
    ["undetermined"],
  ],
  ["a skipped read", (process, state) => process.read("shop-1", state, "urn"), ["held"]],
])("%s records whether state has the resource, without a request", async (_what, act, events) => {
  const process = startProcess({ detectDrift: "refresh" }, { isRefreshRequested: false });
  await act(process, { ...declared(), __managed: "t", __uid: "u" });
  expect(emulator.requests()).toEqual([]);
  const records = process.session.ledger.knownRecords().about("shop-1");
  expect(records).toMatchObject(events.map((event) => ({ event, urn: "urn" })));
});

describe("an invalid configuration", () => {
  const invalid: Values = { maxAttempts: "many" };
  const state = { externalBusinessId: "shop-1", connectedTagId: "1", __managed: "t" };

  test("is the problem of every check", async () => {
    const { inputs, problems } = await startProcess(invalid).check({}, declared());
    expect(inputs).toEqual(declared());
    expect(problems).toEqual([expect.stringContaining("`pinterest:maxAttempts`")]);
  });

  test("does not fail a drift check, which returns the last known values and warns once", async () => {
    const process = startProcess(invalid, { isRefreshRequested: false });
    for (let count = 0; count < 3; count += 1) {
      expect((await process.read("shop-1", state))?.inputs).toMatchObject({ connectedTagId: "1" });
    }
    expect(messages).toEqual([
      expect.stringMatching(
        /^warning: cannot check for drift: `pinterest:maxAttempts`.*If you have corrected it since the last update, run `pulumi up`/,
      ),
    ]);
  });

  test("fails a refresh and a lookup", async () => {
    const refreshing = startProcess(invalid, { isRefreshRequested: true });
    await expect(refreshing.read("shop-1", state)).rejects.toThrow("pinterest:maxAttempts");
    const updating = startProcess(invalid, { isRefreshRequested: false });
    await expect(updating.read("shop-1", {})).rejects.toThrow("pinterest:maxAttempts");
  });

  test("fails every operation, with the key and a hint at the configuration of the last update", () => {
    expect(() => startProcess(invalid).session).toThrow(
      new Error(
        `\`pinterest:maxAttempts\` (PINTEREST_MAX_ATTEMPTS) ${wholeNumber(1, 100)}. ${programWording.configurationHint}`,
      ),
    );
  });
});

test("returns the program's recorded accounts if one of them is needed", () => {
  const process = startProcess();
  for (const account of ["north", "south"]) process.session.ledger.note("account", { account });
  expect(process.recordedAccounts(["north", "other"])).toEqual(["north", "south"]);
  expect(process.recordedAccounts(["other"])).toEqual([]);
});

test("warns once about an account without a token, for integrations and log entries", async () => {
  const process = startProcess();
  await process.check({}, declared("north"));
  new IntegrationLogs(process).check({ eventType: "APP", logLevel: "INFO", account: "north" });
  new IntegrationLogs(process).check({ eventType: "APP", logLevel: "INFO", account: "south" });
  expect(messages).toEqual([
    expect.stringMatching(`^warning: ${noToken("north")}`),
    expect.stringMatching(`^warning: ${noToken("south")}`),
  ]);
});

test("warns once about a missing token in the check of a resource and a later drift check", async () => {
  const process = startProcess({}, { isRefreshRequested: false });
  await process.check({}, declared("north"));
  await process.read("shop-1", { ...declared("north"), __managed: "t" });
  expect(messages).toEqual([expect.stringContaining(`warning: ${noToken("north")}. ${tokenIsNeeded}`)]);
});

test("warns once about a missing token in a drift check and a later check of the resource", async () => {
  const process = startProcess({}, { isRefreshRequested: false });
  await process.read("shop-1", { ...declared("north"), __managed: "t" });
  await process.check({}, declared("north"));
  expect(messages).toEqual([expect.stringContaining(notChecked("shop-1"))]);
});

test("the session has the settings of operations and the names of accounts with an access token, but contains no token", () => {
  const accounts = { north: "pina_north", south: { refreshToken: "pinr_south", appId: "1", appSecret: "s" } };
  const { session } = startProcess({ accounts: JSON.stringify(accounts), deleteLimit: "3" });
  expect(session).toMatchObject({ deleteLimit: 3, compareSecrets: false, readAheadAccounts: ["north"] });
  expect(inspect(session, { depth: 4 })).not.toMatch(/pin[ar]_/);
});

test("creates an integration without the engine's command, which takes long to read on Windows", async () => {
  const run = new Proxy(completeRun, {
    get(_, fact) {
      throw new Error(`${String(fact)} was read`);
    },
  });
  const process = new ProviderProcess({ run, notify: () => {} });
  const configuration: Values = { apiUrl: emulator.url, accessToken: emulator.token() };
  process.configure((key) => configuration[key]);
  const { inputs } = await process.check({}, declared(), "urn:pulumi:dev::shops::type::shop");
  await createIntegration(inputs, process.session);
  expect(emulator.integration("shop-1")).toBeDefined();
});

describe("the failure of a write", () => {
  const failed = (status: number, code = 0) =>
    new PinterestApiError({ operation: "createCommerceIntegration" }, { status, code, apiMessage: "no" });
  const outputs = { externalBusinessId: "shop-1", fields: {}, managed: [], released: [] };

  /** The process of an engine that continues with the resources of other accounts, and the entries of its log. */
  function startWithContinuingEngine() {
    const logged: unknown[] = [];
    const log = (...entry: unknown[]) => void logged.push(entry);
    const process = new ProviderProcess({
      logger: { log, continuesAfterFailures: async () => true },
      notify: () => {},
    });
    return {
      process,
      logged,
      failedAccounts: () => process.session.ledger.knownRecords().notes("account failed"),
    };
  }

  test.each([
    ["a token that Pinterest refuses", failed(401, 2)],
    ["a rate limit", failed(429, 8)],
  ])("about %s is logged and recorded, and the engine continues", async (_what, error) => {
    const { process, logged, failedAccounts } = startWithContinuingEngine();
    expect(await process.failureOfWrite(error, "urn")).toEqual({ error, isAwaiting: true });
    expect(failedAccounts()).toHaveLength(1);
    expect(logged).toEqual([["urn", messageForEngine(error, programWording), { isError: true }]]);
  });

  test.each([
    ["an integration of another owner", failed(409, 4182)],
    ["state to save", new PartialFailure({ message: "no", cause: failed(401, 2) }, outputs)],
  ])("about %s is the engine's error", async (_what, error) => {
    const { process, logged, failedAccounts } = startWithContinuingEngine();
    expect(await process.failureOfWrite(error, "urn")).toEqual({ error, isAwaiting: false });
    expect(failedAccounts()).toEqual([]);
    expect(logged).toEqual([]);
  });

  /** The message about a refused token to an engine that stops at the first failure. */
  async function messageIfEngineStops({ isPartial }: { isPartial: boolean }): Promise<string> {
    const logger = { log: () => {}, continuesAfterFailures: async () => false };
    const process = new ProviderProcess({ logger, run: { ...completeRun, isPartial } });
    const { error, isAwaiting } = await process.failureOfWrite(failed(401, 2));
    expect(isAwaiting).toBe(false);
    return messageOf(error);
  }

  test("recommends `--continue-on-error` if the engine stops", async () => {
    expect(await messageIfEngineStops({ isPartial: false })).toContain("--continue-on-error");
  });

  test("recommends nothing if the command may already leave resources out", async () => {
    expect(await messageIfEngineStops({ isPartial: true })).not.toContain("--continue-on-error");
  });
});

test("does not report a replacement that was not written", async () => {
  const urn = "urn:pulumi:dev::shops::type::shop";
  const { session } = startProcess();
  session.ledger.record("held", { ...declared(), urn, managed: "t" });
  emulator.put("shop-1", { connected_tag_id: "1" });
  emulator.armFault({ kind: "response", operation: "update", status: 400, body: { code: 1, message: "no" } });
  const create = createIntegration({ ...declared(), connectedTagId: "2" }, session, urn);
  await expect(create).rejects.toThrow("HTTP 400");
  expect(messages).toEqual([]);
});

describe("the records of a run", () => {
  const { directory } = RunLedger;
  afterEach(() => {
    RunLedger.directory = directory;
  });

  test.each([
    ["without an observing command", programContext],
    ["while a command observes the run", { ...programContext, observe: { file: "observed" } }],
  ])("are shared by its processes, %s", async (_what, context) => {
    RunLedger.directory = temporaryDirectory();
    chmodSync(RunLedger.directory, 0o700);
    const engine = "127.0.0.1:1";
    const one = new ProviderProcess({ engine, context });
    one.session.ledger.record("held", { externalBusinessId: "shop-1" });
    const other = new ProviderProcess({ engine, context });
    expect(other.session.ledger.knownRecords().about("shop-1")).toHaveLength(1);
    // Windows does not delete directories with open files.
    for (const process of [one, other]) await process.close("SIGTERM");
  });

  test.each([
    ["SIGINT", 1],
    ["SIGBREAK", 1],
    ["SIGTERM", 0],
  ] as const)("show after %s whether the engine has saved all results: %d", async (signal, count) => {
    const process = new ProviderProcess();
    await process.close(signal);
    expect(process.session.ledger.knownRecords().notes("closed")).toHaveLength(count);
  });
});
