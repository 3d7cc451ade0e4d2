import { expect } from "@jest/globals";
import type { Emulator, FaultMatch } from "../../emulator";
import { ignoredProperties, notRecreated, recreated } from "../expected/messages";
import { argumentsWith, everyField, readableFields } from "../protocol/helpers/fields";
import { deployed, type Promises, promises, type Scenario } from "./helpers/play";
import { withOptions } from "./helpers/scenarios";

const id = { externalBusinessId: "shop-1" };
const shop = { ...id, connectedMerchantId: "11", connectedTagId: "31" };
const changed = { ...shop, connectedTagId: "32" };
const full = argumentsWith("shop-1");

/** Fields at Pinterest. */
const atPinterest = Object.fromEntries(everyField.map(({ wire, before }) => [wire, before]));

const respondWith = (status: number, body: unknown, match: FaultMatch) => (pinterest: Emulator) =>
  void pinterest.armFault({ kind: "response", status, body, ...match });

const invalid = { code: 1, message: "This is not valid." };
const notFound = { code: 4180, message: "not found" };

const creates: Promises = {
  "it sends exactly the program's values in one request, and state has them": {
    steps: [
      {
        program: { shop: { ...full, adopt: true, whenRemoved: "release" } },
        requests: ["GET shop-1", "POST shop-1"],
        writes: [["POST", "shop-1", { external_business_id: "shop-1", ...atPinterest }]],
        pinterest: { "shop-1": atPinterest },
        state: {
          shop: {
            // An exported state has no values of secrets.
            ...Object.fromEntries(readableFields.map(({ name, before }) => [name, before])),
            integrationId: expect.stringMatching(/^\d{19}$/),
            connectedUserId: expect.any(String),
            createdTimestamp: expect.any(Number),
            updatedTimestamp: expect.any(Number),
            __managed: "matlARExysid",
            __uid: expect.stringMatching(/^[\w-]{12}$/),
          },
        },
      },
      { command: ["preview", "--expect-no-changes"], writes: [] },
      { command: ["preview", "--expect-no-changes", "--refresh"], requests: ["GET list"] },
    ],
  },
  "an error of Pinterest leaves nothing in state": {
    steps: [
      {
        given: respondWith(400, invalid, { operation: "create" }),
        program: { shop },
        fails: ["HTTP 400, code 1: This is not valid"],
        pinterest: { "shop-1": null },
        state: { shop: null },
      },
    ],
  },
  "nothing is written if the read before it fails": {
    steps: [
      {
        given: respondWith(403, invalid, { operation: "get" }),
        program: { shop },
        fails: ["HTTP 403"],
        writes: [],
        state: { shop: null },
      },
    ],
  },
  "the error of a merchant with another connection explains that it may be the one to replace": {
    steps: [
      {
        given: (pinterest) =>
          void pinterest.armFault({ kind: "response", preset: "merchant-connected", operation: "create" }),
        program: { shop },
        fails: [
          "HTTP 409, code 4163: Merchant has already connected to a platform",
          "Disconnect the other one there, or use another `connectedMerchantId`.",
          "If this replaces the merchant's integration, nothing was changed. To move it, remove the resource",
        ],
        omits: ["belongs to another"],
      },
    ],
  },
};

const updates: Promises = {
  "only the changed field is sent, and no other field changes at Pinterest": deployed(
    Object.fromEntries(everyField.map(({ name, wire }) => [name, argumentsWith(wire)])),
    {
      program: Object.fromEntries(
        everyField.map((field) => [field.name, argumentsWith(field.wire, [field])]),
      ),
      command: ["up", "--parallel", "1"],
      writes: everyField.map(({ wire, after }) => ["PATCH", wire, { [wire]: after }]),
      pinterest: Object.fromEntries(
        everyField.map(({ wire, after }) => [wire, { ...atPinterest, [wire]: after }]),
      ),
      state: Object.fromEntries(readableFields.map(({ name, after }) => [name, { [name]: after }])),
    },
  ),
  "a field that is new in the program is sent and managed": deployed(
    { shop },
    {
      program: { shop: { ...shop, scopes: ["a"] } },
      writes: [["PATCH", "shop-1", { scopes: "a" }]],
      state: { shop: { scopes: "a", __managed: "mts" } },
    },
  ),
  "arguments that Pinterest does not store are saved without a write": deployed(
    { shop },
    {
      program: { shop: { ...shop, adopt: true, whenRemoved: "release" } },
      writes: [],
      state: { shop: { adopt: true, whenRemoved: "release", __managed: "mt" } },
    },
  ),
  "an expiry that Pinterest rounds to the second keeps the program's value, also if it changes within the second":
    deployed(
      {},
      {
        given: (pinterest) => pinterest.setSwitches({ expiryRounding: "seconds" }),
        program: { shop: { ...id, partnerAccessTokenExpiry: 1_893_456_000_789 } },
        state: { shop: { partnerAccessTokenExpiry: 1_893_456_000_789 } },
      },
      {
        program: { shop: { ...id, partnerAccessTokenExpiry: 1_893_456_000_500 } },
        writes: [],
      },
    ),
  "a 404 of a write fails if a read shows the integration": deployed(
    { shop },
    {
      given: respondWith(404, notFound, { operation: "update" }),
      program: { shop: changed },
      fails: ["HTTP 404"],
      writes: [["PATCH", "shop-1"]],
      state: { shop },
    },
  ),
};

