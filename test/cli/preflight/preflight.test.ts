import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runCommandLine } from "../../../cli/command-line";
import { othersOf, warningsOf } from "../../../cli/preflight/preflight";
import { unknownValue } from "../../../provider/run/constants";
import type { DeletionLimits } from "../../../provider/run/ledger";
import type { CreateObservation, Observation } from "../../../provider/run/observations";
import { exitCodes } from "../../../stack/exit-codes";
import { forecastCreates } from "../../../stack/forecasts";
import { nameOf } from "../../../stack/state";
import type { IntegrationSteps, Planned } from "../../../stack/steps";
import { sharedMerchant } from "../../expected/reports";
import { testOnPosix } from "../../platform";
import { temporaryDirectory } from "../../temporary-directory";
import { recordingTerminal } from "../helpers/terminal";

const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

type Bag = Readonly<Record<string, unknown>>;

const urnOf = (name: string) => `urn:pulumi:dev::lab::pinterest::${name}`;
const propertiesOf = (inputs: Bag, outputs: Bag = {}) => ({ id: "", inputs, outputs });

const create = (name: string, inputs: Bag, replaced?: Bag): IntegrationSteps => ({
  urn: urnOf(name),
  planned: {
    op: replaced === undefined ? "create" : "replace",
    wanted: propertiesOf(inputs),
    diff: [],
    ...(replaced && { old: propertiesOf(replaced) }),
  },
});

const deletion = (name: string, op: "delete" | "replace" = "delete"): IntegrationSteps => {
  const old = propertiesOf({ externalBusinessId: "a" }, { integrationId: "1" });
  return { urn: urnOf(name), planned: { op, wanted: old, diff: [], old } };
};

const adopted: CreateObservation = { externalBusinessId: "a", verdict: "adopted", integrationId: "1" };

const observed = (create: CreateObservation): Observation => ({ kind: "create", ...create });

function forecasts(
  creates: IntegrationSteps[],
  observations: CreateObservation[],
  deletions: IntegrationSteps[] = [],
): Record<string, unknown>[] {
  const declarations = creates.map(({ urn }) => ({ kind: "declaration" as const, name: nameOf(urn) }));
  const all = [...declarations, ...observations.map(observed)];
  return forecastCreates([...creates, ...deletions], all, "python").creates.map(({ urn, ...rest }) => rest);
}

test("counts a change of the external business ID as a deletion, and a forced replacement not", () => {
  const changed = create("changed", { externalBusinessId: "b" }, { externalBusinessId: "a" });
  const tainted = create("tainted", { externalBusinessId: "c" }, { externalBusinessId: "c" });
  const steps = [changed, tainted, create("new", { externalBusinessId: "d" }), deletion("gone")];
  expect(othersOf(steps, [])).toEqual({ update: 0, delete: 2, same: 0 });
  expect(othersOf(steps, [{ renamedFromUrn: urnOf("gone") }])).toEqual({ update: 0, delete: 1, same: 0 });
  const retained = steps.map(({ urn, planned }) => ({
    urn,
    planned: { ...(planned as Planned), isRetained: true },
  }));
  expect(othersOf(retained, [])).toEqual({ update: 0, delete: 0, same: 0 });
});

test("names the integration that a create replaces, and whether the update may delete it", () => {
  const replacing = create("one", { externalBusinessId: "b" }, { externalBusinessId: "a" });
  const forecastWith = (limits: DeletionLimits, steps = [replacing]) =>
    forecastCreates(steps, [
      { kind: "declaration", name: "one" },
      { kind: "limits", ...limits },
      observed({ externalBusinessId: "b", verdict: "created" }),
    ]).creates[0];
  expect(forecastWith({ deleteLimit: 1 })).toMatchObject({ verdict: "created", replaces: "a" });
  expect(forecastWith({ deleteLimit: 0 })).toMatchObject({
    verdict: "undeletable",
    reason: "`pinterest:deleteLimit` is 0",
  });
  expect(forecastWith({ onDelete: "refuse" })).toMatchObject({
    verdict: "undeletable",
    reason: "`pinterest:onDelete` is `refuse`",
  });
  const retained = { verdict: "created", keepsReplaced: true };
  expect(forecastWith({ onDelete: "retain", deleteLimit: 0 })).toMatchObject(retained);
  const successor = create("two", { externalBusinessId: "a" });
  expect(forecastWith({}, [replacing, successor])).toMatchObject(retained);
});

