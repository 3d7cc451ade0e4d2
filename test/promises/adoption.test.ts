import { expect } from "@jest/globals";
import type { Emulator } from "../../emulator";
import {
  adopted,
  adoptionRemedy,
  ignoredProperties,
  overwritten,
  ownedByAnother,
  refusedAdoption,
} from "../expected/messages";
import { type Promises, promises } from "./helpers/play";
import { ownerOfTwo } from "./helpers/scenarios";

const shop = { externalBusinessId: "shop-1", connectedTagId: "33" };

const ofAnother = (pinterest: Emulator) => void pinterest.put("shop-1", {}, { account: "shop-2" });

/** Hides the integration from the next read. */
const hide = (pinterest: Emulator) =>
  void pinterest.armFault({
    kind: "response",
    status: 404,
    body: { code: 4180, message: "not found" },
    operation: "get",
  });

const scenarios: Promises = {
  "an integration that matches the program is adopted without a write, and reported": {
    onEngine: true,
    pinterest: { "shop-1": { connected_tag_id: "33", scopes: "ads:write, ads:read" } },
    steps: [
      {
        program: { shop: { ...shop, scopes: ["ads:read", "ads:write"] } },
        prints: [adopted("shop-1")],
        requests: ["GET shop-1"],
        state: { shop: { connectedTagId: "33", integrationId: expect.stringMatching(/^\d+$/) } },
      },
    ],
  },
  "an integration that differs is refused without a write; the error names the properties without their values, and the command that shows them":
    {
      pinterest: {
        "shop-1": { connected_tag_id: "44", connected_lba_id: "55", partner_metadata: '{"plan":"old-plan"}' },
      },
      steps: [
        {
          program: { shop: { ...shop, partnerMetadata: { plan: "new-plan" } } },
          fails: [
            refusedAdoption("shop-1", "`connectedTagId`, `connectedLbaId`, `partnerMetadata`"),
            "(the program omits `connectedLbaId`)",
            adoptionRemedy,
          ],
          omits: [/(old|new)-plan|"?(44|55)"?\b/],
          requests: ["GET shop-1"],
          state: { shop: null },
        },
      ],
    },
  "`adopt: true` overwrites only the fields that differ, keeps what the program omits, and reports it": {
    pinterest: { "shop-1": { connected_tag_id: "44", additional_id_1: "theirs" } },
    steps: [
      {
        program: { shop: { ...shop, partnerPrimaryEmail: "shop@example.com", adopt: true } },
        prints: [overwritten("shop-1", "`connectedTagId`, `partnerPrimaryEmail`")],
        requests: ["GET shop-1", "PATCH shop-1"],
        writes: [["PATCH", "shop-1", { connected_tag_id: "33", partner_primary_email: "shop@example.com" }]],
        pinterest: { "shop-1": { additional_id_1: "theirs" } },
        state: { shop: { connectedTagId: "33", additionalId1: "theirs", __managed: "tE" } },
      },
    ],
  },
  "partner secrets are written, because they cannot be compared": {
    pinterest: { "shop-1": { connected_tag_id: "33", partner_access_token: "partner-old" } },
    steps: [
      {
        program: { shop: { ...shop, partnerAccessToken: "partner-new" } },
        prints: [`${adopted("shop-1")}; wrote \`partnerAccessToken\`, because secrets cannot be compared`],
        writes: [["PATCH", "shop-1", { partner_access_token: "partner-new" }]],
      },
    ],
  },
  "a field that Pinterest ignores fails the adoption, and state has Pinterest's value": {
    pinterest: { "shop-1": { connected_tag_id: "44" } },
    steps: [
      {
        given: (pinterest) => pinterest.setSwitches({ ignoredFields: ["connected_tag_id"] }),
        program: { shop: { ...shop, adopt: true } },
        fails: [ignoredProperties("updating", "shop-1", "`connectedTagId`")],
        state: { shop: { connectedTagId: "44", __managed: "t" } },
        next: ["update shop: connectedTagId"],
      },
    ],
  },
  "another owner's integration is refused, with and without `adopt`": {
    steps: [
      {
        given: ofAnother,
        program: { shop },
        fails: [ownedByAnother("shop-1")],
        state: { shop: null },
      },
      {
        program: { shop: { ...shop, adopt: true } },
        fails: [ownedByAnother("shop-1"), /HTTP (409, code 4182|403, code 29)/],
        writes: [],
      },
    ],
  },
  "another owner's integration that only the create meets is refused": {
    steps: [
      {
        given: (pinterest) => {
          ofAnother(pinterest);
          hide(pinterest);
        },
        program: { shop },
        fails: [ownedByAnother("shop-1")],
        pinterest: { "shop-1": { connected_tag_id: null, ...ownerOfTwo } },
        state: { shop: null },
      },
    ],
  },
  "an integration that only the create meets is adopted and reported if it matches": {
    pinterest: { "shop-1": { connected_tag_id: "33" } },
    steps: [
      {
        given: hide,
        program: { shop },
        prints: ["adopted integration 'shop-1': it already existed at Pinterest"],
      },
    ],
  },
  "an integration that only the create meets fails it if it has more fields": {
    pinterest: { "shop-1": { connected_lba_id: "2" } },
    steps: [
      {
        given: hide,
        program: { shop },
        fails: [
          refusedAdoption("shop-1", "`connectedLbaId`"),
          "A read did not show it, so the program's values were written to it",
        ],
      },
    ],
  },
  "an integration that a stale read shows, but a write does not find, is created": {
    steps: [
      { program: { shop: { ...shop, partnerAccessToken: "partner-t0ken" } } },
      {
        given: (pinterest) => pinterest.setSwitches({ readLag: 5 }),
        program: {},
        writes: [["DELETE", "shop-1"]],
      },
      {
        program: { shop: { ...shop, partnerAccessToken: "partner-t0ken" } },
        requests: ["GET shop-1", "PATCH shop-1", "POST shop-1"],
        pinterest: { "shop-1": { connected_tag_id: "33" } },
      },
    ],
  },
};

promises("a create of an integration that already exists", scenarios);
