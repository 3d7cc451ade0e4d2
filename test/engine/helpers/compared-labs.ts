import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Emulator, IntegrationFields } from "../../../emulator";
import { Lab as InProcessLab } from "../../fake-engine/lab";
import type { Bag } from "../../fake-engine/values";
import { killEngineAt } from "./kill-points";
import { Lab } from "./lab";
import type { Declarations } from "./program";
import { ProviderProcesses } from "./provider-processes";
import { type ProviderType, providerType } from "./provider-type";

// The tests in test/protocol use an engine in this process. These functions run the same commands on it and on Pulumi's engine, and compare
// the calls to the provider, the previewed steps, and the state. The tests of the dynamic provider also compare the requests of both provider types on
// the engine in this process.

/** The interface of both labs for the steps of the comparison. */
export interface ComparedLab {
  readonly emulator: Emulator;
  readonly environment: Record<string, string | undefined>;
  program(declarations: Declarations, before?: string): void;
  run(command: string, ...args: string[]): Promise<{ exitCode: number; output: string }>;
  steps(...args: string[]): Promise<readonly { op: string; name: string; detailedDiff: Bag | null }[]>;
  /** Makes the next update replace a resource, like `pulumi state taint`. */
  taint(name: string): Promise<void>;
  /** Runs an update and kills it before it deletes these integrations, which must be all that it deletes. */
  upKilledBeforeDeletes(externalBusinessIds: readonly string[]): Promise<{ exitCode: number }>;
  /** Returns the calls to the provider since the last time, by resource or function: the method and its properties. */
  calls(): Record<string, unknown[]>;
  /** Returns the parts of state that the provider determines, by URN. */
  state(): Promise<Record<string, unknown>>;
}

/** A command of Pulumi, and what changes before it. */
export interface Step {
  /** JavaScript before the resources of the program, from this step on. */
  readonly setup?: string;
  /** The resources that the program declares differently from this step on, by name. It no longer declares one that is `undefined`. */
  readonly changes?: Record<string, Declarations[string] | undefined>;
  /** External business IDs. All requests to create or delete these integrations fail in this step. */
  readonly failing?: { readonly create?: readonly string[]; readonly delete?: readonly string[] };
  /** A field that Pinterest ignores in this step, so that a write with it fails after the other fields are written. */
  readonly ignoredField?: "connected_lba_id";
  /** What happened to integrations at Pinterest before the command, by external business ID. */
  readonly drift?: Record<string, IntegrationFields | "deleted">;
  /** The resource that `pulumi state taint` marks before the command, so that it is replaced. */
  readonly taint?: string;
  /** Arguments of `pulumi`. Updates and destroys have no preview. */
  readonly command: string;
  /** Kills an update before it deletes these integrations, which must be all that it deletes. */
  readonly killedBeforeDeletes?: readonly string[];
}

/** Steps by a sentence about what happens in them. */
export type Steps = Readonly<Record<string, Step>>;

/** Prepares and runs a step. */
async function play(step: Step, lab: ComparedLab): Promise<unknown> {
  const { emulator } = lab;
  emulator.disarmFaults();
  for (const operation of ["create", "delete"] as const)
    for (const external_business_id of step.failing?.[operation] ?? [])
      emulator.armFault({
        kind: "response",
        preset: "unavailable",
        operation,
        external_business_id,
        times: "all",
      });
  emulator.setSwitches({ ignoredFields: step.ignoredField === undefined ? [] : [step.ignoredField] });
  for (const [id, drift] of Object.entries(step.drift ?? {}))
    if (drift === "deleted") emulator.remove(id);
    else emulator.change(id, drift);
  if (step.taint !== undefined) await lab.taint(step.taint);
  if (step.killedBeforeDeletes !== undefined) return lab.upKilledBeforeDeletes(step.killedBeforeDeletes);
  const [command = "", ...args] = step.command.split(" ");
  return command === "preview" ? lab.steps(...args) : lab.run(command, "--skip-preview", ...args);
}

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
    // In URNs, the projects of Pulumi's engine and of the one in this process.
    .replace(/::lab-\w+::/g, "::lab::")
    .replace(/\blog-[0-9a-f-]{36}/g, "log")
    .replace(/("__uid":")[^"]+/g, "$1uid")
    // The record of a value that Pinterest has set differs, too.
    .replace(/("__written":")[^"~]+/g, (_text, name: string) => `${name}digests`)
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

