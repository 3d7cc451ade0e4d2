import { expect, test } from "@jest/globals";
import { isNotFound, PinterestApiError } from "../../provider/api";
import { clientFor, failureOf, failureOfKind } from "./helpers/client";
import { answer, serve } from "./helpers/server";

const number = "7329123456789012345";

test("reads an integration by its integration ID, with the secret fields that Pinterest returns", async () => {
  const record = {
    id: number,
    external_business_id: "shop-1",
    connected_tag_id: null,
    partner_access_token: "at",
    partner_primary_email: "a@b.example",
    created_time: 1621350033000,
  };
  const server = await serve(answer(200, record));
  await expect(clientFor(server.apiUrl).getIntegration(number)).resolves.toEqual({
    integrationId: number,
    externalBusinessId: "shop-1",
    partnerAccessToken: "at",
    partnerPrimaryEmail: "a@b.example",
    createdTimestamp: 1621350033000,
  });
  expect(server.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
    ["GET", `/v5/integrations/${number}`, ""],
  ]);
});

test("accepts an integration without an external business ID", async () => {
  const server = await serve(answer(200, { id: number, external_business_id: null }));
  await expect(clientFor(server.apiUrl).getIntegration(number)).resolves.toEqual({ integrationId: number });
});

test.each(["", "commerce", "logs", "12a", "1/2", "..", " 1", "1\n", "-1", "١"])(
  "sends no request for %j, which is not an integration ID",
  async (text) => {
    const server = await serve(answer(200, { id: text }));
    const error = await failureOf(clientFor(server.apiUrl).getIntegration(text), "input");
    expect(error.message).toContain("digits only");
    expect(server.requests).toEqual([]);
  },
);

test.each([
  [{ external_business_id: "shop-1" }, "it has no id"],
  [{ id: "1", external_business_id: "shop-1" }, 'it is about another integration, id "1"'],
])("rejects the response %j", async (body, problem) => {
  const server = await serve(answer(200, body));
  const error = await failureOf(clientFor(server.apiUrl).getIntegration(number), "response");
  expect(error.message).toContain(problem);
});

test("reports an unknown integration ID as not found", async () => {
  const message = "Sorry! We could not find your integration.";
  const server = await serve(answer(404, { code: 4517, message }));
  const error = await failureOfKind(PinterestApiError, clientFor(server.apiUrl).getIntegration(number));
  expect(error).toMatchObject({ status: 404, code: 4517 });
  expect(error.message).toContain(`reading integration ID "${number}" failed`);
  expect(error.message).toContain("check the integration ID, the account, and the token");
  expect(isNotFound(error)).toBe(true);
});
