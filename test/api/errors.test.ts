import { describe, expect, test } from "@jest/globals";
import { isNotFound, isOwnedByAnother, PinterestApiError, type PinterestError } from "../../provider/api";
import { AccountRevoked, CredentialsError } from "../../provider/api/credentials";
import { isAuthentication, isRefusedAccount } from "../../provider/api/errors";
import { clientFor, failureOf, failureOfKind, token } from "./helpers/client";
import { answer, serve } from "./helpers/server";

async function update(
  status: number,
  body: unknown,
  headers?: Record<string, string>,
  options?: Parameters<typeof clientFor>[1],
): Promise<PinterestApiError> {
  const server = await serve(answer(status, body, headers));
  const call = clientFor(server.apiUrl, options).updateCommerceIntegration("shop-1", { connectedTagId: "3" });
  return failureOfKind(PinterestApiError, call);
}

test("the error of a failed read reports that nothing was changed", async () => {
  const { message } = await list(503, { code: 0, message: "no" });
  expect(message).toContain("Nothing was changed.");
  expect(message).not.toContain("may have carried it out");
});

async function list(status: number, body: unknown): Promise<PinterestError> {
  const server = await serve(answer(status, body));
  return failureOfKind(PinterestApiError, clientFor(server.apiUrl).listIntegrations());
}

test("the message contains the operation, the integration, the response and the remedy", async () => {
  const error = await update(
    409,
    { code: 4182, message: "Can't access this integration metadata." },
    { "x-pinterest-rid": "6112345" },
  );
  expect(error.message).toMatch(
    /^updating commerce integration "shop-1" failed: Pinterest answered HTTP 409, code 4182: Can't access this integration metadata \(request ID 6112345\)\. .*another Pinterest account.*\.$/,
  );
  expect(error).toMatchObject({
    name: "PinterestApiError",
    kind: "api",
    operation: "updateCommerceIntegration",
    externalBusinessId: "shop-1",
    outcome: "refused",
    status: 409,
    code: 4182,
    requestId: "6112345",
    apiMessage: "Can't access this integration metadata.",
  });
  expect(error.stack).toMatch(/^PinterestApiError: updating/);
});

test("the message contains the summary and the remedy", async () => {
  const { message, doing, summary, remedy } = await update(400, { code: 1, message: "Invalid." });
  expect(message).toBe(`${doing} failed: ${summary}. ${remedy}`);
});

test("does not show a value that credentials reject with if it is not an error", async () => {
  const credentials = { accessToken: () => Promise.reject("pina_secret") };
  const error = await failureOf(clientFor("http://localhost:1/v5", { credentials }).listIntegrations());
  expect(error.summary).toBe("no usable access token: for an unknown reason");
});

test.each([undefined, "The command printed this token. Check it."])(
  "credentials without a token fail with their own remedy, %j",
  async (remedy) => {
    const fail = () => Promise.reject(new CredentialsError("no token", remedy?.replace(/\.$/, "")));
    const client = clientFor("http://localhost:1/v5", { credentials: { accessToken: fail } });
    const error = await failureOf(client.getCommerceIntegration("shop-1"), "credentials");
    expect(error).toMatchObject({ summary: "no usable access token: no token", remedy });
    expect([error.status, error.code, error.requestId]).toEqual([undefined, undefined, undefined]);
  },
);

test("keeps the request ID of a rejected exchange next to the reason without it", async () => {
  const fail = () => Promise.reject(new CredentialsError("Pinterest rejected it", "Connect again", "77"));
  const client = clientFor("http://localhost:1/v5", { credentials: { accessToken: fail } });
  const error = await failureOf(client.getCommerceIntegration("shop-1"), "credentials");
  const summary = "no usable access token: Pinterest rejected it";
  expect(error).toMatchObject({ requestId: "77", summary });
  expect(error.message).toContain(`failed: ${summary} (request ID 77). Connect again.`);
});

test("the error about a rejected access token has a remedy", async () => {
  const error = await list(401, { code: 2, message: "Authentication failed." });
  expect(error.remedy).toBe("Set a valid access token: this one is wrong, expired or revoked.");
});

