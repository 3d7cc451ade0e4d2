import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { PinterestClient } from "../../provider/api";
import { pathSegmentProblem } from "../../provider/api/operations";
import { halfOfSurrogatePair } from "../expected/messages";
import { everyField } from "../protocol/helpers/fields";
import { clientFor, failureOf, token } from "./helpers/client";
import { respondWith, serve } from "./helpers/server";

const tagged = { externalBusinessId: "a/b", connectedTagId: "3" };
const page = { pageSize: 250, bookmark: "a+b/c=&d" };
const path = "/v5/integrations";

type Call = (client: PinterestClient) => Promise<unknown>;

/** The only request that a call sends. */
async function requestOf(call: Call) {
  const server = await serve(respondWith(200, { external_business_id: "a/b", id: "73", items: [] }));
  await call(clientFor(server.apiUrl));
  expect(server.requests).toHaveLength(1);
  const [{ method, url, headers, body } = { method: "", url: "", headers: {}, body: "" }] = server.requests;
  return { request: `${method} ${url}`, contentType: headers["content-type"], body };
}

test.each<[what: string, call: Call, request: string, body: object]>([
  [
    "a create",
    (client) => client.createCommerceIntegration(tagged),
    `POST ${path}/commerce`,
    { external_business_id: "a/b", connected_tag_id: "3" },
  ],
  [
    "an update with the given keys, including null",
    (client) => client.updateCommerceIntegration("a/b", { connectedTagId: "3", partnerMetadata: null }),
    `PATCH ${path}/commerce/a%2Fb`,
    { connected_tag_id: "3", partner_metadata: null },
  ],
  [
    "an update of nothing",
    (client) => client.updateCommerceIntegration("a/b", {}),
    `PATCH ${path}/commerce/a%2Fb`,
    {},
  ],
])("%s is one request with JSON", async (_what, call, request, body) => {
  const sent = await requestOf(call);
  expect(sent).toMatchObject({ request, contentType: "application/json" });
  expect(JSON.parse(sent.body)).toEqual(body);
});

test.each<[what: string, call: Call, request: string]>([
  ["a read", (client) => client.getCommerceIntegration("a/b"), `GET ${path}/commerce/a%2Fb`],
  ["a read by integration ID", (client) => client.getIntegration("73"), `GET ${path}/73`],
  ["a deletion", (client) => client.deleteCommerceIntegration("a/b"), `DELETE ${path}/commerce/a%2Fb`],
  ["the first page of a list", (client) => client.listIntegrations(), `GET ${path}`],
  [
    "another page of a list",
    (client) => client.listIntegrations(page),
    `GET ${path}?bookmark=a%2Bb%2Fc%3D%26d&page_size=250`,
  ],
])("%s is one request without a body", async (_what, call, request) => {
  expect(await requestOf(call)).toEqual({ request, contentType: undefined, body: "" });
});

test("a create sends every field by its name in the API", async () => {
  const server = await serve(respondWith(200, { external_business_id: "shop-1" }));
  const fields = Object.fromEntries(everyField.map(({ name, before }) => [name, before]));
  await clientFor(server.apiUrl).createCommerceIntegration({ externalBusinessId: "shop-1", ...fields });
  expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
    external_business_id: "shop-1",
    ...Object.fromEntries(everyField.map(({ wire, before }) => [wire, before])),
  });
});

test("requests contain the token, the media type and the user agent", async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  const server = await serve(respondWith(200, { items: [] }));
  await clientFor(server.apiUrl).listIntegrations();
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${token}`,
    accept: "application/json",
    "user-agent": `pulumi-pinterest/${version} (+node/${process.versions.node})`,
  });
});

test.each([
  ["a%2Fb", "a%252Fb"],
  ["../../oauth/token", "..%2F..%2Foauth%2Ftoken"],
  ["...", "..."],
  ["a b?c#d&e=f+g\n", "a%20b%3Fc%23d%26e%3Df%2Bg%0A"],
  ["läden-店", "l%C3%A4den-%E5%BA%97"],
])("encodes the ID %j once, as one segment of the path", async (id, segment) => {
  const server = await serve(respondWith(200, { external_business_id: id }));
  await clientFor(server.apiUrl).getCommerceIntegration(id);
  expect(server.requests.map(({ url }) => url)).toEqual([`/v5/integrations/commerce/${segment}`]);
});

test.each([
  ["", "is empty"],
  [".", "is a dot segment"],
  ["..", "is a dot segment"],
  ["shop-\ud83d", halfOfSurrogatePair],
])("the ID %j cannot be in a path: it %s", (id, problem) => {
  expect(pathSegmentProblem(id)).toContain(problem);
});

test.each<[string, Call, string]>([
  [
    "an ID that cannot be in a path, also for a create",
    (client) => client.createCommerceIntegration({ externalBusinessId: ".." }),
    "is a dot segment",
  ],
  ...["", "logs", "12a", "1/2", "1\n", "١"].map((id): [string, Call, string] => [
    `the integration ID ${JSON.stringify(id)}`,
    (client) => client.getIntegration(id),
    "digits only",
  ]),
  [
    "a number that JSON would convert to null, which clears the field",
    (client) => client.updateCommerceIntegration("shop-1", { partnerAccessTokenExpiry: Number.NaN }),
    "partnerAccessTokenExpiry must be a finite number",
  ],
])("sends no request for %s", async (_what, call, problem) => {
  const server = await serve(respondWith(200, {}));
  const error = await failureOf(call(clientFor(server.apiUrl)), "input");
  expect(error.message).toContain(problem);
  expect(error.outcome).toBe("never-sent");
  expect(server.requests).toEqual([]);
});
