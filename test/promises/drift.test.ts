import type { Emulator } from "../../emulator";
import { missing, notChecked } from "../expected/messages";
import { argumentsWith, readableFields } from "../protocol/helpers/fields";
import { deployed, type Promises, promises, type Scenario } from "./helpers/play";

const shop = { externalBusinessId: "shop", connectedTagId: "1" };
const other = { externalBusinessId: "other", connectedTagId: "1" };

/** Each readable field in two integrations: one in which it changes at Pinterest, and one in which it is cleared. */
const cases = [
  ...readableFields.map((field) => ({ field, id: `changed-${field.name}`, value: field.after })),
  ...readableFields.map((field) => ({ field, id: `cleared-${field.name}`, value: null })),
].sort((one, other) => (one.id < other.id ? -1 : 1));

const drift = (pinterest: Emulator) => void pinterest.change("shop", { connected_tag_id: "9" });

const onRefresh = { PINTEREST_DETECT_DRIFT: "refresh" };

const updates = cases.map(({ id, field }) => `update ${id}: ${field.name}`);
const before = Object.fromEntries(readableFields.map((field) => [field.wire, field.before]));

const found: Promises = {
  "a preview names each property that was changed or cleared, with one request, and an update writes only this property":
    deployed(
      {
        ...Object.fromEntries(cases.map(({ id }) => [id, argumentsWith(id)])),
        untouched: argumentsWith("untouched"),
      },
      {
        given: (pinterest) => {
          for (const { id, field, value } of cases) pinterest.change(id, { [field.wire]: value });
        },
        command: ["preview"],
        requests: ["GET list"],
        plan: updates,
        next: updates,
      },
      {
        command: ["up", "--parallel", "1"],
        writes: cases.map(({ id, field }) => ["PATCH", id, { [field.wire]: field.before }]),
        pinterest: Object.fromEntries(cases.map(({ id }) => [id, before])),
      },
    ),
  "with `detectDrift: refresh`, only `--refresh` finds it, and makes requests": {
    ...deployed(
      { shop, other },
      { given: drift, command: ["preview"], requests: [], plan: [], next: ["update shop: connectedTagId"] },
      { command: ["up", "--refresh"], writes: [["PATCH", "shop", { connected_tag_id: "1" }]] },
    ),
    environment: onRefresh,
    onEngine: true,
  },
  "a missing integration is reported by the preview, and created by the update": deployed(
    { shop, other },
    {
      given: (pinterest) => pinterest.remove("other"),
      command: ["preview"],
      prints: [missing("other")],
      plan: ["create other"],
    },
    { writes: [["POST", "other"]] },
  ),
  "`refresh` saves it in state, and the next update fixes it": {
    ...deployed(
      { shop },
      { given: drift, command: ["refresh"], state: { shop: { connectedTagId: "9" } } },
      { writes: [["PATCH", "shop", { connected_tag_id: "1" }]] },
    ),
    environment: onRefresh,
  },
};

const equivalent = {
  externalBusinessId: "shop",
  scopes: ["ads:read", "ads:write"],
  partnerMetadata: { plan: 1, shops: ["a", "b"] },
  partnerAccessTokenExpiry: Date.parse("2030-01-01T00:00:00Z"),
};

const ignored: Promises = {
  "equivalent values, also in another form of unset fields": deployed(
    { shop: equivalent },
    {
      given: (pinterest) =>
        void pinterest.change("shop", {
          scopes: "ads:write ads:read,ads:write",
          partner_metadata: '{ "shops": ["a", "b"], "plan": 1.0 }',
          partner_access_token_expiry: equivalent.partnerAccessTokenExpiry + 999,
          connected_lba_id: "",
          partner_refresh_token_expiry: 0,
        }),
      command: ["preview"],
      plan: [],
      next: [],
    },
    {
      given: (pinterest) => pinterest.setSwitches({ metadataUnset: "null" }),
      command: ["refresh"],
      state: { shop: { connectedLbaId: null, partnerRefreshTokenExpiry: null } },
      next: [],
    },
  ),
  "fields that the program does not manage": deployed(
    { shop },
    {
      given: (pinterest) =>
        void pinterest.change("shop", {
          connected_advertiser_id: "99",
          scopes: "ads:read",
          partner_metadata: "theirs",
        }),
      command: ["preview"],
      plan: [],
      next: [],
    },
  ),
  "properties in `ignoreChanges`, and resources that are not targets": deployed(
    {
      other: {
        args: { ...other, partnerMetadata: { plugin_version: "1" } },
        options: '{ ignoreChanges: ["connectedTagId", "partnerMetadata"] }',
      },
      shop,
    },
    {
      given: (pinterest) => {
        pinterest.change("other", { connected_tag_id: "9", partner_metadata: '{"plugin_version": "2"}' });
        drift(pinterest);
      },
      command: ["up", "--target", "**::other"],
      writes: [],
      plan: ["update shop: connectedTagId"],
    },
  ),
};

const broken = (status: number, body?: unknown): Scenario => ({
  ...deployed(
    { shop },
    {
      given: (pinterest) =>
        void pinterest.armFault({
          kind: "response",
          status,
          ...(body !== undefined && { body }),
          times: "all",
        }),
      command: ["preview", "--refresh"],
      fails: [`HTTP ${status}`],
    },
    { command: ["up", "--refresh"], fails: [`HTTP ${status}`], writes: [], state: { shop } },
    { command: ["refresh"], fails: [`HTTP ${status}`], writes: [], state: { shop } },
  ),
  environment: { PINTEREST_MAX_ATTEMPTS: "1" },
});

const errors: Promises = {
  "Pinterest's server error": broken(503),
  // A proxy's 404 does not mean that the integration is missing.
  "a proxy's 404": broken(404, "<h1>404</h1>"),
};

/** Two accounts with drift, of which one cannot be read. */
const unreadable = (fail: (pinterest: Emulator) => unknown): Scenario => ({
  accounts: { well: "well", bad: "shop-2" },
  environment: { PINTEREST_MAX_ATTEMPTS: "1" },
  ...deployed(
    {
      shop: { ...shop, account: "well" },
      bad: { ...other, account: "bad" },
      worse: { externalBusinessId: "third", account: "bad" },
    },
    {
      given: (pinterest) => {
        drift(pinterest);
        pinterest.change("other", { connected_tag_id: "9" });
        fail(pinterest);
      },
      command: ["preview"],
      prints: [new RegExp(notChecked("(other|third)"))],
      omits: [/cannot check.*cannot check/s],
      plan: ["update shop: connectedTagId"],
    },
    {
      prints: [new RegExp(notChecked("(other|third)"))],
      pinterest: { shop: { connected_tag_id: "1" }, other: { connected_tag_id: "9" } },
      writes: [["PATCH", "shop"]],
      plan: [],
    },
  ),
});

const always = { account: "shop-2", times: "all" } as const;
const failing: Promises = {
  "that is revoked": unreadable((pinterest) => pinterest.setAccount("shop-2", { revoked: true })),
  "for which Pinterest is unavailable": unreadable((pinterest) =>
    pinterest.armFault({ kind: "response", status: 503, ...always }),
  ),
};

promises("drift is found", found);
promises("drift does not include", ignored);
promises("a requested refresh fails, and state does not change, after", errors);
promises("without `--refresh`, one warning reports an account", failing);
