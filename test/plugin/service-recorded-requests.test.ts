// Sends the requests that each engine version sent to the plugin (recorded-requests/), as they were and in the forms that other engines can send.

import { isDeepStrictEqual } from "node:util";
import type { ServiceError } from "@grpc/grpc-js";
import { describe, expect, test } from "@jest/globals";
import type { Emulator } from "../../emulator";
import { bagOf } from "../../provider/plugin/property-values";
import { reading } from "../expected/messages";
import { hasField, propertyFields, type Response, send } from "./helpers/recorded-calls";
import {
  filled,
  type RecordedRequest,
  readRecording,
  recordedVersions,
  type Situation,
  situations,
} from "./helpers/recorded-requests";
import { serviceStage } from "./helpers/service-stage";
import { secret, struct, unknowns, type Wire } from "./helpers/wire";

const stage = serviceStage();

/** The fields of `shop` in the recorded program. */
const shop = {
  externalBusinessId: "shop",
  connectedMerchantId: "1949483",
  connectedTagId: "1",
  scopes: "a,b",
  partnerAccessToken: "partner-token",
};
const changedShop = { ...shop, connectedTagId: "2" };
const dependent = { externalBusinessId: "dependent", account: "named" };

/** The fields of the integrations that the recorded program only reads. */
const existing = { connectedMerchantId: "1949483", connectedTagId: "8" };

/** The fields of `shop` at Pinterest. */
const pinterestOf = ({ connectedTagId }: { connectedTagId: string }) => ({
  connected_merchant_id: shop.connectedMerchantId,
  connected_tag_id: connectedTagId,
  scopes: shop.scopes,
  partner_access_token: shop.partnerAccessToken,
});

/** Outputs that Pinterest sets. */
const identity = {
  integrationId: expect.stringMatching(/^\d{19}$/),
  connectedUserId: expect.stringMatching(/^\d{18}$/),
  createdTimestamp: expect.any(Number),
  updatedTimestamp: expect.any(Number),
};
const unknownIdentity = Object.fromEntries(Object.keys(identity).map((name) => [name, unknowns.string]));

/** The provider's own part of the outputs: the managed fields and the identity of the resource. */
const record = {
  __managed: expect.stringMatching(/./),
  __uid: expect.stringMatching(/./),
  __written: expect.any(String),
};

interface Expected {
  /** Creates the integrations of other programs, and those of the state in the request. */
  readonly prepare?: (emulator: Emulator) => void;
  /** Fields of the response, or `error` with the error's message. Properties are without secrets, and complete. */
  readonly response: Response;
  /** The requests that Pinterest receives. */
  readonly requests: readonly string[];
  /** The body of the request that writes. */
  readonly body?: object;
}

const putDeployed = (emulator: Emulator) => {
  emulator.put("shop", pinterestOf(shop));
};
const putUpdated = (emulator: Emulator) => {
  emulator.put("shop", pinterestOf(changedShop));
};
const putOthers = (emulator: Emulator) => {
  const fields = {
    connected_merchant_id: existing.connectedMerchantId,
    connected_tag_id: existing.connectedTagId,
  };
  emulator.put("existing", fields);
  emulator.put("theirs", fields, { account: "shop-2" });
};

