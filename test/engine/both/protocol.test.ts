import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../../../emulator";
import { Lab as InProcessLab } from "../../protocol/helpers/lab";
import type { Bag } from "../../protocol/helpers/values";
import { Lab } from "../helpers/lab";
import { type Declarations, js } from "../helpers/program";
import { providerType } from "../helpers/provider-type";

// The tests in test/protocol have their own engine. This test runs the same commands on it and on Pulumi's engine, and compares the calls
// of the provider, the previewed steps, and the state.

/** The interface of both labs for the steps of the comparison. */
interface Stage {
  readonly emulator: Emulator;
  readonly environment: Record<string, string | undefined>;
  program(declarations: Declarations, before?: string): void;
  run(command: string, ...args: string[]): Promise<{ exitCode: number; output: string }>;
  steps(...args: string[]): Promise<readonly { op: string; name: string; detailedDiff: Bag | null }[]>;
  /** The provider's calls since the last time, by resource or function: the method and its properties. */
  calls(): Record<string, unknown[]>;
  /** The parts of state that the provider determines, by URN. */
  kept(): Promise<Record<string, unknown>>;
}

interface Step {
  readonly name: string;
  readonly act: (stage: Stage) => Promise<unknown>;
}

const explicit = `
const explicit = new pinterest.Provider("explicit", { accessToken: process.env.EXPLICIT_TOKEN });
const parent = new pulumi.ComponentResource("lab:index:Shops", "shops");
`;

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
  explicit: { args: { externalBusinessId: "explicit" }, options: "{ provider: explicit }" },
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
  explicit: {
    args: { externalBusinessId: "explicit", connectedTagId: "4" },
    options: "{ provider: explicit }",
  },
  moved: { args: { externalBusinessId: "moved" }, options: "{ provider: other }" },
  ignoring: {
    args: { externalBusinessId: "ignoring", connectedTagId: "2" },
    options: '{ ignoreChanges: ["connectedTagId", "connectedMerchantId"] }',
  },
  timed: {
    args: { externalBusinessId: "timed", connectedTagId: "1" },
    options: '{ customTimeouts: { update: "90s" } }',
  },
};
for (const name of ["removed", "renamed", "aliased"]) delete second[name];
/** A provider with the credentials of the default one. */
const other =
  'const other = new pinterest.Provider("other", { accessToken: process.env.PINTEREST_ACCESS_TOKEN });\n';

/** With resources that fail: refused, and created or updated with a field missing. */
const failing: Declarations = {
  ...second,
  refused: { externalBusinessId: "refused" },
  half: { externalBusinessId: "half", connectedTagId: "1" },
  secret: { externalBusinessId: "secret", partnerAccessToken: "p2", connectedTagId: "8" },
  replaced: { externalBusinessId: "replaced-3" },
};
delete failing.timed;

/** With one more rename, next to a resource that fails. */
const cutShort: Declarations = {
  ...failing,
  renamedAgain: { externalBusinessId: "renamed" },
  late: { externalBusinessId: "late" },
};
delete cutShort.renamedNow;

const unavailable = { kind: "answer", preset: "unavailable" } as const;
const quietly = ["--skip-preview"];

