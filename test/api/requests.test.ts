import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { everyField } from "../protocol/helpers/fields";
import { clientFor, failureOf, token } from "./helpers/client";
import { type Handler, respondWith, serve } from "./helpers/server";

/** A handler that responds with the integration in the path or the body. */
const echo: Handler = ({ url, body }, response) => {
  const named = decodeURIComponent(url.split("/").at(-1) ?? "");
  const id = body.includes("external_business_id") ? JSON.parse(body).external_business_id : named;
  response.end(JSON.stringify({ external_business_id: id }));
};

test("a create sends every field by its name in the API, and nothing else", async () => {
  const server = await serve(echo);
  const fields = Object.fromEntries(everyField.map(({ name, before }) => [name, before]));
  await clientFor(server.apiUrl).createCommerceIntegration({ externalBusinessId: "shop-1", ...fields });
  expect(server.requests[0]).toMatchObject({ method: "POST", url: "/v5/integrations/commerce" });
  expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
    external_business_id: "shop-1",
    ...Object.fromEntries(everyField.map(({ wire, before }) => [wire, before])),
  });
});

test("an update sends exactly the given keys, including null", async () => {
  const server = await serve(echo);
  await clientFor(server.apiUrl).updateCommerceIntegration("shop-1", {
    connectedTagId: "3",
    partnerMetadata: null,
  });
  await clientFor(server.apiUrl).updateCommerceIntegration("shop-1", {});
  expect(server.requests.map(({ method, body }) => [method, JSON.parse(body)])).toEqual([
    ["PATCH", { connected_tag_id: "3", partner_metadata: null }],
    ["PATCH", {}],
  ]);
});

test("sends no request for a number that JSON would convert to null, which clears the field", async () => {
  const server = await serve(echo);
  const error = await failureOf(
    clientFor(server.apiUrl).updateCommerceIntegration("shop-1", { partnerAccessTokenExpiry: Number.NaN }),
    "input",
  );
  expect(error.message).toContain("partnerAccessTokenExpiry");
  expect(error.outcome).toBe("never-sent");
  expect(server.requests).toEqual([]);
});

test("reads and deletes send no body", async () => {
  const server = await serve(echo);
  await clientFor(server.apiUrl).getCommerceIntegration("shop-1");
  await clientFor(server.apiUrl).deleteCommerceIntegration("shop-1");
  expect(server.requests.map(({ method, body }) => [method, body])).toEqual([
    ["GET", ""],
    ["DELETE", ""],
  ]);
  expect(server.requests[0]?.headers).not.toHaveProperty("content-type");
});

test("requests contain the token, the media types and the user agent", async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  const server = await serve(echo);
  await clientFor(server.apiUrl).createCommerceIntegration({ externalBusinessId: "shop-1" });
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${token}`,
    accept: "application/json",
    "content-type": "application/json",
    "user-agent": `pulumi-pinterest/${version} (+node/${process.versions.node})`,
  });
});

test.each([
  ["a/b", "a%2Fb"],
  ["a%2Fb", "a%252Fb"],
  ["../../oauth/token", "..%2F..%2Foauth%2Ftoken"],
  ["%2e%2e", "%252e%252e"],
  ["...", "..."],
  ["a b?c#d&e=f+g", "a%20b%3Fc%23d%26e%3Df%2Bg"],
  ["a\\b", "a%5Cb"],
  ["a\n\u0000b", "a%0A%00b"],
  ["läden-店-🛍️", "l%C3%A4den-%E5%BA%97-%F0%9F%9B%8D%EF%B8%8F"],
  ["a;b:c@d,e!f'g(h)*", "a%3Bb%3Ac%40d%2Ce!f'g(h)*"],
])("encodes the ID %j once, as one segment of the path", async (id, segment) => {
  const server = await serve(echo);
  const client = clientFor(server.apiUrl);
  await client.getCommerceIntegration(id);
  await client.updateCommerceIntegration(id, {});
  await client.deleteCommerceIntegration(id);
  expect(new Set(server.requests.map(({ url }) => url))).toEqual(
    new Set([`/v5/integrations/commerce/${segment}`]),
  );
});

test.each([
  ["", /empty/],
  [".", /"\."/],
  ["..", /"\.\."/],
  ["shop-\ud83d", /surrogate/],
])("no operation sends a request for the ID %j, which cannot be in a path", async (id, reason) => {
  const server = await serve(echo);
  const client = clientFor(server.apiUrl);
  for (const call of [
    client.createCommerceIntegration({ externalBusinessId: id }),
    client.getCommerceIntegration(id),
    client.updateCommerceIntegration(id, {}),
    client.deleteCommerceIntegration(id),
  ]) {
    const error = await failureOf(call, "input");
    expect(error.message).toMatch(reason);
    expect(error.outcome).toBe("never-sent");
  }
  expect(server.requests).toEqual([]);
});

test("a list requests the given page, or the first one in the default size", async () => {
  const server = await serve(respondWith(200, { items: [] }));
  const client = clientFor(server.apiUrl);
  await client.listIntegrations();
  await client.listIntegrations({ pageSize: 250, bookmark: "a+b/c=&d" });
  expect(server.requests.map(({ url }) => url)).toEqual([
    "/v5/integrations",
    "/v5/integrations?bookmark=a%2Bb%2Fc%3D%26d&page_size=250",
  ]);
});
