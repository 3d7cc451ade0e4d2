import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../emulator";
import { Lab, type StateResource } from "../helpers/lab";
import { js } from "../helpers/program";
import { providerType } from "../helpers/provider-type";

// State that released versions wrote, for each provider type, because the types write different ones. Never write the files again to make a test
// pass: the state of users has their format, too. `npm run release:record` records the one of the version in package.json; a file that exists
// stays. The tests of a version depend on each other.

const releases = join(__dirname, "../../released");

/** The version to record. */
const { RECORD_RELEASE: recorded } = process.env;

const versions = recorded === undefined ? readdirSync(releases) : [recorded];

interface ReleasedState {
  /** In the order of their IDs. */
  readonly integrations: readonly Integration[];
  /** The output of `pulumi stack export --show-secrets`. */
  readonly state: unknown;
}

const tag = { connectedTagId: "2613187432" };

const everyField = {
  externalBusinessId: "everyField",
  ...tag,
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedLbaId: "871939315200000123",
  partnerAccessToken: "partner-access-token",
  partnerRefreshToken: "partner-refresh-token",
  partnerPrimaryEmail: "partner@shop.example",
  partnerAccessTokenExpiry: Date.parse("2030-01-01T00:00:00.250Z"),
  partnerRefreshTokenExpiry: Date.parse("2031-01-01T00:00:00Z"),
  scopes: ["ads:write", "ads:read"],
  additionalId1: js('pulumi.secret("additional")'),
  partnerMetadata: { plan: 1, "a key": [true, null, 0.5] },
  account: "north",
  adopt: true,
  whenRemoved: "clear",
};

/** The program of the state. Each integration depends on the previous one, so that their IDs at Pinterest have the same order in every run. */
function declare(lab: Lab, changes: { everyField?: object; released?: object }): void {
  const released = { externalBusinessId: "released", ...tag, whenRemoved: "release", ...changes.released };
  lab.program(
    {
      everyField: { ...everyField, ...changes.everyField },
      released: { args: released, options: "{ dependsOn: resources.everyField }" },
      explicit: {
        args: { externalBusinessId: "explicit", ...tag },
        options: "{ provider: explicit, dependsOn: resources.released }",
      },
    },
    `
const explicit = new pinterest.Provider("explicit", { accessToken: process.env.EXPLICIT_TOKEN });
pinterest.CommerceIntegration.get("lookup", "theirs", { account: "north" });
new pinterest.IntegrationLog("log", { eventType: "API", logLevel: "WARN", message: pulumi.secret("secret message"), triggers: { a: 1 } });
`,
  );
}

/** A lab with the project of the states, and these integrations at Pinterest. Its accounts have the same user IDs, and its integrations the same times, in every run. */
async function openLab(integrations: readonly Integration[] = []): Promise<Lab> {
  const lab = await Lab.open({ project: "lab", now: () => Date.parse("2026-01-01") });
  lab.addAccounts("north");
  lab.environment.EXPLICIT_TOKEN = lab.emulator.addAccount({ name: "explicit" }).access_tokens[0];
  const owners = new Map(lab.emulator.accounts().map((account) => [account.connected_user_id, account.name]));
  for (const { id, external_business_id, connected_user_id, ...fields } of integrations) {
    const { created_timestamp: _, updated_timestamp: __, ...values } = fields;
    const account = owners.get(connected_user_id);
    expect(lab.emulator.put(external_business_id, values, { account })).toMatchObject({ id });
  }
  return lab;
}

async function stateOfThisVersion(): Promise<ReleasedState> {
  const lab = await openLab();
  try {
    lab.emulator.put("theirs", { connected_tag_id: "1" }, { account: "north" });
    declare(lab, { released: { connectedMerchantId: "1949483" } });
    await lab.up();
    declare(lab, {});
    await lab.up();
    const state = JSON.parse(await lab.exported("--show-secrets"));
    // They contain paths of the machine.
    for (const resource of state.deployment.resources as StateResource[]) {
      delete resource.sourcePosition;
      delete resource.stackTrace;
    }
    return { integrations: lab.emulator.integrations(), state };
  } finally {
    await lab.close();
  }
}

async function record(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "state.json");
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(await stateOfThisVersion(), undefined, 2)}\n`);
}

function readState(directory: string): ReleasedState {
  return JSON.parse(readFileSync(join(directory, "state.json"), "utf8"));
}

describe.each(versions)("the state of version %s", (version) => {
  const directory = join(releases, version, providerType);
  let lab: Lab;

  beforeAll(async () => {
    if (recorded !== undefined) await record(directory);
    const { integrations, state } = readState(directory);
    lab = await openLab(integrations);
    declare(lab, {});
    const imported = join(lab.directory, "state.json");
    writeFileSync(imported, JSON.stringify(state));
    await lab.succeed("stack", "import", "--file", imported);
  });
  afterAll(() => lab.close());

  test("has an empty preview and an empty refresh, and no drift", async () => {
    expect(await lab.previewExit()).toBe(0);
    expect(await lab.cli("drift")).toMatchObject({ exitCode: 0 });
    await lab.succeed("refresh", "--skip-preview", "--expect-no-changes", "--run-program");
    expect(lab.writes()).toEqual([]);
  });

  test("is updated with the changed and drifted fields only", async () => {
    lab.emulator.change("everyField", { connected_tag_id: "999" });
    lab.emulator.change("released", { connected_merchant_id: "999" });
    declare(lab, { everyField: { scopes: "ads:read" } });
    await lab.up("--refresh", "--run-program");
    expect(lab.writes()).toEqual(["PATCH everyField"]);
    expect(lab.written("everyField")).toEqual([
      ["PATCH", { connected_tag_id: "2613187432", scopes: "ads:read" }],
    ]);
  });

  test("is destroyed with only the integrations that the version created", async () => {
    await lab.succeed("destroy", "--skip-preview");
    expect(lab.emulator.integrations()).toMatchObject([{ external_business_id: "theirs" }]);
  });
});