const expectations: Readonly<Record<Situation, Expected>> = {
  handshake: { response: { acceptSecrets: true }, requests: [] },
  "configuration check": {
    response: { failuresList: [], inputs: expect.objectContaining({ maxAttempts: "1" }) },
    requests: [],
  },
  configuration: { response: { acceptsecrets: true, supportspreview: true }, requests: [] },
  "check of a new resource": { response: { inputs: shop, failuresList: [] }, requests: [] },
  "check with an unknown value": {
    response: { inputs: { ...dependent, additionalId1: unknowns.string }, failuresList: [] },
    requests: [],
  },
  "create in a preview": { response: { id: "", properties: { ...shop, ...unknownIdentity } }, requests: [] },
  "create in a preview with an unknown value": {
    response: { id: "", properties: { ...dependent, ...unknownIdentity, additionalId1: unknowns.string } },
    requests: [],
  },
  create: {
    response: { id: "shop", properties: { ...shop, ...identity, ...record }, refreshBeforeUpdate: true },
    requests: ["GET shop", "POST shop"],
    body: { external_business_id: "shop", ...pinterestOf(shop) },
  },
  function: {
    prepare: putOthers,
    response: { return: expect.objectContaining({ externalBusinessId: "existing", ...existing }) },
    requests: ["GET existing"],
  },
  lookup: {
    prepare: putOthers,
    response: {
      id: "existing",
      inputs: { externalBusinessId: "existing" },
      properties: { externalBusinessId: "existing", ...existing, ...identity, __managed: "" },
      refreshBeforeUpdate: false,
    },
    requests: ["GET"],
  },
  "lookup of a missing integration": {
    response: { error: expect.stringContaining(reading("missing")) },
    requests: ["GET", "GET missing"],
  },
  "check of a resource in state": { response: { inputs: changedShop, failuresList: [] }, requests: [] },
  diff: {
    prepare: putDeployed,
    response: { changes: 2, diffsList: ["connectedTagId"], replacesList: [] },
    requests: [],
  },
  "update in a preview": {
    prepare: putDeployed,
    response: { properties: { ...changedShop, ...identity, ...record, updatedTimestamp: unknowns.string } },
    requests: [],
  },
  update: {
    prepare: putDeployed,
    response: { properties: { ...changedShop, ...identity, ...record }, refreshBeforeUpdate: true },
    requests: ["PATCH shop"],
    body: { connected_tag_id: "2" },
  },
  refresh: {
    prepare: putUpdated,
    response: {
      id: "shop",
      inputs: changedShop,
      properties: { ...changedShop, ...identity, ...record },
      refreshBeforeUpdate: true,
    },
    requests: ["GET"],
  },
  "refresh of a missing integration": {
    response: { id: "", inputs: undefined, properties: undefined },
    requests: ["GET", "GET dependent"],
  },
  import: {
    prepare: putOthers,
    response: {
      id: "existing",
      inputs: { externalBusinessId: "existing", ...existing },
      properties: { externalBusinessId: "existing", ...existing, ...identity, ...record },
      refreshBeforeUpdate: true,
    },
    requests: ["GET existing"],
  },
  "import of a missing integration": {
    response: { id: "", inputs: undefined, properties: undefined },
    requests: ["GET missing"],
  },
  "import from a named account": {
    prepare: putOthers,
    response: {
      id: "theirs",
      inputs: { externalBusinessId: "theirs", account: "named", ...existing },
      properties: { externalBusinessId: "theirs", account: "named", ...existing, ...identity, ...record },
      refreshBeforeUpdate: true,
    },
    requests: ["GET theirs"],
  },
  list: { prepare: putOthers, response: { results: [["existing", "existing"]] }, requests: ["GET"] },
  delete: { prepare: putUpdated, response: {}, requests: ["DELETE shop"] },
};

const without = (request: Wire, ...fields: string[]) =>
  Object.fromEntries(Object.entries(request).filter(([name]) => !fields.includes(name)));

const isEmpty = (value: unknown) =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

function withProperties(request: Wire, fields: readonly string[], change: (properties: Wire) => Wire): Wire {
  return Object.fromEntries(
    Object.entries(request).map(([field, value]) => [
      field,
      fields.includes(field) ? change(value as Wire) : value,
    ]),
  );
}

const withEachProperty = (request: Wire, change: (value: unknown) => unknown) =>
  withProperties(request, propertyFields, (properties) =>
    Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, change(value)])),
  );