const steps: readonly Step[] = [
  {
    name: "preview of creations",
    act: (stage) => {
      stage.program(first, explicit + lookups);
      return stage.steps();
    },
  },
  { name: "creations", act: (stage) => stage.run("up", ...quietly) },
  { name: "nothing to do", act: (stage) => stage.run("up", ...quietly) },
  {
    name: "preview of changes",
    act: (stage) => {
      stage.program(second, explicit + other);
      return stage.steps();
    },
  },
  {
    name: "changes, renames, a replacement, another provider, deletions",
    act: (stage) => stage.run("up", ...quietly),
  },
  {
    name: "failures in an update that goes on",
    act: (stage) => {
      const { emulator } = stage;
      stage.program(failing, explicit + other);
      emulator.armFault({
        ...unavailable,
        operation: "create",
        external_business_id: "refused",
        times: "all",
      });
      emulator.armFault({
        ...unavailable,
        operation: "create",
        external_business_id: "replaced-3",
        times: "all",
      });
      emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
      return stage.run("up", ...quietly, "--continue-on-error");
    },
  },
  {
    name: "preview of the repair",
    act: ({ emulator, steps }) => {
      emulator.disarmFaults();
      emulator.setSwitches({ ignoredFields: [] });
      return steps();
    },
  },
  { name: "the repair", act: (stage) => stage.run("up", ...quietly) },
  {
    name: "preview of drift",
    act: ({ emulator, steps }) => {
      emulator.change("plain", { connected_tag_id: "99" });
      emulator.remove("later");
      return steps("--refresh");
    },
  },
  { name: "the fix of drift", act: (stage) => stage.run("up", ...quietly, "--refresh") },
  {
    name: "a rename in an update that fails elsewhere",
    act: (stage) => {
      stage.program(cutShort, explicit + other);
      stage.emulator.armFault({ ...unavailable, operation: "create", external_business_id: "late" });
      return stage.run("up", ...quietly, "--continue-on-error");
    },
  },
  {
    name: "an update that refreshes with the program",
    act: ({ emulator, run }) => {
      emulator.change("plain", { connected_tag_id: "98" });
      emulator.remove("later");
      return run("up", ...quietly, "--refresh", "--run-program");
    },
  },
  {
    name: "a replacement of one target",
    act: (stage) => stage.run("up", ...quietly, "--target-replace", "**::plain"),
  },
  { name: "refresh", act: (stage) => stage.run("refresh", ...quietly) },
  {
    name: "a failed deletion",
    act: ({ emulator, run }) => {
      emulator.armFault({
        ...unavailable,
        operation: "delete",
        external_business_id: "explicit",
        times: "all",
      });
      return run("destroy", ...quietly, "--continue-on-error");
    },
  },
  {
    name: "destroy",
    act: ({ emulator, run }) => {
      emulator.disarmFaults();
      return run("destroy", ...quietly);
    },
  },
];

const settings = { PINTEREST_CONSISTENCY_TIMEOUT: "0.001", PINTEREST_MAX_ATTEMPTS: "1" };

function prepare(emulator: Emulator, environment: Record<string, string | undefined>): void {
  for (const name of ["named", "explicit"]) emulator.addAccount({ name });
  environment.PINTEREST_ACCOUNTS = JSON.stringify({ named: emulator.token("named") });
  environment.EXPLICIT_TOKEN = emulator.token("explicit");
  emulator.put("theirs", { connected_tag_id: "8" });
}

/** Properties without the values that differ between runs: Pinterest's IDs and times, and tokens. */
function normalized(value: unknown, emulator: Emulator): unknown {
  const owners = new Map(
    emulator.integrations().map(({ id, external_business_id }) => [id, external_business_id]),
  );
  const text = JSON.stringify(value ?? null)
    .replace(/\b73\d{17}\b/g, (id) => `number of ${owners.get(id) ?? "a deleted one"}`)
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
  const given = fields
    .map((name) => [name, request[name]] as const)
    .filter(([, value]) => !(value === undefined || value === false || value === "" || value === 0))
    .filter(([, value]) => typeof value !== "object" || Object.keys(value as Bag).length > 0);
  return { method, ...Object.fromEntries(given) };
}

const compared = ["Check", "Diff", "Create", "Read", "Update", "Delete", "Invoke"];

function grouped(calls: readonly { method: string; request: Bag }[]): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = {};
  for (const { method, request } of calls) {
    if (!compared.includes(method)) continue;
    const about = String(request.urn || request.tok);
    groups[about] = [...(groups[about] ?? []), callOf(method, request)];
  }
  return groups;
}

/** The stage of Pulumi's engine, which writes its calls to a file (PULUMI_DEBUG_GRPC). */
function stageOf(lab: Lab): Stage {
  const log = join(lab.directory, "calls.json");
  lab.environment.PULUMI_DEBUG_GRPC = log;
  const notable = ["inputs", "outputs", "initErrors", "pendingReplacement", "external"];
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
    kept: async () => keptOf(await lab.resources(), notable),
  };
}

