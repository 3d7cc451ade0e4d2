import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../../../emulator";
import { Lab as InProcessLab } from "../../protocol/helpers/lab";
import type { Bag } from "../../protocol/helpers/values";
import { Lab } from "../helpers/lab";
import { type Declarations, js } from "../helpers/program";
import { providerType } from "../helpers/provider-type";

// The tests in test/protocol use an engine in this process. This test runs the same commands on it and on Pulumi's engine, and compares the
// calls to the provider, the previewed steps, and the state.

/** The interface of both labs for the steps of the comparison. */
interface ComparedLab {
  readonly emulator: Emulator;
  readonly environment: Record<string, string | undefined>;
  program(declarations: Declarations, before?: string): void;
  run(command: string, ...args: string[]): Promise<{ exitCode: number; output: string }>;
  steps(...args: string[]): Promise<readonly { op: string; name: string; detailedDiff: Bag | null }[]>;
  /** Returns the calls to the provider since the last time, by resource or function: the method and its properties. */
  calls(): Record<string, unknown[]>;
  /** Returns the parts of state that the provider determines, by URN. */
  state(): Promise<Record<string, unknown>>;
}

interface Step {
  readonly name: string;
  readonly act: (lab: ComparedLab) => Promise<unknown>;
}

const component = 'const parent = new pulumi.ComponentResource("lab:index:Shops", "shops");\n';
/** A provider with the credentials of the default provider, so that integrations can move to it. */
const explicit =
  'const explicit = new pinterest.Provider("explicit", { accessToken: process.env.PINTEREST_ACCESS_TOKEN });\n';

const lookups = `
exports.list = pinterest.getIntegrationsOutput({ externalBusinessIdPrefix: "theirs" });
exports.found = pinterest.getCommerceIntegration({ externalBusinessId: "theirs" });
pinterest.CommerceIntegration.get("looked-up", "theirs");
new pinterest.IntegrationLog("note", { eventType: "APP", logLevel: "INFO", message: pulumi.secret("deployed") });
`;

const first: Declarations = {
  plain: { externalBusinessId: "plain", connectedTagId: "1", connectedMerchantId: "11", scopes: ["b", "a"] },
  secret: {
    externalBusinessId: "secret",
    partnerAccessToken: "p1",
    partnerMetadata: { a: [1], b: { c: null } },
  },
  replaced: { externalBusinessId: "replaced-1" },
  removed: { externalBusinessId: "removed" },
  renamed: { externalBusinessId: "renamed" },
  aliased: { externalBusinessId: "aliased", connectedTagId: "5" },
  child: { args: { externalBusinessId: "child" }, options: "{ parent }" },
  named: { externalBusinessId: "named", account: "named" },
  moved: { externalBusinessId: "moved" },
  ignoring: {
    args: { externalBusinessId: "ignoring", connectedTagId: "1", connectedMerchantId: "1" },
    options: '{ ignoreChanges: ["connectedTagId", "connectedMerchantId"] }',
  },
  later: {
    externalBusinessId: "later",
    additionalId1: js("resources.plain.integrationId"),
    scopes: [js("resources.plain.connectedUserId"), "a"],
    partnerMetadata: { of: js("resources.plain.integrationId") },
  },
  timed: {
    args: { externalBusinessId: "timed" },
    options: '{ customTimeouts: { create: "2m", update: "90s" } }',
  },
  refused: { externalBusinessId: "refused" },
  half: { externalBusinessId: "half", connectedLbaId: "1" },
};

