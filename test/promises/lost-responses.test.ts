import { expect } from "@jest/globals";
import type { Emulator, FaultAction, FaultMatch } from "../../emulator";
import { defaultAttempts } from "../expected/limits";
import { creating, deleting, failedAfter, mayBeExecuted, responded, updating } from "../expected/messages";
import { deployed, type Promises, promises, type Scenario, type Step } from "./helpers/play";
import { once } from "./helpers/scenarios";

type Write = "create" | "update" | "delete";

const executed = { kind: "reset", commit: true } as const;
const notExecuted = { kind: "reset", commit: false } as const;

/** Loses the response to the next write. */
const lose =
  (operation: Write, fault: FaultAction = executed) =>
  (pinterest: Emulator) =>
    void pinterest.armFault({ ...fault, operation });

/** Loses the response to the next write, and fails the read of its outcome. A create is preceded by another read. */
const loseUnread = (operation: Write, fault?: FaultAction) => (pinterest: Emulator) => {
  lose(operation, fault)(pinterest);
  pinterest.armFault({
    kind: "response",
    status: 503,
    operation: "get",
    skip: operation === "create" ? 1 : 0,
  });
};

const all = (operation: Write): FaultMatch => ({ operation, times: "all" });

const id = { externalBusinessId: "shop-1" };
const shop = { ...id, connectedMerchantId: "11", connectedTagId: "33" };
const changed = { ...shop, connectedTagId: "34" };
const withToken = { ...shop, partnerAccessToken: "token-1" };
const unread = `${mayBeExecuted}Reading the integration failed, too: `;

/** A create whose outcome stays unknown, and the next step. */
const uncertainCreate = (fault: FaultAction, ...next: Step[]): Scenario =>
  once({
    steps: [
      {
        given: loseUnread("create", fault),
        program: { shop: withToken },
        fails: [`${creating("shop-1")} failed`, unread],
        state: {
          shop: {
            externalBusinessId: "shop-1",
            integrationId: null,
            connectedTagId: null,
            partnerAccessToken: null,
            __managed: "mtA",
          },
        },
        failed: ["shop"],
      },
      ...next,
    ],
  });

const allFields = { connected_merchant_id: "11", connected_tag_id: "33", partner_access_token: "token-1" };

const creates: Promises = {
  "it succeeds without another create if a read shows the integration": {
    steps: [
      {
        given: lose("create"),
        program: { shop: withToken },
        requests: ["GET shop-1", "POST shop-1", "GET shop-1"],
        state: { shop: { ...withToken, integrationId: expect.stringMatching(/^\d+$/) } },
      },
    ],
  },
  "it leaves nothing in state if no read shows the integration": {
    steps: [
      {
        given: (pinterest) =>
          void pinterest.armFault({ kind: "response", preset: "unavailable", ...all("create") }),
        program: { shop },
        fails: [
          new RegExp(`${creating("shop-1")}${failedAfter(defaultAttempts, "[\\d.]+ s")}${responded(503, 0)}`),
        ],
        state: { shop: null },
      },
    ],
  },
  "if its outcome is unknown, state has the ID only, and the next update completes it in one write": {
    ...uncertainCreate(executed, { writes: [["PATCH", "shop-1", allFields]] }),
    onEngine: true,
  },
  "if it was not executed and its outcome is unknown, the next update creates the integration":
    uncertainCreate(notExecuted, {
      writes: [
        ["PATCH", "shop-1", allFields],
        ["POST", "shop-1", { external_business_id: "shop-1", ...allFields }],
      ],
      prints: ["integration 'shop-1' was not created by an earlier update; it is created now"],
    }),
  "if its outcome is unknown, a refresh reads the integration": uncertainCreate(
    executed,
    { command: ["refresh"], state: { shop: { connectedTagId: "33", integrationId: expect.any(String) } } },
    { writes: [["PATCH", "shop-1", { partner_access_token: "token-1" }]] },
  ),
  "if its outcome is unknown, it can be destroyed": uncertainCreate(executed, {
    command: ["destroy"],
    pinterest: { "shop-1": null },
    state: { shop: null },
  }),
  "if its outcome is unknown, the next update creates the integration, even without other properties": once({
    steps: [
      { given: loseUnread("create", notExecuted), program: { shop: id }, fails: [unread], failed: ["shop"] },
      { writes: [["POST", "shop-1", { external_business_id: "shop-1" }]], pinterest: { "shop-1": {} } },
    ],
  }),
  "it fails if a read shows other values, which state has": {
    steps: [
      {
        given: (pinterest) => {
          pinterest.setSwitches({ ignoredFields: ["connected_tag_id"] });
          lose("create")(pinterest);
        },
        program: { shop: withToken },
        fails: [`${mayBeExecuted}The integration's values differ from those that were sent`],
        state: { shop: { connectedMerchantId: "11", connectedTagId: null, partnerAccessToken: null } },
        failed: ["shop"],
      },
    ],
  },
  "the ID stays in state if a repeated create is refused because the integration exists, and no read shows it":
    {
      steps: [
        {
          given: (pinterest) => {
            pinterest.setSwitches({ readLag: 1000, postExisting: "conflict" });
            lose("create")(pinterest);
          },
          program: { shop: withToken },
          fails: [/HTTP (409|400)/, "An earlier attempt may have created the integration"],
          state: { shop: { integrationId: null, connectedTagId: null, __managed: "mtA" } },
          failed: ["shop"],
        },
      ],
    },
  "it succeeds if a repeated create is refused for another reason, and a stale read shows the integration late":
    {
      steps: [
        {
          given: (pinterest) => {
            pinterest.setSwitches({ readLag: 2 });
            lose("create")(pinterest);
            lose("create", { kind: "response", status: 400 })(pinterest);
          },
          program: { shop },
          writes: [["POST", "shop-1"], ["POST"]],
        },
      ],
    },
  "it is sent again if a stale read shows an integration that was deleted before": deployed(
    { shop: withToken },
    { given: (pinterest) => pinterest.setSwitches({ readLag: 2 }), program: {} },
    {
      given: lose("create", notExecuted),
      program: { shop: withToken },
      requests: ["GET shop-1", "PATCH shop-1", "POST shop-1", "GET shop-1", "POST shop-1"],
      pinterest: { "shop-1": allFields },
    },
  ),
};

