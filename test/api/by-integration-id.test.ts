import { expect, test } from "@jest/globals";
import { isNotFound, PinterestApiError } from "../../provider/api";
import { clientFor, failureOf, failureOfKind } from "./helpers/client";
import { respondWith, serve } from "./helpers/server";

const integrationId = "7329123456789012345";

test("reads an integration by its integration ID, with the secret fields that Pinterest returns", async () => {
  const record = {
    id: integrationId,
    external_business_id: "shop-1",
    connected_tag_id: null,
    partner_access_token: "at",
    partner_primary_email: "a@b.example",
    created_time: 1621350033000,
  };
  const server = await serve(respondWith(200, record));
  await expect(clientFor(server.apiUrl).getIntegration(integrationId)).resolves.toEqual({
    integrationId,
    externalBusinessId: "shop-1",
    partnerAccessToken: "at",
    partnerPrimaryEmail: "a@b.example",
    createdTimestamp: 1621350033000,
  });
  expect(server.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
    ["GET", `/v5/integrations/${integrationId}`, ""],
  ]);
});

test("accepts an integration without an external business ID", async () => {
  const server = await serve(respondWith(200, { id: integrationId, external_business_id: null }));
  await expect(clientFor(server.apiUrl).getIntegration(integrationId)).resolves.toEqual({ integrationId });
});

test.each(["", "commerce", "logs", "12a", "1/2", "..", " 1", "1\n", "-1", "١"])(
  "sends no request for %j, which is not an integration ID",
  async (id) => {
    const server = await serve(respondWith(200, { id }));
    const error = await failureOf(clientFor(server.apiUrl).getIntegration(id), "input");
    expect(error.message).toContain("digits only");
    expect(server.requests).toEqual([]);
  },
);

test.each([
  [{ external_business_id: "shop-1" }, "it has no id"],
  [{ id: "1", external_business_id: "shop-1" }, 'it is about another integration, id "1"'],
])("rejects the response %j", async (body, problem) => {
  const server = await serve(respondWith(200, body));
  const error = await failureOf(clientFor(server.apiUrl).getIntegration(integrationId), "response");
  expect(error.message).toContain(problem);
});

test("reports an unknown integration ID as not found", async () => {
  const message = "Sorry! We could not find your integration.";
  const server = await serve(respondWith(404, { code: 4517, message }));
  const error = await failureOfKind(
    PinterestApiError,
    clientFor(server.apiUrl).getIntegration(integrationId),
  );
  expect(error).toMatchObject({ status: 404, code: 4517 });
  expect(error.message).toContain(`reading integration ID "${integrationId}" failed`);
  expect(error.message).toContain("check the integration ID, the account, and the token");
  expect(isNotFound(error)).toBe(true);
});