/** The stage of the tests' own engine. */
function inProcessStageOf(lab: InProcessLab): Stage {
  let calls: { method: string; request: Bag }[] = [];
  lab.onCall = (method, request) => {
    calls.push({ method: `${method[0]?.toUpperCase()}${method.slice(1)}`, request: requestBag(request) });
  };
  const notable = ["inputs", "outputs", "initErrors", "pendingReplacement", "external"];
  return {
    emulator: lab.emulator,
    environment: lab.environment,
    program: (...args) => lab.program(...args),
    run: (...args) => lab.run(...args),
    steps: async (...args) => withoutSteps(await lab.steps(...args)),
    calls: () => {
      const made = grouped(calls);
      calls = [];
      return made;
    },
    kept: async () => keptOf(lab.resources() as unknown as (Bag & { urn: string; type: string })[], notable),
  };
}

/** A message as protojson writes it, as far as it is compared. */
function requestBag(request: unknown): Bag {
  const message = request as Record<string, () => unknown>;
  const read = (name: string) => {
    const getter = `get${name[0]?.toUpperCase()}${name.slice(1).toLowerCase()}`;
    const found = Object.getOwnPropertyNames(Object.getPrototypeOf(request)).find(
      (key) =>
        key.toLowerCase() === getter.toLowerCase() || key.toLowerCase() === `${getter.toLowerCase()}list`,
    );
    const value = found === undefined ? undefined : message[found]?.();
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

/** A value without its secrets, which state holds encrypted; the comparison of the calls covers them. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (signatureKey in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

const signatureKey = "4dabf18193072939515e22adb298388d";

function keptOf(resources: readonly (Bag & { urn: string; type: string })[], notable: readonly string[]) {
  const own = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  return Object.fromEntries(
    own.map((resource) => [
      resource.urn,
      Object.fromEntries(
        notable
          .map((name) => [name, withoutSecrets(resource[name])] as const)
          .filter(([, value]) => value !== undefined && value !== false)
          .filter(([, value]) => typeof value !== "object" || Object.keys(value as Bag).length > 0),
      ),
    ]),
  );
}

interface Seen {
  readonly result: unknown;
  readonly calls: unknown;
  readonly kept: unknown;
}

async function play(stage: Stage): Promise<Map<string, Seen>> {
  prepare(stage.emulator, stage.environment);
  const seen = new Map<string, Seen>();
  for (const { name, act } of steps) {
    const result = await act(stage);
    const outcome = Array.isArray(result)
      ? byName(result)
      : { exitCode: (result as { exitCode: number }).exitCode };
    const of = (value: unknown) => normalized(value, stage.emulator);
    // A preview writes no state.
    const kept = Array.isArray(result) ? {} : await stage.kept();
    seen.set(name, { result: of(outcome), calls: of(stage.calls()), kept: of(kept) });
  }
  return seen;
}

/** Steps sorted by name, because the order of registrations differs between runs. */
function byName(given: readonly { name: string; op: string }[]) {
  return [...given].sort((a, b) => (`${a.name} ${a.op}` < `${b.name} ${b.op}` ? -1 : 1));
}

let engine: Map<string, Seen>;
let inProcess: Map<string, Seen>;

beforeAll(async () => {
  const lab = await Lab.open({ environment: settings });
  const ours = await InProcessLab.open({ providerType, environment: settings });
  try {
    engine = await play(stageOf(lab));
    inProcess = await play(inProcessStageOf(ours));
  } finally {
    await ours.close();
    await lab.close();
  }
});

describe.each(steps.map(({ name }) => name))("%s", (name) => {
  test("calls the provider with the same properties", () => {
    expect(inProcess.get(name)?.calls).toEqual(engine.get(name)?.calls);
  });

  test("ends in the same way", () => {
    expect(inProcess.get(name)?.result).toEqual(engine.get(name)?.result);
  });

  test("keeps the same state", () => {
    expect(inProcess.get(name)?.kept).toEqual(engine.get(name)?.kept);
  });
});
