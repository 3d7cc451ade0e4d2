import { describe, expect, test } from "@jest/globals";
import { isNotFound, PinterestApiError } from "../../provider/api";
import { CredentialsError } from "../../provider/api/credentials";
import { clientFor, failureOf, failureOfKind, token } from "./helpers/client";
import { fake } from "./helpers/fake-client";
import { respondWith, serve } from "./helpers/server";

const reject = (error: unknown) => {
  const credentials = { accessToken: () => Promise.reject(error) };
  return failureOf(clientFor("http://localhost:1/v5", { credentials }).listIntegrations(), "credentials");
};

test.each([
  [
    "does not show a reason that is not an error",
    "pina_secret",
    "for an unknown reason",
    undefined,
    undefined,
  ],
  ["has no remedy by default", new CredentialsError("no token"), "no token", undefined, undefined],
  [
    "has the remedy of its credentials",
    new CredentialsError("no token", "Check it"),
    "no token",
    "Check it.",
    undefined,
  ],
  [
    "keeps the request ID",
    new CredentialsError("it was rejected", "Connect again", "77"),
    "it was rejected",
    "Connect again.",
    "77",
  ],
])("the error about a missing token %s", async (_name, thrown, reason, remedy, requestId) => {
  const error = await reject(thrown);
  const summary = `no usable access token: ${reason}`;
  expect(error).toMatchObject({ summary, remedy, requestId, status: undefined, code: undefined });
  if (requestId !== undefined) {
    expect(error.message).toContain(`failed: ${summary} (request ID ${requestId}). ${remedy}`);
  }
});

test("the error about a response names the account and the provider, and has the remedy of the credentials", async () => {
  const { apiUrl } = await serve(respondWith(401, { code: 2, message: "Authentication failed." }));
  const remedy = "The token comes from the vault: check it there.";
  const credentials = { accessToken: () => Promise.resolve(token), renew: async () => false, remedy };
  const client = clientFor(apiUrl, { credentials, account: "shop-a", provider: () => "south" });
  const { message } = await failureOf(client.deleteCommerceIntegration("shop-1"), "api");
  expect(message).toBe(
    `deleting commerce integration "shop-1" (account 'shop-a' of provider 'south') failed: Pinterest responded with HTTP 401, code 2: Authentication failed. ${remedy}`,
  );
});

test("an unexpected error of the client stays as it is", async () => {
  const bug = new TypeError("a bug");
  const credentials = {
    accessToken: () => Promise.resolve(token),
    get remedy(): string {
      throw bug;
    },
  };
  const { apiUrl } = await serve(respondWith(401, { code: 2, message: "Authentication failed." }));
  await expect(clientFor(apiUrl, { credentials }).listIntegrations()).rejects.toBe(bug);
});

test("the error about a response names the commands of a fleet", async () => {
  const { apiUrl } = await serve(respondWith(500, { code: 0, message: "no" }));
  const commands = { update: "npx pulumi-pinterest fleet up", partOption: "--shard" };
  const { message } = await failureOf(clientFor(apiUrl, { commands }).deleteCommerceIntegration("shop-1"));
  expect(message).toContain("Run again later: `npx pulumi-pinterest fleet up` shows");
});

test.each([300, 301, 302, 303, 307, 308, 399])(
  "does not follow a redirect (%i), and names its host",
  async (status) => {
    const other = await serve(respondWith(200, { external_business_id: "shop-1" }));
    const error = await failureOf(
      clientFor(
        (await serve(respondWith(status, "", { location: `${other.origin}/elsewhere?to=1` }))).apiUrl,
      ).updateCommerceIntegration("shop-1", { connectedTagId: "3" }),
      "api",
    );
    expect(error.message).toContain(`redirect to 127.0.0.1:${other.port}`);
    expect(error.message).not.toContain("elsewhere");
    expect(error.status).toBe(status);
    expect(other.requests).toEqual([]);
  },
);