const second: Declarations = {
  ...first,
  plain: { externalBusinessId: "plain", connectedTagId: "2", scopes: ["a", "b"] },
  secret: { externalBusinessId: "secret", partnerAccessToken: "p2", whenRemoved: "release" },
  replaced: { externalBusinessId: "replaced-2" },
  renamedNow: { externalBusinessId: "renamed" },
  aliasedNow: {
    args: { externalBusinessId: "aliased", connectedTagId: "6" },
    options: '{ aliases: [{ name: "aliased" }] }',
  },
  named: { externalBusinessId: "named", account: "named", connectedTagId: "3" },
  explicit: { args: { externalBusinessId: "explicit" }, options: "{ provider: explicit }" },
  moved: { args: { externalBusinessId: "moved" }, options: "{ provider: explicit }" },
  ignoring: {
    args: { externalBusinessId: "ignoring", connectedTagId: "2" },
    options: '{ ignoreChanges: ["connectedTagId", "connectedMerchantId"] }',
  },
  timed: {
    args: { externalBusinessId: "timed", connectedTagId: "1" },
    options: '{ customTimeouts: { update: "90s" } }',
  },
  afterReplaced: {
    externalBusinessId: "after-replaced",
    additionalId1: js("resources.replaced.integrationId"),
    scopes: [js("resources.replaced.connectedUserId"), "a"],
    partnerMetadata: { of: js("resources.replaced.integrationId") },
  },
};
for (const name of ["removed", "renamed", "aliased"]) delete second[name];
const laterNote = 'new pinterest.IntegrationLog("laterNote", { eventType: "APP", logLevel: "INFO" });\n';

/** Creates, updates and a replacement that fail, and one more rename in the same update. */
const failing: Declarations = {
  ...second,
  secret: { externalBusinessId: "secret", partnerAccessToken: "p2", connectedLbaId: "8" },
  replaced: { externalBusinessId: "replaced-3" },
  explicit: {
    args: { externalBusinessId: "explicit", connectedTagId: "4" },
    options: "{ provider: explicit }",
  },
  late: { externalBusinessId: "late" },
  renamedAgain: { externalBusinessId: "renamed" },
};
for (const name of ["renamedNow", "timed"]) delete failing[name];

/** Makes every create or deletion of an integration fail. */
function failRequests(emulator: Emulator, operation: "create" | "delete", externalBusinessId: string): void {
  emulator.armFault({
    kind: "answer",
    preset: "unavailable",
    operation,
    external_business_id: externalBusinessId,
    times: "all",
  });
}

/** The switch that makes Pinterest ignore a field, so that creates and updates fail after they have written the others. */
const withIgnoredField = { ignoredFields: ["connected_lba_id"] } as const;

function stopFailures(emulator: Emulator): void {
  emulator.disarmFaults();
  emulator.setSwitches({ ignoredFields: [] });
}

const withoutPreview = ["--skip-preview"];
const continuing = [...withoutPreview, "--continue-on-error"];

const steps: readonly Step[] = [
  {
    name: "creations, of which some fail",
    act: (lab) => {
      lab.program(first, component + lookups);
      failRequests(lab.emulator, "create", "refused");
      lab.emulator.setSwitches(withIgnoredField);
      return lab.run("up", ...continuing);
    },
  },
  {
    name: "preview of changes",
    act: (lab) => {
      stopFailures(lab.emulator);
      lab.program(second, component + explicit + lookups + laterNote);
      return lab.steps();
    },
  },
  {
    name: "changes, renames, a replacement, another provider, deletions, of which one fails",
    act: ({ emulator, run }) => {
      failRequests(emulator, "delete", "removed");
      return run("up", ...continuing);
    },
  },
  {
    name: "failures and a rename in an update that continues on errors",
    act: (lab) => {
      stopFailures(lab.emulator);
      lab.program(failing, component + explicit);
      for (const id of ["late", "replaced-3"]) failRequests(lab.emulator, "create", id);
      lab.emulator.setSwitches(withIgnoredField);
      return lab.run("up", ...continuing);
    },
  },
  {
    name: "preview of the repair, with drift",
    act: ({ emulator, steps }) => {
      stopFailures(emulator);
      emulator.change("plain", { connected_tag_id: "99" });
      emulator.remove("later");
      return steps("--refresh");
    },
  },
  { name: "the repair", act: (lab) => lab.run("up", ...withoutPreview) },
  {
    name: "an update that refreshes with the program",
    act: ({ emulator, run }) => {
      emulator.change("plain", { connected_tag_id: "98" });
      emulator.remove("later");
      return run("up", ...withoutPreview, "--refresh", "--run-program");
    },
  },
  {
    name: "a replacement of one target",
    act: (lab) => lab.run("up", ...withoutPreview, "--target-replace", "**::plain"),
  },
  {
    name: "a destroy that refreshes",
    act: ({ emulator, run }) => {
      emulator.change("plain", { connected_tag_id: "97" });
      emulator.remove("later");
      return run("destroy", ...withoutPreview, "--refresh");
    },
  },
];