type RecordedCall = { method: string; request: Bag };

/** Groups calls by resource or function. Notes for each deletion whether it came after all other writes of the command. */
function grouped(calls: readonly RecordedCall[]): Record<string, unknown[]> {
  const groups: Record<string, RecordedCall[]> = {};
  for (const call of calls.filter(({ method }) => compared.includes(method))) {
    const resource = String(call.request.urn || call.request.tok);
    groups[resource] = [...(groups[resource] ?? []), call];
  }
  const lastWrite = calls.findLastIndex(({ method }) => ["Create", "Update"].includes(method));
  return Object.fromEntries(
    Object.entries(groups).map(([resource, group]) => [
      resource,
      group.map((call) => {
        const isLast = call.method === "Delete" ? { isAfterAllWrites: calls.indexOf(call) > lastWrite } : {};
        return { ...(callOf(call.method, call.request) as Bag), ...isLast };
      }),
    ]),
  );
}

/** What both labs do in the same way. */
function sharedParts(
  lab: Lab | InProcessLab,
): Pick<ComparedLab, "emulator" | "environment" | "program" | "run" | "steps"> {
  return {
    emulator: lab.emulator,
    environment: lab.environment,
    program: (...args) => lab.program(...args),
    run: (...args) => lab.run(...args),
    steps: async (...args) => withoutSteps(await lab.steps(...args)),
  };
}