/** The forms of a request that engines can send. */
const forms = {
  "as recorded": ({ request }) => request,
  "with empty structs instead of absent ones": (recorded) => ({
    ...Object.fromEntries(
      propertyFields.filter((field) => hasField(recorded, field)).map((field) => [field, {}]),
    ),
    ...recorded.request,
  }),
  "without empty structs": ({ request }) =>
    without(request, ...Object.keys(request).filter((field) => isEmpty(request[field]))),
  "without properties that repeat the inputs": ({ request }) =>
    isDeepStrictEqual(request.properties, request.inputs) ? without(request, "properties") : request,
  "without the type": ({ request }) => without(request, "type", "name"),
  "without the URN": ({ request }) => without(request, "urn", "name"),
  "without limits and addresses": ({ request }) =>
    without(
      request,
      "timeout",
      "resourceStatusAddress",
      "resourceStatusToken",
      "randomSeed",
      "ignoreChanges",
    ),
  "with secrets": ({ request }) => withEachProperty(request, secret),
  "with null for omitted inputs": ({ method, request }) =>
    method === "Check"
      ? withProperties(request, ["news"], (news) => ({ connectedLbaId: null, ...news }))
      : request,
  "without old inputs and old outputs": ({ request }) => without(request, "oldInputs", "oldOutputs"),
} satisfies Record<string, (recorded: RecordedRequest) => Wire>;

/** The situations without a recorded request, because the engine does not write it to its file. */
const unrecorded: Readonly<Record<string, readonly Situation[]>> = {
  "3.254.0": ["list"],
  "3.259.0": ["list"],
};

describe.each(recordedVersions())("requests of Pulumi %s", (version) => {
  const recording = readRecording(version);
  const recorded = situations.filter((situation) => recording[situation] !== undefined);

  test("are recorded in all situations", () => {
    expect(situations.filter((situation) => !recorded.includes(situation))).toEqual(
      unrecorded[version] ?? [],
    );
  });

  // The other versions differ from the newest one only in what they recorded.
  const sent = version === recordedVersions().at(-1) ? forms : { "as recorded": forms["as recorded"] };
  describe.each(Object.entries(sent))("%s", (_, form) => {
    // Another form is only sent if it changes the request.
    const sentInForm = recorded.filter((situation) => {
      const { method, request } = recording[situation] as RecordedRequest;
      return form === forms["as recorded"] || !isDeepStrictEqual(form({ method, request }), request);
    });

    test.each(sentInForm)("%s", async (situation) => {
      const { prepare, response, requests, body } = expectations[situation];
      const { service, emulator } = stage;
      /** The recorded request of a situation, for this emulator. */
      const requestIn = (name: Situation): RecordedRequest => {
        const { method, request } = recording[name] as RecordedRequest;
        return { method, request: filled(request, emulator) };
      };
      await send(service.client, requestIn("configuration"));
      prepare?.(emulator);
      const request = requestIn(situation);
      const received = await send(service.client, { ...request, request: form(request) }).catch(
        ({ details }: ServiceError): Response => ({ error: details }),
      );
      const plaintext = withoutSecrets(received);
      const names = ["error", ...Object.keys(response)];
      expect(Object.fromEntries(names.map((name) => [name, plaintext[name]]))).toEqual({
        error: undefined,
        ...response,
      });
      expect(JSON.stringify(received)).not.toContain('"partnerAccessToken":"partner-token"');
      expect(stage.requests()).toEqual(requests);
      const bodies = emulator.requests().map(({ request_body }) => request_body);
      expect(bodies.filter((sent) => sent !== null)).toEqual(body === undefined ? [] : [body]);
    });
  });
});

/** A response whose properties are in plaintext. */
function withoutSecrets(response: Response): Response {
  const isProperties = (name: string) => ["inputs", "properties", "return"].includes(name);
  return Object.fromEntries(
    Object.entries(response).map(([name, value]) => [
      name,
      isProperties(name) && value !== undefined ? bagOf(struct(value as Wire)) : value,
    ]),
  );
}