test("distinguishes integrations with the same ID by account and provider", () => {
  const creates = [
    create("plain", { externalBusinessId: "a" }),
    create("named", { externalBusinessId: "a", account: "north" }),
    create("through", { externalBusinessId: "a", providerName: "p" }),
  ];
  const observations: CreateObservation[] = [
    { externalBusinessId: "a", providerName: "p", verdict: "foreign" },
    { externalBusinessId: "a", account: "north", verdict: "refused" },
    { externalBusinessId: "a", verdict: "created" },
  ];
  expect(forecasts(creates, observations)).toEqual([
    { name: "plain", externalBusinessId: "a", verdict: "created" },
    { name: "named", externalBusinessId: "a", account: "north", verdict: "refused" },
    { name: "through", externalBusinessId: "a", provider: "p", verdict: "foreign" },
  ]);
});

test("differences have both values, unless the program declares the field as a secret", () => {
  const inputs = {
    externalBusinessId: "a",
    connectedTagId: secret,
    scopes: "a",
    connectedLbaId: unknownValue,
  };
  const [forecast] = forecasts(
    [create("one", inputs)],
    [
      {
        externalBusinessId: "a",
        verdict: "refused",
        fields: ["connectedMerchantId", "connectedTagId", "connectedLbaId", "scopes"],
        live: { connectedMerchantId: "11", connectedTagId: "22", connectedLbaId: "33" },
      },
    ],
  );
  expect(forecast?.differences).toEqual([
    { name: "connectedMerchantId", secret: false, program: null, pinterest: "11" },
    { name: "connectedTagId", secret: true },
    { name: "connectedLbaId", secret: false, pinterest: "33" },
    { name: "scopes", secret: false, program: "a", pinterest: null },
  ]);
});

test("a create without an observation is not checked, and does not get the observation of another create", () => {
  const creates = [create("lost", { externalBusinessId: "x" }), create("a", { externalBusinessId: "a" })];
  expect(forecasts(creates, [{ externalBusinessId: "a", verdict: "created" }])).toMatchObject([
    { verdict: "not-checked", reason: expect.stringContaining("did not report") },
    { verdict: "created" },
  ]);
});

test("does not guess the observation of a secret ID, and does not print it", () => {
  const observations: CreateObservation[] = [{ externalBusinessId: "hush", verdict: "foreign" }];
  const [hidden] = forecasts([create("hidden", { externalBusinessId: secret })], observations);
  expect(hidden).toMatchObject({
    verdict: "not-checked",
    reason: "its externalBusinessId is a secret, so its observation cannot be identified",
  });
  expect(JSON.stringify(hidden)).not.toContain("hush");
});

test.each([
  ["adopted", { verdict: "adopted", isUpdate: true }],
  ["refused", { verdict: "adopted", isUpdate: true }],
  ["created", { verdict: "created" }],
  ["foreign", { verdict: "foreign" }],
  ["not-checked", { verdict: "not-checked" }],
] as const)("reports a replacement with the same ID of which the create would be %s", (verdict, expected) => {
  const creates = [create("a", { externalBusinessId: "a" }, { externalBusinessId: "a" })];
  const [forecast] = forecasts(creates, [{ externalBusinessId: "a", verdict }]);
  expect(forecast).toMatchObject(expected);
  expect(forecast).not.toHaveProperty("renamedFrom");
  if (!("isUpdate" in expected)) expect(forecast).not.toHaveProperty("isUpdate");
});

const inDefault = { externalBusinessId: "a" };
const inAlias = { externalBusinessId: "a", account: "alias-of-default" };

/** The forecast of a create of `new`, which adopts an integration, while another resource with the integration ID 1 is deleted. */
const adoption = (inputs: typeof inDefault, integrationId: string, deleted: IntegrationSteps) =>
  forecasts([create("new", inputs)], [{ ...adopted, ...inputs, integrationId }], [deleted])[0];