/** Removes the integration when the next update arrives, then responds to that update as unavailable. */
const removeAndFailUpdate = (pinterest: Emulator) => {
  lose("update", { kind: "response", preset: "unavailable" })(pinterest);
  const stop = pinterest.onRequest(({ operation }) => {
    if (operation !== "update") return;
    pinterest.remove("shop-1");
    stop();
  });
};

/** An update that fails, and the next steps. */
const failedUpdate = (before: object, step: Step, ...next: Step[]): Scenario =>
  once(deployed({ shop: { ...before } }, { failed: ["shop"], ...step }, ...next));

const uncertainUpdate = (fault: FaultAction, ...next: Step[]): Scenario =>
  failedUpdate(
    shop,
    {
      given: loseUnread("update", fault),
      program: { shop: changed },
      fails: [`${updating("shop-1")} failed`, unread],
      state: { shop: { connectedMerchantId: "11", connectedTagId: null, __managed: "mt" } },
    },
    ...next,
  );

/** An update whose outcome is unknown, and the next one, after which properties have no values at Pinterest. */
const clearedLater = (before: object, changed: object, after: object): Scenario =>
  failedUpdate(
    before,
    { given: loseUnread("update"), program: { shop: { ...changed } }, fails: [unread] },
    {
      program: { shop: { ...after } },
      pinterest: { "shop-1": { connected_lba_id: null, partner_access_token: null } },
      state: { shop: { connectedLbaId: null, partnerAccessToken: null } },
    },
  );

