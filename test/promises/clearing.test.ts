import { expect } from "@jest/globals";
import { recreateRemedy, released } from "../expected/messages";
import { everyField } from "../protocol/helpers/fields";
import { type Promises, promises, type Scenario, type Step } from "./helpers/play";

// `__managed` has a letter for each managed field (see provider/api/fields.ts), then "~" and those of released fields.

const id = { externalBusinessId: "shop-1" };
const reduced = { ...id, connectedTagId: "1" };
const full = { ...reduced, connectedLbaId: "2" };
const withSecret = { ...reduced, partnerAccessToken: "hidden" };

/** All fields at Pinterest without values. */
const cleared = Object.fromEntries(everyField.map(({ wire }) => [wire, null]));

const withoutLba = expect.not.objectContaining({ connectedLbaId: expect.anything() });
const withoutToken = expect.not.objectContaining({ partnerAccessToken: expect.anything() });

/** A program from which properties are removed: the first update deploys `before`, the second one `step`. */
function removal(before: object, step: Step, ...more: Step[]): Scenario {
  return { steps: [{ program: { shop: { ...before } } }, step, ...more] };
}

/** An update that cannot show that the partner access token is cleared. */
function unconfirmed(given: Step["given"], reason: string): Scenario {
  return {
    steps: [
      { ...(given && { given }), program: { shop: withSecret } },
      {
        program: { shop: reduced },
        fails: [`\`partnerAccessToken\` was removed from the program, but ${reason}`],
        omits: ["hidden"],
        state: { shop: { partnerAccessToken: null, __managed: "tA" } },
      },
    ],
  };
}

/** An update that cannot show that the partner access token is cleared, although it is, and one of a program that has the token again. */
function restored(given: Step["given"], fails: string[]): Scenario {
  return removal(
    withSecret,
    {
      ...(given && { given }),
      program: { shop: reduced },
      fails,
      pinterest: { "shop-1": { partner_access_token: null } },
    },
    {
      given: (pinterest) => pinterest.disarmFaults(),
      program: { shop: withSecret },
      writes: [["PATCH", "shop-1", { partner_access_token: "hidden" }]],
      pinterest: { "shop-1": { partner_access_token: "hidden" } },
      state: { shop: { __managed: "tA" } },
    },
  );
}

const scenarios: Promises = {
  "all removed properties and secrets are cleared in one request": {
    ...removal(
      { ...id, ...Object.fromEntries(everyField.map(({ name, before }) => [name, before])) },
      {
        program: { shop: id },
        writes: [["PATCH", "shop-1", cleared]],
        pinterest: { "shop-1": cleared },
        state: { shop: { __managed: "" } },
      },
    ),
    onEngine: true,
  },
  "other changes are sent before, in their own request, and a read confirms that the property is cleared":
    removal(full, {
      program: { shop: { ...reduced, connectedTagId: "7" } },
      writes: [
        ["PATCH", "shop-1", { connected_tag_id: "7" }],
        ["PATCH", "shop-1", { connected_lba_id: null }],
      ],
      requests: ["GET list", "PATCH shop-1", "PATCH shop-1", "GET shop-1"],
      state: { shop: withoutLba },
    }),
  "stale reads are repeated until the property is cleared": removal(
    { ...full, partnerAccessToken: "hidden" },
    {
      given: (pinterest) => pinterest.setSwitches({ readLag: 3 }),
      program: { shop: reduced },
      pinterest: { "shop-1": { connected_lba_id: null, partner_access_token: null } },
      state: { shop: withoutLba },
    },
  ),
  "a lost response is resolved by a read": removal(full, {
    given: (pinterest) =>
      void pinterest.armFault({ kind: "reset", commit: true, operation: "update", times: "all" }),
    program: { shop: reduced },
    state: { shop: withoutLba },
  }),
  "a property that was cleared at Pinterest before needs no write": removal(full, {
    given: (pinterest) => void pinterest.change("shop-1", { connected_lba_id: null }),
    program: { shop: reduced },
    command: ["up", "--refresh"],
    writes: [],
  }),
  "a secret is confirmed by integration ID, if its value was shown before": removal(withSecret, {
    program: { shop: reduced },
    // By external business ID and by integration ID, before and after the write.
    requests: ["GET list", "GET shop-1", "GET shop-1", "PATCH shop-1", "GET shop-1", "GET shop-1"],
    writes: [["PATCH", "shop-1", { partner_access_token: null }]],
    pinterest: { "shop-1": { partner_access_token: null } },
    state: { shop: withoutToken },
  }),
  "a secret that Pinterest masks is confirmed": {
    steps: [
      {
        given: (pinterest) => pinterest.setSwitches({ recordSecrets: "masked" }),
        program: { shop: withSecret },
      },
      { program: { shop: reduced }, state: { shop: withoutToken } },
    ],
  },
};

