import { beforeAll, expect, test } from "@jest/globals";
import type { PreflightReport } from "../../cli/preflight/preflight";
import type { CreateVerdict } from "../../provider/run/observations";
import { type Forecast, isFailing } from "../../stack/forecasts";
import { noToken, ownedByAnother, refusedAdoption } from "../expected/messages";
import { labOfFile, type Run, type StateResource } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";
import { type Declarations, js } from "./helpers/program";

const tag = { connectedTagId: "33" };

const before: Declarations = {
  kept: { externalBusinessId: "kept", ...tag },
  changed: { externalBusinessId: "changed", ...tag },
  dropped: { externalBusinessId: "dropped", ...tag },
  renamedOld: { externalBusinessId: "renamed", ...tag },
  replaced: { externalBusinessId: "replaced-1", ...tag },
  tainted: { externalBusinessId: "tainted", ...tag },
};

const asItIs = { externalBusinessId: "as-it-is", ...tag, connectedMerchantId: "11" };

/** The resources that the next program adds, and the expected verdict of each create. */
const creations: Record<string, { verdict: CreateVerdict; declared: Declarations[string] }> = {
  fresh: { verdict: "created", declared: { externalBusinessId: "fresh", ...tag } },
  ofNorth: { verdict: "created", declared: { externalBusinessId: "of-north", account: "north", ...tag } },
  throughProvider: {
    verdict: "adopted",
    declared: { args: { externalBusinessId: "of-east", ...tag }, options: "{ provider: east }" },
  },
  equal: {
    verdict: "adopted",
    declared: { externalBusinessId: "equal", ...tag, partnerAccessToken: "partner-t0ken" },
  },
  adopting: {
    verdict: "overwritten",
    declared: {
      externalBusinessId: "adopting",
      connectedMerchantId: "11",
      ...tag,
      partnerPrimaryEmail: "shop@example.com",
      adopt: true,
    },
  },
  differing: {
    verdict: "refused",
    declared: {
      externalBusinessId: "differing",
      connectedTagId: js("pulumi.secret('tag-of-program')"),
      scopes: "ads:read",
    },
  },
  asItIs: { verdict: "refused", declared: asItIs },
  foreign: { verdict: "foreign", declared: { externalBusinessId: "of-south", ...tag } },
  revoked: { verdict: "not-checked", declared: { externalBusinessId: "r", account: "west", ...tag } },
  nobody: { verdict: "not-checked", declared: { externalBusinessId: "n", account: "nobody", ...tag } },
  renamedNew: { verdict: "adopted", declared: { externalBusinessId: "renamed", ...tag } },
  replaced: { verdict: "refused", declared: { externalBusinessId: "replaced-2", ...tag } },
  tainted: { verdict: "adopted", declared: { externalBusinessId: "tainted", ...tag } },
  unknownId: {
    verdict: "unknown",
    declared: { externalBusinessId: js("resources.fresh.integrationId"), ...tag },
  },
  unknownTag: {
    verdict: "unknown",
    declared: { externalBusinessId: "unknown-tag", connectedTagId: js("resources.fresh.integrationId") },
  },
  // Refused regardless of the unknown value.
  unknownLba: {
    verdict: "refused",
    declared: {
      externalBusinessId: "unknown-lba",
      ...tag,
      connectedLbaId: js("resources.fresh.integrationId"),
    },
  },
  secretId: {
    verdict: "not-checked",
    declared: { externalBusinessId: js("pulumi.secret('hushed-id')"), ...tag },
  },
};