test("the error about a rejected token has the remedy of its credentials, and no other", async () => {
  const { apiUrl } = await serve(answer(401, { code: 2, message: "Authentication failed." }));
  const remedy = "The token comes from the vault: check it there.";
  const client = clientFor(apiUrl, {
    credentials: { accessToken: () => Promise.resolve(token), renew: async () => false, remedy },
  });
  const { message } = await failureOfKind(PinterestApiError, client.getCommerceIntegration("shop-1"));
  expect(message.endsWith(`: Authentication failed. ${remedy}`)).toBe(true);
});

test("the message names the account and the explicit provider", async () => {
  const server = await serve(answer(401, { code: 2, message: "Authentication failed." }));
  const error = await failureOfKind(
    PinterestApiError,
    clientFor(server.apiUrl, { account: "shop-a", provider: () => "south" }).deleteCommerceIntegration(
      "shop-1",
    ),
  );
  expect(error.message).toMatch(
    /^deleting commerce integration "shop-1" \(account 'shop-a' of provider 'south'\) failed/,
  );
});

test("the message about a list names no integration", async () => {
  const error = await list(401, { code: 2, message: "Authentication failed." });
  expect(error.message).toMatch(
    /^listing the account's integrations failed: Pinterest answered HTTP 401, code 2/,
  );
  expect(error.externalBusinessId).toBeUndefined();
});

