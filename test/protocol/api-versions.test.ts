import type { Switches } from "../../emulator";
import type { Declarations } from "../engine/helpers/program";
import { deployed, type Promises, promises, type Scenario } from "../promises/helpers/play";
import { withOptions } from "../promises/helpers/scenarios";
import { argumentsWith, everyField } from "./helpers/fields";

/** Resources with these values. Each depends on the one before, so that the order of their requests is known. */
function program(tag: string, additionalId1: string, externalBusinessId: string): Declarations {
  const merchant = { connectedMerchantId: "11" };
  const resources = {
    whole: argumentsWith("whole"),
    precise: {
      externalBusinessId: "precise",
      partnerAccessTokenExpiry: 1_893_456_000_123,
      partnerMetadata: { plan: { since: 2024, beta: true }, shops: ["a", "b"] },
    },
    updated: { externalBusinessId: "updated", ...merchant, connectedTagId: tag },
    drifted: { externalBusinessId: "drifted", ...merchant, scopes: ["ads:read"] },
    missing: { externalBusinessId: "missing", ...merchant, additionalId1 },
    replaced: { externalBusinessId, ...merchant },
  };
  const names = Object.keys(resources);
  return Object.fromEntries(
    Object.entries(resources).map(([name, args], index) => {
      const before = names.slice(0, index).slice(-1);
      return [name, withOptions(args, `{ dependsOn: [${before.map((each) => `resources.${each}`)}] }`)];
    }),
  );
}

const ids = ["whole", "precise", "updated", "drifted", "missing", "old"];
const whole = Object.fromEntries(everyField.map(({ wire, before }) => [wire, before]));

/** A stack from its first update to its destruction. */
const played = (switches: Partial<Switches>): Scenario => ({
  environment: { PINTEREST_DETECT_DRIFT: "refresh" },
  ...deployed(
    {},
    {
      given: (pinterest) => pinterest.setSwitches(switches),
      program: program("31", "a", "old"),
      // If the provider could not parse a response, it would read once more.
      requests: ids.flatMap((id) => [`GET ${id}`, `POST ${id}`]),
      pinterest: {
        whole: {
          ...whole,
          ...(switches.metadataReserialized && { partner_metadata: '{"plan": "Café"}' }),
        },
      },
    },
    {
      given: (pinterest) => pinterest.remove("missing"),
      program: program("32", "b", "new"),
      writes: [
        ["PATCH", "updated", { connected_tag_id: "32" }],
        ["PATCH", "missing"],
        ["POST", "missing"],
        ["POST", "new"],
        ["DELETE", "old"],
      ],
      pinterest: { missing: { additional_id_1: "b" }, old: null },
    },
    {
      given: (pinterest) => void pinterest.change("drifted", { connected_merchant_id: "12", scopes: null }),
      command: ["preview"],
      next: ["update drifted: connectedMerchantId, scopes"],
    },
    {
      command: ["up", "--refresh"],
      writes: [["PATCH", "drifted", { connected_merchant_id: "11", scopes: "ads:read" }]],
    },
    {
      given: (pinterest) => pinterest.remove("missing"),
      command: ["destroy"],
      requests: [
        "DELETE new",
        "DELETE missing",
        "GET missing",
        ...["drifted", "updated", "precise", "whole"].map((id) => `DELETE ${id}`),
      ],
      pinterest: { whole: null, precise: null, updated: null, drifted: null, new: null },
      state: { whole: null, precise: null, updated: null, drifted: null, missing: null, replaced: null },
    },
  ),
});

// Together with test/promises, these forms cover every value of these switches.
const scenarios: Promises = {
  "5.23, with unset metadata omitted, codes as strings and unknown fields": played({
    generation: "5.23",
    metadataUnset: "omitted",
    codeAsText: true,
    extraFields: true,
  }),
  "5.28, with unset metadata as an empty string, codes as strings, other whitespace in metadata and expiries in seconds":
    played({
      generation: "5.28",
      metadataUnset: "empty",
      codeAsText: true,
      extraFields: false,
      metadataReserialized: true,
      expiryRounding: "seconds",
    }),
};

promises("all operations succeed with responses in the form", scenarios);
