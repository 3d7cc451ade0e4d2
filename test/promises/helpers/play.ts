import { describe, expect, test } from "@jest/globals";
import type { Emulator, IntegrationFields, Switches } from "../../../emulator";
import { defined } from "../../../provider/base/bag";
import { Lab as EngineLab } from "../../engine/helpers/lab";
import type { Declarations } from "../../engine/helpers/program";
import type { ProviderType } from "../../engine/helpers/provider-type";
import { Lab } from "../../fake-engine/lab";
import { withoutSecrets } from "../../fake-engine/values";

/** A text that a command prints, or a pattern of it. */
type Text = string | RegExp;

/** A command on the stack, and what it must do. Checks that are omitted are not made. */
export interface Step {
  /** Changes Pinterest, or prepares failures, before the command. */
  readonly given?: (pinterest: Emulator) => void;
  /** @default the program of the step before */
  readonly program?: Declarations;
  /** The scenario's accounts from now on. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Whether the program uses the other provider type from now on. */
  readonly changesProviderType?: true;
  /** Lines of JavaScript before the program's resources. */
  readonly setup?: string;
  /** The command and its options. An update that must fail continues on errors. @default ["up"] */
  readonly command?: readonly [string, ...string[]];
  /** Expects exit code 1, and these texts in the output. @default the command must succeed */
  readonly fails?: readonly Text[];
  /** Whether the update stops at an error, after the steps of earlier resources and before the deletions. */
  readonly stops?: true;
  readonly prints?: readonly Text[];
  readonly omits?: readonly Text[];
  /** All requests to Pinterest, such as "GET shop-1" or "GET list". */
  readonly requests?: readonly string[];
  /** All writes, such as `["PATCH", "shop-1", { connected_tag_id: "33" }]` with the whole body. @default none for a preview */
  readonly writes?: readonly (readonly [method: string, externalBusinessId?: string, body?: unknown])[];
  /** Fields of integrations at Pinterest, by external business ID. Null: there is no such integration. */
  readonly pinterest?: Readonly<Record<string, object | null>>;
  /** Outputs in state, by resource name. Null: the resource, or the output, is not in state. */
  readonly state?: Readonly<Record<string, object | null>>;
  /** Names of resources whose error is in state. @default none after an update that succeeds */
  readonly failed?: readonly string[];
  /** Steps of the next preview without `--refresh`, such as "update shop: connectedTagId". */
  readonly plan?: readonly string[];
  /** Steps of the next preview with `--refresh`, such as "update shop: connectedTagId". @default none after an update of all resources that succeeds, unless `plan` is given */
  readonly next?: readonly string[];
}

/** How a promise is kept in one situation. */
export interface Scenario {
  /** Integrations that exist at the start, by external business ID. */
  readonly pinterest?: Readonly<Record<string, IntegrationFields>>;
  /** Environment variables of the provider. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The emulator's accounts by the provider's names. An unknown account belongs to the owner of shop-1, the default account. */
  readonly accounts?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** Whether the scenario is also played on Pulumi's engine, which takes seconds. */
  readonly onEngine?: true;
}

/** Scenarios by what is promised. At least one of each file is played on Pulumi's engine. */
export type Promises = Readonly<Record<string, Scenario>>;

/** A scenario whose first step deploys a program. */
export function deployed(program: Declarations, ...steps: Step[]): Scenario {
  return { steps: [{ program }, ...steps] };
}

/** Whether these tests run in a Jest project of Pulumi's engine. */
const isOnEngine = (globalThis as { isOnEngine?: boolean }).isOnEngine === true;

interface Setting {
  readonly providerType: ProviderType;
  /** The generation of Pinterest's API, and the forms of its responses. */
  readonly switches: Partial<Switches> & Pick<Switches, "generation">;
}

/** Whether these tests run in the Jest project `slow`. */
const isSlow = (globalThis as { isSlow?: boolean }).isSlow === true;

/** Together, the generations vary the forms of unset metadata, expiries, codes and unknown fields. */
function setting(): Setting {
  if (isOnEngine) return { providerType: "dynamic", switches: { generation: "5.28" } };
  if (isSlow)
    return {
      providerType: "plugin",
      switches: { generation: "5.23", metadataUnset: "omitted", codeAsText: true },
    };
  return {
    providerType: "dynamic",
    switches: { generation: "5.28", metadataUnset: "null", expiryRounding: "seconds", extraFields: true },
  };
}

/**
 * Plays the scenarios of a promise. In this process: the unit tests with the dynamic provider and API 5.28, and Jest's project `slow` with the
 * plugin and 5.23. On the engine: the dynamic provider with 5.28, because test/engine/both/protocol compares the calls of both types.
 */