const failures: Promises = {
  "if Pinterest ignores it, the other changes stay, and the next update clears it": {
    ...removal(
      { ...full, scopes: ["a"] },
      {
        given: (pinterest) => pinterest.setSwitches({ clearByNull: "ignored" }),
        program: { shop: { ...reduced, connectedTagId: "7" } },
        fails: [
          "updating integration 'shop-1': `connectedLbaId`, `scopes` were removed from the program, but Pinterest still holds a value after being asked to clear it",
          "Restore the property",
          'whenRemoved: "release"',
          recreateRemedy,
        ],
        state: { shop: { connectedTagId: "7", connectedLbaId: "2", __managed: "tls~ls" } },
        next: ["update shop: connectedLbaId, scopes"],
      },
      {
        given: (pinterest) => pinterest.setSwitches({ clearByNull: "clears" }),
        pinterest: { "shop-1": { connected_tag_id: "7", connected_lba_id: null } },
        state: { shop: { __managed: "t" } },
      },
    ),
  },
  "if Pinterest refuses it with HTTP 400": removal(full, {
    given: (pinterest) => pinterest.setSwitches({ clearByNull: "refused" }),
    program: { shop: reduced },
    fails: [
      /`connectedLbaId` was removed from the program, but .*Pinterest refused to clear it \(.*HTTP 400/s,
    ],
    state: { shop: { connectedLbaId: "2", __managed: "tl~l" } },
  }),
  "if Pinterest rejects the clearing after it accepted other changes": removal(full, {
    given: (pinterest) =>
      void pinterest.armFault({ kind: "response", status: 403, operation: "update", skip: 1 }),
    program: { shop: { ...reduced, connectedTagId: "7" } },
    fails: ["HTTP 403"],
    state: { shop: { connectedTagId: "7", connectedLbaId: "2", __managed: "tl~l" } },
  }),
  "if the integration is missing in the read after the clearing": removal(full, {
    given: (pinterest) =>
      pinterest.onResponse(({ method }) => {
        if (method === "PATCH") pinterest.remove("shop-1");
      }),
    program: { shop: reduced },
    fails: ["Pinterest no longer shows the integration"],
    state: { shop: { connectedLbaId: null, __managed: "tl" } },
  }),
  "if no response after the clearing shows whether a secret is cleared": unconfirmed(
    (pinterest) =>
      void pinterest.armFault({ kind: "response", status: 403, operation: "getById", skip: 1, times: "all" }),
    "Pinterest still holds a value",
  ),
  "if Pinterest returns null for secrets, so that nothing confirms that one is cleared": unconfirmed(
    (pinterest) => pinterest.setSwitches({ recordSecrets: "null" }),
    "Pinterest does not show whether it is cleared",
  ),
  "if several properties are not cleared, each with its own reason": {
    steps: [
      {
        given: (pinterest) => pinterest.setSwitches({ recordSecrets: "omitted" }),
        program: { shop: { ...full, partnerAccessToken: "hidden" } },
      },
      {
        given: (pinterest) => pinterest.setSwitches({ clearByNull: "ignored" }),
        program: { shop: reduced },
        fails: [
          "`connectedLbaId`, `partnerAccessToken` were removed from the program, but Pinterest still holds a value of `connectedLbaId`",
          "does not show whether `partnerAccessToken` is cleared",
        ],
        state: { shop: { partnerAccessToken: null, connectedLbaId: "2", __managed: "tlA~l" } },
      },
    ],
  },
  "if one of two secrets is cleared, which is then not managed": removal(
    { ...withSecret, partnerPrimaryEmail: "a@example.com" },
    {
      given: (pinterest) => pinterest.setSwitches({ ignoredFields: ["partner_access_token"] }),
      program: { shop: reduced },
      fails: ["`partnerAccessToken` was removed from the program, but Pinterest still holds a value"],
      state: { shop: { partnerPrimaryEmail: null, partnerAccessToken: null, __managed: "tA" } },
    },
  ),
};

/** What a later update does with a property that an update could not clear. */
const uncleared: Promises = {
  "it can be released without a write": removal(
    full,
    {
      given: (pinterest) => pinterest.setSwitches({ clearByNull: "ignored" }),
      program: { shop: reduced },
      fails: ["Pinterest still holds a value"],
    },
    {
      program: { shop: { ...reduced, whenRemoved: "release" } },
      writes: [],
      prints: [released("shop-1", "`connectedLbaId`")],
      state: { shop: { connectedLbaId: "2", __managed: "t~l" } },
    },
  ),
  "a restored secret that may be cleared is sent again": {
    ...restored(
      (pinterest) => pinterest.setSwitches({ recordSecrets: "null" }),
      ["Pinterest does not show whether it is cleared"],
    ),
    onEngine: true,
  },
  "a restored secret is sent again if no read succeeded after the clearing": restored(
    (pinterest) =>
      void pinterest.armFault({ kind: "response", status: 403, operation: "get", skip: 1, times: "all" }),
    ["HTTP 403"],
  ),
  "a restored secret is sent again if Pinterest refused the clearing after a lost response": restored(
    (pinterest) => {
      pinterest.armFault({ kind: "reset", commit: true, operation: "update" });
      pinterest.armFault({ kind: "response", status: 400, operation: "update" });
      pinterest.setSwitches({ recordSecrets: "null" });
    },
    ["Pinterest does not show whether it is cleared"],
  ),
};

const notCleared: Promises = {
  "it stays at Pinterest and in state, and the release is reported": removal(
    { ...full, partnerAccessToken: "hidden" },
    {
      program: { shop: { ...reduced, whenRemoved: "release" } },
      writes: [],
      prints: [released("shop-1", "`connectedLbaId`, `partnerAccessToken`")],
      pinterest: { "shop-1": { connected_lba_id: "2", partner_access_token: "hidden" } },
      state: { shop: { connectedLbaId: "2", __managed: "t~l" } },
    },
  ),
};

promises("a property that is removed from the program is cleared", scenarios);
promises("an update fails, names the property and keeps it managed", failures);
promises("after an update that could not clear a property", uncleared);
promises('a property that is removed with `whenRemoved: "release"` is not cleared', notCleared);
