import { describe, expect, test } from "@jest/globals";
import { getCommerceIntegration, getIntegration, getIntegrations } from "../../../provider";
import { expectPrintable, textsFromOutside } from "../../text-from-outside";
import { emulatedRun } from "../helpers/emulated-run";

// Other users of an integration can store any string in it. A program receives the string, but errors escape it before a terminal prints it.

const stage = emulatedRun(() => ({ maxAttempts: "1" }));

/** The error message of a promise, or undefined if it resolves. */
function errorOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: Error) => error.message,
  );
}

const lookups = {
  getIntegrations: (text: string) => getIntegrations({ externalBusinessIdPrefix: text, account: text }),
  getIntegration: (text: string) => getIntegration({ integrationId: text }),
  getCommerceIntegration: (text: string) => getCommerceIntegration({ externalBusinessId: text }),
};

describe.each(textsFromOutside)("%s", (_name, text) => {
  const wire = {
    connected_merchant_id: text,
    connected_advertiser_id: text,
    connected_tag_id: text,
    connected_lba_id: text,
    connected_user_id: text,
    scopes: text,
    additional_id_1: text,
    partner_metadata: text,
  };
  // gRPC and UTF-8 cannot encode an unpaired surrogate.
  const received = text.toWellFormed();
  const fields = {
    connectedMerchantId: received,
    connectedAdvertiserId: received,
    connectedTagId: received,
    connectedLbaId: received,
    connectedUserId: received,
    scopes: received,
    additionalId1: received,
    partnerMetadata: received,
  };

  function respondWith(operation: "get" | "getById" | "list", status: number, body: object): void {
    stage.emulator.armFault({ kind: "response", operation, status, body });
  }

  test("in fields is returned by functions", async () => {
    respondWith("get", 200, { id: text, external_business_id: "odd", ...wire });
    expect(await getCommerceIntegration({ externalBusinessId: "odd" })).toMatchObject(fields);
    const other = { id: "2", external_business_id: "other" };
    respondWith("list", 200, { items: [{ id: text, external_business_id: text, ...wire }, other] });
    const { integrations } = await getIntegrations();
    expect(integrations).toHaveLength(2);
    expect(integrations).toContainEqual(
      expect.objectContaining({ ...fields, externalBusinessId: received, integrationId: received }),
    );
    expect(integrations).toContainEqual(expect.objectContaining({ externalBusinessId: "other" }));
  });

  test("in Pinterest's errors is escaped", async () => {
    const body = { code: 1, message: text, message_detail: `${text} more` };
    respondWith("get", 400, body);
    respondWith("list", 400, body);
    const another = { id: text, external_business_id: text };
    for (const failing of [
      () => getCommerceIntegration({ externalBusinessId: "odd" }),
      () => getIntegrations(),
      // The response is about another integration.
      () => {
        respondWith("get", 200, another);
        return getCommerceIntegration({ externalBusinessId: "odd" });
      },
      () => {
        respondWith("getById", 200, another);
        return getIntegration({ integrationId: "1" });
      },
    ]) {
      const message = (await errorOf(failing())) ?? "";
      expect(message).toMatch(/^get/);
      expectPrintable(message);
      expect(message.length).toBeLessThan(5_000);
    }
  });

  test.each(Object.entries(lookups))(
    "as an argument of %s is escaped in errors",
    async (_function, lookUp) => {
      const message = (await errorOf(lookUp(text))) ?? "";
      expectPrintable(message);
      expect(message.length).toBeLessThan(5_000);
    },
  );
});