const updates: Promises = {
  "it succeeds if a read shows the change": once(
    deployed(
      { shop },
      {
        given: lose("update"),
        program: { shop: changed },
        requests: ["PATCH shop-1", "GET shop-1"],
        state: { shop: changed },
      },
    ),
  ),
  "it fails if a read shows the old values, which stay in state": failedUpdate(
    shop,
    {
      given: lose("update", { kind: "response", status: 503 }),
      program: { shop: changed },
      fails: [
        new RegExp(
          `${updating("shop-1")} failed.*\n.*${mayBeExecuted}The integration's values differ from those that were sent`,
        ),
      ],
      state: { shop: { ...shop, __managed: "mt" } },
    },
    { writes: [["PATCH", "shop-1", { connected_tag_id: "34" }]] },
  ),
  "if its outcome is unknown, state has no uncertain values, and the next update sends them": uncertainUpdate(
    executed,
    { writes: [["PATCH", "shop-1", { connected_tag_id: "34" }]] },
  ),
  "if its outcome is unknown, a refresh reads the values": uncertainUpdate(
    executed,
    { command: ["refresh"], state: { shop: changed } },
    { writes: [] },
  ),
  "it fails if it changes a secret, which no read can show, and the next update sends the secret":
    failedUpdate(
      withToken,
      {
        given: lose("update"),
        program: { shop: { ...changed, partnerAccessToken: "token-2" } },
        fails: [
          `${mayBeExecuted}A read does not show whether the integration has the partner tokens and e-mail that were sent`,
        ],
        state: { shop: { connectedTagId: "34", partnerAccessToken: null, __managed: "mtA" } },
      },
      { writes: [["PATCH", "shop-1", { partner_access_token: "token-2" }]] },
    ),
  "uncertain values of properties that the next program omits are read and cleared": {
    ...clearedLater(
      { ...withToken, connectedLbaId: "1" },
      { ...shop, connectedLbaId: "2", partnerAccessToken: "token-2" },
      { ...shop, whenRemoved: "clear" },
    ),
    environment: { PINTEREST_MAX_ATTEMPTS: "1" },
  },
  "a property that was removed in it is cleared by the next update": clearedLater(
    { ...shop, connectedLbaId: "1" },
    { ...changed, whenRemoved: "clear" },
    { ...changed, whenRemoved: "clear" },
  ),
  "a secret whose value is uncertain is cleared by the next update if the program omits it": clearedLater(
    withToken,
    { ...withToken, partnerAccessToken: "token-2" },
    { ...shop, whenRemoved: "clear" },
  ),
  "an integration that is missing afterwards is recreated by the next update": failedUpdate(
    shop,
    {
      given: removeAndFailUpdate,
      program: { shop: changed },
      fails: [`${mayBeExecuted}A read does not show the integration`],
    },
    { writes: [["PATCH"], ["POST"]] },
  ),
  "an integration that a repeated write does not find is recreated": deployed(
    { shop },
    {
      given: removeAndFailUpdate,
      program: { shop: changed },
      requests: ["GET list", "PATCH shop-1", "PATCH shop-1", "GET shop-1", "POST shop-1"],
      state: { shop: changed },
    },
  ),
  "an integration that a repeated clearing of a property does not find is recreated": deployed(
    { shop: { ...shop, connectedLbaId: "1" } },
    {
      given: removeAndFailUpdate,
      program: { shop: { ...shop, whenRemoved: "clear" } },
      pinterest: { "shop-1": { connected_merchant_id: "11", connected_lba_id: null } },
    },
  ),
  "a write that Pinterest has certainly not executed leaves state unchanged, without a read": failedUpdate(
    shop,
    {
      given: (pinterest) => void pinterest.setAccount("shop-1", { revoked: true }),
      program: { shop: changed },
      fails: ["HTTP 401"],
      requests: ["PATCH shop-1"],
      state: { shop },
      failed: [],
    },
  ),
  "the create of a missing integration is confirmed by a read": once(
    deployed(
      { shop },
      {
        given: (pinterest) => {
          pinterest.remove("shop-1");
          lose("create")(pinterest);
        },
        program: { shop: changed },
        requests: ["PATCH shop-1", "GET shop-1", "POST shop-1", "GET shop-1"],
      },
    ),
  ),
};

/** A deletion that fails, and the next one. */
const failedDelete = (given: Step["given"], requests: readonly string[]): Scenario =>
  once(
    deployed(
      { shop },
      {
        ...(given && { given }),
        program: {},
        fails: [`${deleting("shop-1")} failed`],
        state: { shop },
      },
      { requests, pinterest: { "shop-1": null }, state: { shop: null } },
    ),
  );

const deletes: Promises = {
  "it succeeds if a read shows that the integration is missing": once(
    deployed(
      { shop },
      {
        given: lose("delete"),
        program: {},
        writes: [["DELETE", "shop-1"]],
        pinterest: { "shop-1": null },
        state: { shop: null },
      },
    ),
  ),
  "it fails if a read shows the integration, and the next update completes it": failedDelete(
    lose("delete", notExecuted),
    ["DELETE shop-1"],
  ),
  "it fails if the read fails, and the next update confirms that the integration is missing": {
    ...failedDelete(loseUnread("delete"), ["DELETE shop-1", "GET shop-1"]),
    onEngine: true,
  },
};

promises("a create whose response is lost", creates);
promises("an update whose response is lost", updates);
promises("a delete whose response is lost", deletes);
