import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Integration } from "../../../emulator";
import { Lab, type StateResource } from "../helpers/lab";
import { js } from "../helpers/program";
import { providerType } from "../helpers/provider-type";

// State that an earlier build wrote, for each provider type, because the types write different state. Never write the files again to make a
// test pass: the state of users has their format, too. A test that needs another resource in state adds it with this command:
//   UPDATE_STATE=1 npx jest --selectProjects=engine --selectProjects=plugin -- earlier-state && npm run format
// The tests depend on each other.

const file = join(__dirname, "earlier-state", `${providerType}.json`);

interface EarlierState {
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

/** A lab whose accounts have the same user IDs, and its integrations the same times, in every run. */
async function openLab(): Promise<Lab> {
  const lab = await Lab.open({ now: () => Date.parse("2026-01-01") });
  for (const name of ["north", "explicit"]) lab.emulator.addAccount({ name });
  Object.assign(lab.environment, {
    PINTEREST_ACCOUNTS: JSON.stringify({ north: lab.emulator.token("north") }),
    EXPLICIT_TOKEN: lab.emulator.token("explicit"),
  });
  return lab;
}

async function writtenNow(): Promise<EarlierState> {
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

let lab: Lab;

beforeAll(async () => {
  if (process.env.UPDATE_STATE) writeFileSync(file, JSON.stringify(await writtenNow(), undefined, 2));
  const { integrations, state } = JSON.parse(readFileSync(file, "utf8")) as EarlierState;
  lab = await openLab();
  const owners = new Map(lab.emulator.accounts().map((account) => [account.connected_user_id, account.name]));
  for (const { id, external_business_id, connected_user_id, ...fields } of integrations) {
    const { created_timestamp: _, updated_timestamp: __, ...values } = fields;
    const account = owners.get(connected_user_id);
    expect(lab.emulator.put(external_business_id, values, { account })).toMatchObject({ id });
  }
  declare(lab, {});
  const imported = join(lab.directory, "state.json");
  writeFileSync(imported, JSON.stringify(state));
  await lab.succeed("stack", "import", "--file", imported);
});

afterAll(() => lab.close());

test("state of an earlier build has an empty preview", async () => {
  expect(await lab.previewExit("--refresh", "--run-program")).toBe(0);
});

test("updates state of an earlier build with the changed and drifted fields only", async () => {
  lab.emulator.change("everyField", { connected_tag_id: "999" });
  lab.emulator.change("released", { connected_merchant_id: "999" });
  declare(lab, { everyField: { scopes: "ads:read" } });
  await lab.up("--refresh", "--run-program");
  expect(lab.writes()).toEqual(["PATCH everyField"]);
  expect(lab.written("everyField")).toEqual([
    ["PATCH", { connected_tag_id: "2613187432", scopes: "ads:read" }],
  ]);
});

test("destroys only the integrations that an earlier build created", async () => {
  await lab.succeed("destroy", "--skip-preview");
  expect(lab.emulator.integrations()).toMatchObject([{ external_business_id: "theirs" }]);
});