export function promises(promise: string, scenarios: Promises): void {
  const played = Object.entries(scenarios).filter(([, { onEngine = false }]) => onEngine || !isOnEngine);
  if (played.length === 0) return;
  const { providerType, switches } = setting();
  describe(`${providerType}, API ${switches.generation}: ${promise}`, () => {
    test.each(played)("%s", async (_what, { pinterest = {}, environment = {}, accounts, steps }) => {
      const lab = await (isOnEngine ? EngineLab : Lab).open({ providerType, environment });
      try {
        lab.emulator.setSwitches(switches);
        setAccounts(lab, accounts);
        for (const [id, fields] of Object.entries(pinterest)) lab.emulator.put(id, fields);
        for (const [index, step] of steps.entries()) {
          if (step.changesProviderType) lab.setProviderType(providerType === "plugin" ? "dynamic" : "plugin");
          await play(lab, step, index + 1);
        }
      } finally {
        await lab.close();
      }
    });
  });
}

function setAccounts({ emulator, environment }: Lab | EngineLab, accounts: Scenario["accounts"]): void {
  if (accounts === undefined) return;
  const { connected_user_id } = emulator.account("shop-1");
  const tokens = Object.entries(accounts).map(([name, account]) => {
    if (!emulator.accounts().some((each) => each.name === account))
      emulator.addAccount({ name: account, connected_user_id });
    return [name, emulator.token(account)];
  });
  environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
}

async function play(lab: Lab | EngineLab, step: Step, number: number): Promise<void> {
  const { given, program, setup, command = ["up"], fails, prints = [], omits = [] } = step;
  given?.(lab.emulator);
  setAccounts(lab, step.accounts);
  if (program !== undefined) lab.program(program, setup);
  lab.emulator.clearRequests();
  const options = command[0] === "preview" ? [] : ["--skip-preview"];
  if (step.stops) options.push("--parallel", "1");
  else if (fails !== undefined && command[0] === "up") options.push("--continue-on-error");
  const { exitCode, output } = await lab.run(...command, ...options);
  const isPrinted = (text: Text) => (typeof text === "string" ? output.includes(text) : text.test(output));
  const requests = lab.emulator.requests();
  const state = await lab.state();
  const writes = step.writes ?? (command[0] === "preview" ? [] : undefined);
  const none = command[0] === "up" && fails === undefined ? [] : undefined;
  const failed = step.failed ?? none;
  const next = step.next ?? (step.plan || command.includes("--target") ? undefined : none);
  const pinterest = named(step.pinterest, (id) =>
    lab.emulator.integrations().find((each) => each.external_business_id === id),
  );
  const inState = named(step.state, (name, expected) => {
    const outputs = withoutSecrets(state[name]?.outputs);
    return outputs && { ...named({ ...expected }, () => null), ...outputs };
  });
  const observed = {
    step: number,
    exitCode,
    missingTexts: [...(fails ?? []), ...prints].filter((text) => !isPrinted(text)),
    wrongTexts: [...omits, lab.emulator.token()].filter(isPrinted),
    requests: requests.map((each) => `${each.method} ${each.external_business_id ?? each.operation}`),
    writes: requests
      .filter(({ method }) => method !== "GET")
      .map((each, index) =>
        [each.method, each.external_business_id, each.request_body].slice(0, writes?.[index]?.length),
      ),
    pinterest,
    state: inState,
    present: { pinterest: present(pinterest), state: present(inState) },
    failed: Object.keys(state).filter((name) => state[name]?.initErrors !== undefined),
    plan: step.plan && (await planned(lab)),
    next: next && (await planned(lab, "--refresh")),
    output,
  };
  expect(observed).toMatchObject({
    step: number,
    exitCode: fails === undefined ? 0 : 1,
    missingTexts: [],
    wrongTexts: [],
    // An expected object without properties matches null.
    present: { pinterest: present(step.pinterest), state: present(step.state) },
    ...defined({
      requests: step.requests,
      writes,
      pinterest: step.pinterest,
      state: step.state,
      failed,
      plan: step.plan,
      next,
    }),
  });
  // Above, bodies match if they have more fields.
  if (writes !== undefined)
    expect({ step: number, writes: observed.writes }).toEqual({ step: number, writes });
}

/** The value found for each name; null if there is none. */
function named<Expected>(
  expectations: Readonly<Record<string, Expected>> = {},
  find: (name: string, expected: Expected) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(expectations).map(([name, expected]) => [name, find(name, expected) ?? null]),
  );
}

/** The names that exist. */
function present(found: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.keys(found).filter((name) => found[name] !== null);
}

/** The changes of a preview, such as "update shop: connectedTagId", in the order of their names: the engine's order varies. */
async function planned(lab: Lab | EngineLab, ...options: string[]): Promise<string[]> {
  const steps = await lab.steps(...options);
  return steps
    .filter(({ op }) => op !== "same" && op !== "refresh")
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ op, name, detailedDiff }) =>
      op === "update" ? `update ${name}: ${Object.keys(detailedDiff ?? {}).join(", ")}` : `${op} ${name}`,
    );
}