test.each([
  ["external business ID and account", inDefault, deletion("old")],
  ["external business ID and account, which is replaced", inDefault, deletion("old", "replace")],
  ["integration ID, in another account", inAlias, deletion("old")],
])("reports a rename of a resource with the same %s", (_what, inputs, deleted) => {
  expect(adoption(inputs, "1", deleted)).toMatchObject({ verdict: "adopted", renamedFrom: "old" });
});

test("reports no rename of a resource with another integration ID in another account", () => {
  expect(adoption(inAlias, "2", deletion("old"))).not.toHaveProperty("renamedFrom");
});

test("refuses a rename of a protected resource, which the update fails to delete", () => {
  const { urn, planned } = deletion("old");
  const isProtected: IntegrationSteps = {
    urn,
    planned: { ...planned, isProtected: true } as IntegrationSteps["planned"],
  };
  expect(forecasts([create("new", { externalBusinessId: "a" })], [adopted], [isProtected])).toMatchObject([
    { verdict: "protected", renamedFrom: "old", alias: 'aliases=[pulumi.Alias(name="old")]' },
  ]);
});

describe("warns", () => {
  const steps = (inputs: Record<string, Bag>) =>
    Object.entries(inputs).map(([name, bag]) => create(name, { externalBusinessId: name, ...bag }));
  const warnings = (all: IntegrationSteps[], verdicts: Record<string, CreateObservation["verdict"]> = {}) => {
    const observations = Object.entries(verdicts).map(([externalBusinessId, verdict]) => ({
      externalBusinessId,
      verdict,
    }));
    return warningsOf(all, forecastCreates(all, observations.map(observed)).creates).map(
      ({ code, names, summary, remedy }) => [code, names, `${summary}. ${remedy}`],
    );
  };

  test("if new integrations omit the ad account, unless they exist already", () => {
    const all = steps({
      unknown: { connectedAdvertiserId: unknownValue },
      secret: { connectedAdvertiserId: secret },
      set: { connectedAdvertiserId: "22" },
      second: {},
      first: {},
      exists: {},
    });
    const names = ["unknown", "secret", "set", "second", "first"];
    const verdicts = Object.fromEntries(names.map((name) => [name, "created" as const]));
    expect(warnings(all, { ...verdicts, exists: "adopted" })).toEqual([
      [
        "no-advertiser",
        ["first", "second"],
        "2 new integrations omit `connectedAdvertiserId`, which the plugins of shop platforms always set: first, second. " +
          "Set it to the merchant's ad account.",
      ],
    ]);
  });

  test("if several integrations have one merchant, but not of the one that the update deletes", () => {
    const merchant = { connectedMerchantId: "11", connectedAdvertiserId: "22" };
    const all = steps({ north: merchant, south: merchant, other: { connectedMerchantId: "12" } });
    const old = propertiesOf({ externalBusinessId: "gone", connectedMerchantId: "12" });
    const gone: IntegrationSteps = {
      urn: urnOf("gone"),
      planned: { op: "delete", wanted: old, diff: [], old },
    };
    const hidden = steps({ x: { connectedMerchantId: secret }, y: { connectedMerchantId: secret } });
    expect(warnings([...all, ...hidden, gone])).toEqual([
      ["shared-merchant", ["north", "south"], sharedMerchant(2, "11", "north, south")],
    ]);
  });
});

testOnPosix("shell scripts as programs")(
  "reports the error of a preview that fails, and exits with 1",
  async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
    const engine = `#!/bin/sh
case "$1" in
  version) echo v3.259.0 ;;
  stack) echo '[{"name": "dev", "current": true}]' ;;
  *) echo "error: the program is broken" >&2; exit 1 ;;
esac
`;
    writeFileSync(join(directory, "pulumi"), engine, { mode: 0o755 });
    const { PATH } = process.env;
    process.env.PATH = `${directory}:${PATH}`;
    try {
      const terminal = recordingTerminal();
      expect(await runCommandLine(["preflight", "--json", "--cwd", directory], terminal, process.env)).toBe(
        exitCodes.error,
      );
      expect(terminal.notes()).toBe("error: the program is broken\n");
      expect(JSON.parse(terminal.output())).toMatchObject({ ok: false, errors: ["the program is broken"] });
    } finally {
      process.env.PATH = PATH;
    }
  },
);