const settings = { PINTEREST_CONSISTENCY_TIMEOUT: "0.001", PINTEREST_MAX_ATTEMPTS: "1" };

function prepare(emulator: Emulator, environment: Record<string, string | undefined>): void {
  emulator.addAccount({ name: "named" });
  environment.PINTEREST_ACCOUNTS = JSON.stringify({ named: emulator.token("named") });
  emulator.put("theirs", { connected_tag_id: "8" });
}

/** Properties without the values that differ between runs: Pinterest's IDs and times, and tokens. */
function normalized(value: unknown, emulator: Emulator): unknown {
  const owners = new Map(
    emulator.integrations().map(({ id, external_business_id }) => [id, external_business_id]),
  );
  const text = JSON.stringify(value ?? null)
    .replace(/\b73\d{17}\b/g, (id) => `integration ID of ${owners.get(id) ?? "a deleted integration"}`)
    .replace(/\b1[6-9]\d{11}\b/g, "0")
    .replace(/\blog-[0-9a-f-]{36}/g, "log")
    .replace(/("__uid":")[^"]+/g, "$1uid")
    .replace(/pina_\w+/g, "token");
  return JSON.parse(text);
}

const fields = [
  "id",
  "olds",
  "oldInputs",
  "news",
  "properties",
  "inputs",
  "preview",
  "timeout",
  "ignoreChanges",
  "args",
];

/** A call's method and its properties that are not empty. */
function callOf(method: string, request: Bag): unknown {
  const properties = fields
    .map((name) => [name, request[name]] as const)
    .filter(([, value]) => !(value === undefined || value === false || value === "" || value === 0))
    .filter(([, value]) => typeof value !== "object" || Object.keys(value as Bag).length > 0);
  return { method, ...Object.fromEntries(properties) };
}

const compared = ["Check", "Diff", "Create", "Read", "Update", "Delete", "Invoke"];

function grouped(calls: readonly { method: string; request: Bag }[]): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = {};
  for (const { method, request } of calls) {
    if (!compared.includes(method)) continue;
    const resource = String(request.urn || request.tok);
    groups[resource] = [...(groups[resource] ?? []), callOf(method, request)];
  }
  return groups;
}

/** The lab of Pulumi's engine, which writes its calls to a file (PULUMI_DEBUG_GRPC). */
function comparedEngineLab(lab: Lab): ComparedLab {
  const log = join(lab.directory, "calls.json");
  lab.environment.PULUMI_DEBUG_GRPC = log;
  return {
    emulator: lab.emulator,
    environment: lab.environment,
    program: (...args) => lab.program(...args),
    run: (...args) => lab.run(...args),
    steps: async (...args) => withoutSteps(await lab.steps(...args)),
    calls: () => {
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
      rmSync(log, { force: true });
      const entries = lines.map(
        (line) => JSON.parse(line) as { method: string; request: Bag; progress: string },
      );
      return grouped(
        entries
          .filter(
            ({ method, progress }) => method.includes("ResourceProvider/") && progress === "request_started",
          )
          .map(({ method, request }) => ({ method: method.split("/").at(-1) ?? "", request })),
      );
    },
    state: async () => providerStateOf(await lab.resources()),
  };
}

/** The lab of the in-process engine. */
function comparedInProcessLab(lab: InProcessLab): ComparedLab {
  let calls: { method: string; request: Bag }[] = [];
  lab.onCall = (method, request) => {
    calls.push({ method: `${method[0]?.toUpperCase()}${method.slice(1)}`, request: requestBag(request) });
  };
  return {
    emulator: lab.emulator,
    environment: lab.environment,
    program: (...args) => lab.program(...args),
    run: (...args) => lab.run(...args),
    steps: async (...args) => withoutSteps(await lab.steps(...args)),
    calls: () => {
      const recorded = grouped(calls);
      calls = [];
      return recorded;
    },
    state: async () => providerStateOf(lab.resources() as unknown as (Bag & { urn: string; type: string })[]),
  };
}