/** The lab of Pulumi's engine, which writes its calls to a file (PULUMI_DEBUG_GRPC). */
function comparedEngineLab(lab: Lab): ComparedLab {
  const log = join(lab.directory, "calls.json");
  lab.environment.PULUMI_DEBUG_GRPC = log;
  const processes = new ProviderProcesses(lab);
  return {
    ...sharedParts(lab),
    taint: async (name) => {
      const { urn } = (await lab.state())[name] ?? {};
      await lab.succeed("state", "taint", String(urn), "--yes");
    },
    upKilledBeforeDeletes: async (ids) => {
      const points = ids.map((id) => ({ operation: "delete", id, moment: "before" }) as const);
      const { run } = await killEngineAt(lab, processes, points, "up", "--skip-preview");
      await lab.succeed("cancel", "--yes");
      return run;
    },
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
    ...sharedParts(lab),
    taint: async (name) => {
      lab.taint(name);
    },
    upKilledBeforeDeletes: () => lab.runKilledBeforeDeletes("up", "--skip-preview"),
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
    const struct = value as { toJavaScript?: () => Bag } | undefined;
    if (struct?.toJavaScript === undefined) return value;
    // The dynamic provider of this process adds the URN (`patchServer`). The engine does not send it.
    const { __urn: _, ...properties } = struct.toJavaScript();
    return properties;
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
const comparedProperties = [
  "inputs",
  "outputs",
  "initErrors",
  "pendingReplacement",
  "external",
  "protect",
  "retainOnDelete",
];

const signatureKey = "4dabf18193072939515e22adb298388d";

function providerStateOf(resources: readonly (Bag & { urn: string; type: string })[]) {
  const ownResources = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  return Object.fromEntries(
    ownResources.map((resource) => [
      resource.delete === true ? `${resource.urn}, pending deletion of ${resource.id}` : resource.urn,
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
  /** The requests to Pinterest with their bodies, sorted. */
  readonly requests: unknown;
}

async function runSteps(steps: Steps, lab: ComparedLab): Promise<Map<string, StepResult>> {
  prepare(lab.emulator, lab.environment);
  const results = new Map<string, StepResult>();
  const program: Declarations = {};
  let setup = "";
  for (const [name, step] of Object.entries(steps)) {
    for (const [resource, declared] of Object.entries(step.changes ?? {}))
      if (declared === undefined) delete program[resource];
      else program[resource] = declared;
    setup = step.setup ?? setup;
    lab.program(program, setup);
    lab.emulator.clearRequests();
    const result = await play(step, lab);
    const outcome = Array.isArray(result)
      ? byName(result)
      : { exitCode: (result as { exitCode: number }).exitCode };
    const of = (value: unknown) => normalized(value, lab.emulator);
    // A preview writes no state.
    const state = Array.isArray(result) ? {} : await lab.state();
    const isKilled = (outcome as { exitCode?: number }).exitCode === killedExitCode;
    const calls = comparableCalls(of(lab.calls()), { isKilled });
    const requests = lab.emulator
      .requests()
      .map(({ method, path, request_body }) => `${method} ${path} ${JSON.stringify(request_body)}`)
      .sort();
    results.set(name, { result: of(outcome), calls, state: of(state), requests: of(requests) });
  }
  return results;
}

/**
 * Calls in an order that does not differ between runs. Pulumi's engine can only be killed after a deletion has started, so the calls of a
 * killed command are without deletions.
 */
function comparableCalls(calls: unknown, { isKilled }: { isKilled: boolean }): Record<string, Bag[]> {
  return Object.fromEntries(
    Object.entries(calls as Record<string, Bag[]>)
      .map(
        ([resource, group]) =>
          [resource, group.filter(({ method }) => !isKilled || method !== "Delete")] as const,
      )
      .map(([resource, group]) => [resource, withParallelCallsSorted(group)]),
  );
}

/** Sorts the calls that are parallel because a resource and its predecessors in state have the same URN. */
function withParallelCallsSorted(calls: readonly Bag[]): Bag[] {
  const isParallel = (call: Bag | undefined) => ["Read", "Diff", "Delete"].includes(String(call?.method));
  const phases: Bag[][] = [];
  for (const call of calls) {
    const phase = phases.at(-1);
    if (phase !== undefined && isParallel(phase[0]) && isParallel(call)) phase.push(call);
    else phases.push([call]);
  }
  const key = (call: Bag) => JSON.stringify([call.id, call.method, call]);
  return phases.flatMap((phase) => phase.sort((a, b) => (key(a) < key(b) ? -1 : 1)));
}

/** The exit code of a killed process in both labs. */
const killedExitCode = -1;

/** Steps sorted by name, because the order of registrations differs between runs. */
function byName(steps: readonly { name: string; op: string }[]) {
  return [...steps].sort((a, b) => (`${a.name} ${a.op}` < `${b.name} ${b.op}` ? -1 : 1));
}

/** Runs the steps on the engine in this process. */
async function runInProcess(steps: Steps, type: ProviderType): Promise<Map<string, StepResult>> {
  const lab = await InProcessLab.open({ providerType: type, environment: settings });
  try {
    return await runSteps(steps, comparedInProcessLab(lab));
  } finally {
    await lab.close();
  }
}

/** Defines tests that compare the results of these steps, which run one after the other. */
export function compareEngines(steps: Steps): void {
  let engine: Map<string, StepResult>;
  let inProcess: Map<string, StepResult>;
  let ofPlugin: Map<string, StepResult>;
  const comparesTypes = providerType === "dynamic";

  beforeAll(async () => {
    const lab = await Lab.open({ environment: settings });
    try {
      engine = await runSteps(steps, comparedEngineLab(lab));
    } finally {
      await lab.close();
    }
    inProcess = await runInProcess(steps, providerType);
    if (comparesTypes) ofPlugin = await runInProcess(steps, "plugin");
  });

  describe.each(Object.keys(steps))("%s", (name) => {
    test("calls the provider with the same properties", () => {
      expect(inProcess.get(name)?.calls).toEqual(engine.get(name)?.calls);
    });

    test("returns the same exit code or steps", () => {
      expect(inProcess.get(name)?.result).toEqual(engine.get(name)?.result);
    });

    test("stores the same state", () => {
      expect(inProcess.get(name)?.state).toEqual(engine.get(name)?.state);
    });

    if (comparesTypes)
      test("sends the same requests with both provider types", () => {
        expect(inProcess.get(name)?.requests).toEqual(ofPlugin.get(name)?.requests);
      });
  });
}