test("uses the status of a truncated error response", async () => {
  const server = await serve((_request, response) => {
    response.writeHead(403, { "content-length": "1000" });
    response.write('{"code": 29');
    setImmediate(() => response.destroy());
  });
  const error = await failureOfKind(
    PinterestApiError,
    clientFor(server.apiUrl).getCommerceIntegration("shop-1"),
  );
  expect(error).toMatchObject({ status: 403, outcome: "refused" });
});

describe("isNotFound", () => {
  const otherCode = { code: 404, message: "There is no such endpoint." };

  /** A client of an API whose 404 for an integration has an unknown code. */
  async function clientOf(list: Parameters<typeof respondWith>) {
    const { apiUrl, requests } = await serve((request, response) =>
      (request.method === "GET" ? respondWith(...list) : respondWith(404, otherCode))(request, response),
    );
    return { client: clientFor(apiUrl), requests };
  }

  test("holds for a 404 with another code if the API returns the account's list, which is requested once", async () => {
    const { client, requests } = await clientOf([200, { items: [], bookmark: null }]);
    for (const _ of [1, 2]) {
      const error = await failureOfKind(PinterestApiError, client.deleteCommerceIntegration("shop-1"));
      expect(isNotFound(error)).toBe(true);
      expect(error.message).toContain("This account has no such integration");
      expect(error.message).not.toContain("--run-program");
    }
    expect(requests.map(({ method }) => method)).toEqual(["DELETE", "GET", "DELETE"]);
    expect(requests[1]?.url).toBe("/v5/integrations?page_size=1");
  });

  test.each([
    ["an integration", "getCommerceIntegration", ["GET", "DELETE", "GET"]],
    ["the list", "listIntegrations", ["GET", "DELETE"]],
  ] as const)("requests the list if only %s succeeded before", async (_what, operation, methods) => {
    const body = { items: [], external_business_id: "shop-1" };
    const { apiUrl, requests } = await serve((request, response) =>
      (request.method === "GET" ? respondWith(200, body) : respondWith(404, otherCode))(request, response),
    );
    const client = clientFor(apiUrl);
    if (operation === "listIntegrations") await client.listIntegrations();
    else await client.getCommerceIntegration("shop-1");
    expect(isNotFound(await failureOf(client.deleteCommerceIntegration("shop-1")))).toBe(true);
    expect(requests.map(({ method }) => method)).toEqual(methods);
  });

  test("does not hold for a 404 with another code if the API does not have the list, and the error names apiUrl", async () => {
    const { client, requests } = await clientOf([404, otherCode]);
    for (const _ of [1, 2]) {
      const error = await failureOfKind(PinterestApiError, client.deleteCommerceIntegration("shop-1"));
      expect(isNotFound(error)).toBe(false);
      expect(error.message).toMatch(
        /Check `pinterest:apiUrl` \(PINTEREST_API_URL\): it normally ends in \/v5/,
      );
    }
    expect(requests.map(({ method }) => method)).toEqual(["DELETE", "GET", "DELETE"]);
  });

  test("does not hold if the list fails with a transient error, and requests the list again", async () => {
    const { client, requests } = await clientOf([500, { code: 1, message: "no" }]);
    for (const _ of [1, 2]) {
      const error = await failureOfKind(PinterestApiError, client.deleteCommerceIntegration("shop-1"));
      expect(isNotFound(error)).toBe(false);
    }
    expect(requests).toHaveLength(4);
  });

  test("holds for an operation although another one, which requests the list too, is canceled", async () => {
    const { clock, client } = fake(
      ({ path }) =>
        path.includes("commerce") ? { status: 404, body: otherCode } : { status: 200, body: { items: [] } },
      { latencyMs: 100 },
    );
    const controller = new AbortController();
    const canceled = failureOf(client.getCommerceIntegration("shop-1", { signal: controller.signal }));
    const other = failureOf(client.getCommerceIntegration("shop-2"));
    await clock.run(clock.sleep(120));
    controller.abort();
    expect(isNotFound(await clock.run(canceled))).toBe(false);
    expect(isNotFound(await clock.run(other))).toBe(true);
  });
});