/** The compared fields of a message, in the form that protojson writes. */
function requestBag(request: unknown): Bag {
  const message = request as Record<string, () => unknown>;
  const read = (name: string) => {
    const getter = `get${name[0]?.toUpperCase()}${name.slice(1).toLowerCase()}`;
    const getterName = Object.getOwnPropertyNames(Object.getPrototypeOf(request)).find(
      (key) =>
        key.toLowerCase() === getter.toLowerCase() || key.toLowerCase() === `${getter.toLowerCase()}list`,
    );
    const value = getterName === undefined ? undefined : message[getterName]?.();
    const struct = value as { toJavaScript?: () => unknown } | undefined;
    return struct?.toJavaScript === undefined ? value : struct.toJavaScript();
  };
  return Object.fromEntries(["urn", "tok", ...fields].map((name) => [name, read(name)]));
}

function withoutSteps(steps: readonly { op: string; name: string; detailedDiff: unknown }[]) {
  return steps
    .filter(({ op }) => op !== "same")
    .map(({ op, name, detailedDiff }) => {
      const differences = (detailedDiff ?? {}) as Bag;
      return { op, name, detailedDiff: Object.keys(differences).length > 0 ? differences : null };
    });
}

/** A value without its secrets, because state contains them encrypted. The comparison of the calls covers them. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (signatureKey in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

/** The compared properties of a resource in state. */
const comparedProperties = ["inputs", "outputs", "initErrors", "pendingReplacement", "external"];

const signatureKey = "4dabf18193072939515e22adb298388d";

function providerStateOf(resources: readonly (Bag & { urn: string; type: string })[]) {
  const ownResources = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  return Object.fromEntries(
    ownResources.map((resource) => [
      resource.urn,
      Object.fromEntries(
        comparedProperties
          .map((name) => [name, withoutSecrets(resource[name])] as const)
          .filter(([, value]) => value !== undefined && value !== false)
          .filter(([, value]) => typeof value !== "object" || Object.keys(value as Bag).length > 0),
      ),
    ]),
  );
}

interface StepResult {
  readonly result: unknown;
  readonly calls: unknown;
  readonly state: unknown;
}

async function runSteps(lab: ComparedLab): Promise<Map<string, StepResult>> {
  prepare(lab.emulator, lab.environment);
  const results = new Map<string, StepResult>();
  for (const { name, act } of steps) {
    const result = await act(lab);
    const outcome = Array.isArray(result)
      ? byName(result)
      : { exitCode: (result as { exitCode: number }).exitCode };
    const of = (value: unknown) => normalized(value, lab.emulator);
    // A preview writes no state.
    const state = Array.isArray(result) ? {} : await lab.state();
    results.set(name, { result: of(outcome), calls: of(lab.calls()), state: of(state) });
  }
  return results;
}

/** Steps sorted by name, because the order of registrations differs between runs. */
function byName(steps: readonly { name: string; op: string }[]) {
  return [...steps].sort((a, b) => (`${a.name} ${a.op}` < `${b.name} ${b.op}` ? -1 : 1));
}

let engine: Map<string, StepResult>;
let inProcess: Map<string, StepResult>;

beforeAll(async () => {
  const lab = await Lab.open({ environment: settings });
  const inProcessLab = await InProcessLab.open({ providerType, environment: settings });
  try {
    engine = await runSteps(comparedEngineLab(lab));
    inProcess = await runSteps(comparedInProcessLab(inProcessLab));
  } finally {
    await inProcessLab.close();
    await lab.close();
  }
});

describe.each(steps.map(({ name }) => name))("%s", (name) => {
  test("calls the provider with the same properties", () => {
    expect(inProcess.get(name)?.calls).toEqual(engine.get(name)?.calls);
  });

  test("returns the same exit code or steps", () => {
    expect(inProcess.get(name)?.result).toEqual(engine.get(name)?.result);
  });

  test("stores the same state", () => {
    expect(inProcess.get(name)?.state).toEqual(engine.get(name)?.state);
  });
});