const lab = labOfFile({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
let report: PreflightReport;
let run: Run;
let stateBefore: string;

beforeAll(async () => {
  const { emulator } = lab;
  const [, south] = emulator.accounts();
  lab.addAccounts("north", "west");
  emulator.addAccount({ name: "east" });
  lab.program(before);
  await lab.up();
  await lab.succeed(
    "state",
    "taint",
    `urn:pulumi:test::${lab.project}::pulumi-nodejs:dynamic/pinterest:CommerceIntegration::tainted`,
  );
  const equal = { connected_tag_id: "33" };
  emulator.put("equal", { ...equal, partner_access_token: "theirs-t0ken" });
  emulator.put("of-east", equal, { account: "east" });
  emulator.put("adopting", { connected_tag_id: "99", connected_lba_id: "55" });
  emulator.put("differing", {
    connected_tag_id: "tag-of-pinterest",
    connected_lba_id: "55",
    scopes: "ads:read",
  });
  emulator.put("as-it-is", {
    connected_tag_id: "99",
    scopes: "c b",
    partner_metadata: '{"b": 1, "a": 2}',
  });
  emulator.put("of-south", equal, { account: south?.name });
  emulator.put("replaced-2", { connected_tag_id: "99" });
  emulator.put("unknown-tag", equal);
  emulator.put("unknown-lba", { connected_tag_id: "99" });
  emulator.setAccount("west", { revoked: true });
  lab.program(
    {
      kept: { externalBusinessId: "kept", ...tag },
      changed: { externalBusinessId: "changed", connectedTagId: "34" },
      ...Object.fromEntries(Object.entries(creations).map(([name, { declared }]) => [name, declared])),
    },
    `const east = new pinterest.Provider("east", { accessToken: "${emulator.token("east")}" });`,
  );
  stateBefore = await lab.exported();
  emulator.clearRequests();
  run = await lab.cli("preflight", "--json");
  report = JSON.parse(run.stdout) as PreflightReport;
});

function forecast(name: string): Forecast | undefined {
  return report.creates.find((create) => create.name === name);
}

test("reports a verdict for each create, and exits with 1 unless all creates would succeed", () => {
  const verdicts = Object.fromEntries(report.creates.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toEqual(
    Object.fromEntries(Object.entries(creations).map(([name, { verdict }]) => [name, verdict])),
  );
  expect(report.creates.map(({ name }) => name)).toEqual(Object.keys(creations));
  expect([run.exitCode, report.ok]).toEqual([1, false]);
  expect(report).toMatchObject({ version: 1, project: lab.project, stack: "test", errors: [] });
});

test("reports both values of each difference, fields that the program omits, and related resources", () => {
  expect(forecast("equal")).toMatchObject({ notCompared: ["partnerAccessToken"] });
  expect(forecast("adopting")).toMatchObject({
    fields: ["connectedMerchantId", "connectedTagId"],
    differences: [
      { name: "connectedMerchantId", program: "11", pinterest: null },
      { name: "connectedTagId", program: "33", pinterest: "99" },
    ],
    notCompared: ["partnerPrimaryEmail"],
  });
  expect(forecast("differing")).toMatchObject({
    fields: ["connectedTagId", "connectedLbaId"],
    differences: [
      { name: "connectedTagId", secret: true },
      { name: "connectedLbaId", program: null, pinterest: "55" },
    ],
    omitted: ["connectedLbaId"],
  });
  expect(forecast("revoked")?.reason).toContain("HTTP 401, code 2");
  expect(forecast("nobody")?.reason).toContain(noToken("nobody"));
  expect(forecast("renamedNew")).toMatchObject({
    renamedFrom: "renamedOld",
    alias: 'aliases: [{ name: "renamedOld" }]',
  });
  expect(forecast("tainted")).toMatchObject({ isUpdate: true });
  expect(forecast("unknownTag")).toMatchObject({ fields: ["connectedTagId"] });
  expect(forecast("throughProvider")).toMatchObject({ provider: "east" });
});

test("writes nothing to Pinterest or to state, and reads each integration at most once", async () => {
  const requests = lab.emulator.requests();
  expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
  const readIds = requests.map(({ external_business_id }) => external_business_id);
  expect(readIds).toHaveLength(new Set(readIds).size);
  // The others are in the account's list. The integration with the unknown ID is not read, and `nobody` has no token.
  expect(readIds.filter((id) => id === null)).toHaveLength(1);
  expect(await lab.exported()).toBe(stateBefore);
});

test("the output contains no secrets", () => {
  const secrets = [
    ...["north", "east", "west", undefined].map((name) => lab.emulator.token(name)),
    ...[
      "partner-t0ken",
      "theirs-t0ken",
      "shop@example.com",
      "tag-of-program",
      "tag-of-pinterest",
      "hushed-id",
    ],
  ];
  expect(leaksIn("output", run.output, secrets)).toEqual([]);
  expect(forecast("secretId")).not.toHaveProperty("externalBusinessId");
});

/** The result of a create, according to state and requests. */
function outcome(
  name: string,
  state: Record<string, StateResource>,
): CreateVerdict | "refused or not checked" {
  const resource = state[name];
  const id = forecast(name)?.externalBusinessId ?? String(resource?.id);
  const writes = lab.written(id).filter(([method]) => method !== "DELETE");
  if (resource === undefined || resource.id !== id) return "refused or not checked";
  if (writes.some(([method]) => method === "POST")) return "created";
  const sent = writes.flatMap(([, body]) => Object.keys(body as object));
  return sent.some((field) => !/^partner_(access_token|refresh_token|primary_email)$/.test(field))
    ? "overwritten"
    : "adopted";
}

test("the update treats each resource according to its verdict", async () => {
  lab.emulator.clearRequests();
  const { output } = await lab.upFails();
  const state = await lab.state();
  const predicted = report.creates.filter(
    ({ name, verdict }) => verdict !== "unknown" && name !== "secretId",
  );
  expect(Object.fromEntries(predicted.map(({ name }) => [name, outcome(name, state)]))).toEqual(
    Object.fromEntries(
      predicted.map((each) => [each.name, isFailing(each) ? "refused or not checked" : each.verdict]),
    ),
  );
  expect(predicted).toHaveLength(14);
  expect(output).toContain(
    `${refusedAdoption("differing", "`connectedTagId`, `connectedLbaId`")} (the program omits`,
  );
  expect(output).toContain(ownedByAnother("of-south"));
  expect(lab.emulator.integration("renamed")).toBeDefined();
});