describe("the remedy", () => {
  test.each([
    ["the token", 401, { code: 2, message: "Authentication failed." }, /Set a valid access token: /],
    ["the scope", 401, { code: 3, message: "no" }, /needs the scope ads:write\..*new token/],
    [
      "the beta",
      401,
      { code: 3, message: "Your application does not have access to this restricted feature: commerce_api." },
      /the restricted feature "commerce_api", independently.*account manager/,
    ],
    [
      "the beta without a name",
      403,
      { code: 3, message: "a restricted feature" },
      /to a restricted feature,/,
    ],
    ["the owner", 403, { code: 29, message: "no" }, /account that owns it/],
    ["the owner", 403, { code: 29, message: "no, a restricted feature" }, /account that owns it/],
    ["Trial access", 403, { code: 29, message: "Apps with Trial access may not" }, /Standard access\.$/],
    ["an account disapproved", 403, { code: 2625, message: "no" }, /has disapproved the account/],
    ["an account under review", 403, { code: 2626, message: "no" }, /the account under review/],
    ["other access", 403, { code: 30, message: "no" }, /scopes/],
    ["other access", 401, { code: 2625, message: "no" }, /scopes/],
    ["the missing integration", 404, { code: 4180, message: "no" }, /no such integration/],
    ["the owner", 409, { code: 4182, message: "no" }, /belongs to another Pinterest account/],
    [
      "the merchant's other connection",
      409,
      { code: 4163, message: "no" },
      /one connection for each merchant/,
    ],
    [
      "the merchant's other connection",
      403,
      { code: 4163, message: "no" },
      /one connection for each merchant/,
    ],
    ["the rate limit", 429, { code: 8, message: "no" }, /share the rate limit.*requestsPerMinute/],
    ["spam", 429, { code: 8, message: "no", message_detail: "looks like spam" }, /support/],
    ["the wrong value", 400, { code: 1, message: "'x' must match" }, /Fix the value/],
    ["a failure of Pinterest", 500, { code: 0, message: "no" }, /may have carried it out/],
    ["a proxy", 403, "<html><title>Blocked</title></html>", /is not from Pinterest's API.*HTTPS_PROXY/],
    ["a proxy's password", 407, "", /user name and password/],
  ])("names %s for %i", async (_name, status, body, advice) => {
    expect((await update(status, body)).message).toMatch(advice);
  });

  test.each([
    [408, "", false],
    [500, { code: 0, message: "no" }, false],
    [502, "<html>Bad gateway</html>", true],
  ])(
    "names apiUrl and the proxy for %i if the response is not Pinterest's",
    async (status, body, isNamed) => {
      expect((await update(status, body)).message.includes("check pinterest:apiUrl and the proxy")).toBe(
        isNamed,
      );
    },
  );

  test.each([
    [401, 3],
    [403, 2],
  ])("is not the remedy of the credentials for %i with code %i", async (status, code) => {
    const { apiUrl } = await serve(answer(status, { code, message: "no" }));
    const credentials = { accessToken: () => Promise.resolve(token), remedy: "Check the vault." };
    const call = clientFor(apiUrl, { credentials }).listIntegrations();
    expect((await failureOfKind(PinterestApiError, call)).message).not.toContain("vault");
  });

  test.each([
    ["600", /share the rate limit/],
    ["601", /limit per day.*`--target`/],
  ])("depends on the wait that a 429 asks for: %s s", async (seconds, advice) => {
    const { message } = await update(429, { code: 8, message: "no" }, { "retry-after": seconds });
    expect(message).toMatch(advice);
  });

  test("names apiUrl for a 404 of the list or of a report", async () => {
    const body = { code: 4180, message: "no" };
    expect((await list(404, body)).message).toContain("Check `pinterest:apiUrl`");
    const { apiUrl } = await serve(answer(404, body));
    const report = clientFor(apiUrl).reportLogs([
      { clientTimestamp: 1, eventType: "APP", logLevel: "INFO", message: "m" },
    ]);
    expect((await failureOf(report)).message).toContain("Check `pinterest:apiUrl`");
  });

  describe("in a fleet", () => {
    test.each([
      [401, { code: 2, message: "no" }, /Set a valid access token: this one is wrong, expired or revoked\.$/],
      [500, { code: 0, message: "no" }, /Run again later: `npx pulumi-pinterest fleet up` shows/],
      [429, { code: 8, message: "no" }, /with `--shard` for a part at a time/],
    ])("names neither the configuration nor `pulumi` after %i", async (status, body, advice) => {
      const commands = { update: "npx pulumi-pinterest fleet up", partOption: "--shard" };
      const { message } = await update(status, body, { "retry-after": "601" }, { commands });
      expect(message).toMatch(advice);
      expect(message).not.toMatch(/`pulumi |--run-program/);
    });
  });

  test("names the scope that the operation needs", async () => {
    expect((await list(401, { code: 3, message: "no" })).message).toContain("ads:read");
  });
});

test.each([
  [302, "refused"],
  [303, "unknown"],
  [400, "refused"],
  [401, "refused"],
  [403, "refused"],
  [404, "refused"],
  [408, "unknown"],
  [409, "refused"],
  [422, "refused"],
  [429, "refused"],
  [500, "unknown"],
  [502, "unknown"],
  [503, "unknown"],
  [504, "unknown"],
])("the outcome after %i is %s", async (status, outcome) => {
  expect((await update(status, { code: 1, message: "no" })).outcome).toBe(outcome);
});

test.each([300, 301, 302, 303, 307, 308, 399])(
  "does not follow a redirect (%i), and names its host",
  async (status) => {
    const other = await serve(answer(200, { external_business_id: "shop-1" }));
    const error = await update(status, "", { location: `${other.origin}/elsewhere?to=1` });
    expect(error.message).toContain(`redirect to 127.0.0.1:${other.port}`);
    expect(error.message).not.toContain("elsewhere");
    expect(error.status).toBe(status);
    expect(other.requests).toEqual([]);
  },
);

test("does not show the target of a redirect that is not a URL", async () => {
  const error = await update(302, "", { location: "/elsewhere" });
  expect(error.message).toContain("does not follow the redirect, because");
  expect(error.message).not.toContain("elsewhere");
});

test("ignores an empty request ID", async () => {
  const error = await update(400, { code: 1, message: "no" }, { "x-pinterest-rid": "" });
  expect(error.requestId).toBeUndefined();
});

test("reads a code that is a string as a number", async () => {
  expect((await update(404, { code: "4180", message: "no" })).code).toBe(4180);
});

test("reports further messages and details of a response", async () => {
  const error = await update(400, {
    code: 1,
    message: "Invalid.",
    message_detail: "connected_tag_id is unknown",
    details: { field: "connected_tag_id" },
  });
  expect(error.apiMessage).toBe("Invalid. connected_tag_id is unknown");
  expect(error.summary).toContain('"field":"connected_tag_id"');
});

test("reports the words of an HTML page, in one shortened line", async () => {
  const page = `<!doctype html><html><style>p{}</style><title>Bad\n gateway</title><script>x("y")</script><p>${"word ".repeat(500)}</p></html>`;
  const error = await update(502, page);
  expect(error.summary).toMatch(/: Bad gateway word word [^<>]*…$/);
  expect(error.summary.length).toBeLessThan(340);
  expect(error.code).toBeUndefined();
  expect(error.message).toContain("the answer was HTTP 502: Bad gateway");
});

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
  test.each([
    ["4180", { code: 4180, message: "no" }],
    ["4517", { code: 4517, message: "no" }],
    ["a code in a string", { code: "4180", message: "no" }],
  ])("holds for a 404 with %s", async (_name, body) => {
    expect(isNotFound(await update(404, body))).toBe(true);
  });

  test.each([
    ["in HTML, as from a proxy", "<html>404 Not Found</html>"],
    ["without a body", ""],
    ["in JSON that is not Pinterest's", { message: "no Route matched with those values" }],
    ["in JSON whose code is a word", { code: "NotFound", message: "no" }],
  ])("does not hold for a 404 %s", async (_name, body) => {
    expect(isNotFound(await update(404, body))).toBe(false);
  });

  const otherCode = { code: 404, message: "There is no such endpoint." };

  /** A client of an API whose 404 for an integration has an unknown code. */
  async function clientOf(list: Parameters<typeof answer>) {
    const { apiUrl, requests } = await serve((request, response) =>
      (request.method === "GET" ? answer(...list) : answer(404, otherCode))(request, response),
    );
    return { client: clientFor(apiUrl), requests };
  }

  test("holds for a 404 with another code if the API answers the account's list, which is requested once", async () => {
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
  ] as const)("requests the list if only %s was answered before", async (_what, operation, methods) => {
    const body = { items: [], external_business_id: "shop-1" };
    const { apiUrl, requests } = await serve((request, response) =>
      (request.method === "GET" ? answer(200, body) : answer(404, otherCode))(request, response),
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

  test("does not hold for a 404 of the list, for other statuses, or for other errors", async () => {
    expect(isNotFound(await list(404, { code: 4180, message: "no" }))).toBe(false);
    expect(isNotFound(await update(409, { code: 4180, message: "no" }))).toBe(false);
    expect(isNotFound(Object.assign(new Error("no"), { status: 404, code: 4180 }))).toBe(false);
  });
});

test("isOwnedByAnother holds for 409, and for 403 only with code 29", async () => {
  expect(isOwnedByAnother(await update(409, { code: 4182, message: "no" }))).toBe(true);
  expect(isOwnedByAnother(await update(403, { code: 29, message: "no" }))).toBe(true);
  expect(isOwnedByAnother(await update(403, { code: 2625, message: "no" }))).toBe(false);
  expect(isOwnedByAnother(await list(403, { code: 29, message: "no" }))).toBe(false);
  expect(isOwnedByAnother(new Error("no"))).toBe(false);
  expect(isOwnedByAnother(await update(409, "<html>conflict</html>"))).toBe(false);
  expect(isOwnedByAnother(await update(404, { code: 4180, message: "no" }))).toBe(false);
  expect(isOwnedByAnother(await update(409, { code: 4163, message: "connected" }))).toBe(false);
});

test("isAuthentication holds only for 401 with code 2", async () => {
  expect(isAuthentication(await list(401, { code: 2, message: "no" }))).toBe(true);
  expect(isAuthentication(await list(401, { code: 3, message: "no" }))).toBe(false);
  expect(isAuthentication(await list(403, { code: 2, message: "no" }))).toBe(false);
});

test.each([
  [401, 2, true],
  [401, 29, true],
  [403, 2626, true],
  [403, 2, false],
  [401, 2626, false],
  [400, 2, false],
  [503, 3, false],
])("isRefusedAccount after %i with code %i: %s", async (status, code, expected) => {
  expect(isRefusedAccount(await list(status, { code, message: "no" }))).toBe(expected);
});

test("isRefusedAccount holds for revoked credentials, but not without a code or for other errors", async () => {
  const failing = (error: Error) => {
    const credentials = { accessToken: () => Promise.reject(error) };
    return failureOf(clientFor("http://localhost:1/v5", { credentials }).listIntegrations(), "credentials");
  };
  expect(isRefusedAccount(await failing(new AccountRevoked("no")))).toBe(true);
  expect(isRefusedAccount(await failing(new CredentialsError("no")))).toBe(false);
  expect(isRefusedAccount(await list(401, "<html>no</html>"))).toBe(false);
  expect(isRefusedAccount(new Error("no"))).toBe(false);
});