const ignored: Promises = {
  "a create fails and names it, state has Pinterest's value, and the next update sends only this field": {
    onEngine: true,
    steps: [
      {
        given: (pinterest) => pinterest.setSwitches({ ignoredFields: ["connected_tag_id", "scopes"] }),
        program: { shop: { ...shop, scopes: ["a"] } },
        fails: [ignoredProperties("creating", "shop-1", "`connectedTagId`, `scopes`")],
        omits: ["connectedMerchantId"],
        state: { shop: { connectedMerchantId: "11", connectedTagId: null, __managed: "mts" } },
        failed: ["shop"],
      },
      {
        given: (pinterest) => pinterest.setSwitches({ ignoredFields: [] }),
        writes: [["PATCH", "shop-1", { connected_tag_id: "31", scopes: "a" }]],
      },
    ],
  },
  "an update fails and names it, state has Pinterest's value, and the next update sends only this field":
    deployed(
      { shop },
      {
        given: (pinterest) => pinterest.setSwitches({ ignoredFields: ["connected_tag_id"] }),
        program: { shop: { ...changed, connectedMerchantId: "12" } },
        fails: [ignoredProperties("updating", "shop-1", "`connectedTagId`")],
        omits: ["connectedMerchantId"],
        state: { shop: { connectedMerchantId: "12", connectedTagId: "31", __managed: "mt" } },
        failed: ["shop"],
      },
      {
        given: (pinterest) => pinterest.setSwitches({ ignoredFields: [] }),
        writes: [["PATCH", "shop-1", { connected_tag_id: "32" }]],
      },
    ),
};

const remove = (pinterest: Emulator) => pinterest.remove("shop-1");
const created = { external_business_id: "shop-1", connected_merchant_id: "11" };

/** Reads only what it must, so that an update meets a missing integration. */
const withoutReads = { PINTEREST_DETECT_DRIFT: "refresh" };

const missing: Promises = {
  "an update recreates it with all properties, and reports it": {
    ...deployed(
      { shop: { ...shop, partnerAccessToken: "token" } },
      {
        given: remove,
        program: { shop: { ...changed, partnerAccessToken: "token" } },
        writes: [
          ["PATCH", "shop-1", { connected_tag_id: "32" }],
          ["POST", "shop-1", { ...created, connected_tag_id: "32", partner_access_token: "token" }],
        ],
        prints: [recreated("shop-1")],
        state: { shop: { integrationId: "7300000000000000005" } },
      },
    ),
    environment: withoutReads,
  },
  "a refreshed preview plans a create, and a refreshed update recreates it": {
    ...deployed(
      { shop },
      { given: remove, command: ["preview", "--refresh"], next: ["create shop"] },
      { command: ["up", "--refresh"], writes: [["POST", "shop-1", { ...created, connected_tag_id: "31" }]] },
    ),
    environment: withoutReads,
  },
  "its deletion succeeds": {
    ...deployed(
      { shop, other: { externalBusinessId: "other" } },
      {
        given: remove,
        program: { other: { externalBusinessId: "other" } },
        writes: [["DELETE", "shop-1"]],
        state: { shop: null },
      },
      {
        given: (pinterest) => pinterest.remove("other"),
        command: ["destroy"],
        writes: [["DELETE", "other"]],
        state: { other: null },
      },
    ),
    environment: withoutReads,
  },
};

const replaced: Promises = {
  "another external business ID creates the new integration, then deletes the old one, also if reads are stale":
    deployed(
      { shop },
      {
        given: (pinterest) => pinterest.setSwitches({ readLag: 2 }),
        program: { shop: { ...shop, externalBusinessId: "shop-2" } },
        writes: [
          ["POST", "shop-2"],
          ["DELETE", "shop-1"],
        ],
        pinterest: { "shop-1": null, "shop-2": { connected_tag_id: "31" } },
        state: { shop: { externalBusinessId: "shop-2" } },
      },
    ),
};

/** A replacement in an update that changes one property and removes another one. */
function forcedBy(options: string, ...commandOptions: string[]): Scenario {
  const declare = (fields: object) => ({
    shop: withOptions({ ...id, whenRemoved: "clear", ...fields }, options),
  });
  return {
    ...deployed(declare({ connectedTagId: "1", connectedMerchantId: "11" }), {
      program: declare({ connectedTagId: "2" }),
      command: ["up", ...commandOptions],
      prints: [notRecreated("shop-1")],
      writes: [
        ["PATCH", "shop-1", { connected_tag_id: "2" }],
        ["PATCH", "shop-1", { connected_merchant_id: null }],
      ],
      state: { shop: { integrationId: "7300000000000000003" } },
    }),
  };
}

const forced: Promises = {
  "`replaceOnChanges` updates the integration, clears removed properties, and reports it": forcedBy(
    '{ replaceOnChanges: ["connectedTagId"] }',
  ),
  "`--target-replace` updates the integration, clears removed properties, and reports it": forcedBy(
    "{}",
    "--target-replace",
    "**::shop",
  ),
};

promises("a create", creates);
promises("a forced replacement with the same ID", forced);
promises("an update", updates);
promises("a field that Pinterest ignores in a write that succeeds", ignored);
promises("an integration that is missing at Pinterest", missing);
promises("a replacement", replaced);
