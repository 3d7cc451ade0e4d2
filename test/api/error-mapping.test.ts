import { expect, test } from "@jest/globals";
import { isNotFound, isOwnedByAnother } from "../../provider/api";
import { AccountRevoked, CredentialsError } from "../../provider/api/credentials";
import {
  apiError,
  credentialsError,
  readErrorBody,
  TransportFailure,
} from "../../provider/api/error-mapping";
import { isAuthentication, isRefusedAccount } from "../../provider/api/error-predicates";
import { causeOf, type ErrorResponseFacts } from "../../provider/api/error-remedies";
import type { OperationName } from "../../provider/api/operations";
import {
  dailyLimit,
  deleting,
  listing,
  mayBeCarriedOut,
  missingScope,
  namedRequest,
  nothingChanged,
  pattern,
  redacted,
  responded,
  updating,
  wrongToken,
} from "../expected/messages";

const read = (body: unknown) => readErrorBody(JSON.stringify(body));

test("reads code and message in Pinterest's format, and reports details as more", () => {
  const body = { code: 4180, message: "Not found." };
  expect(read(body)).toEqual({ ...body, hints: {}, more: false });
  expect(read({ ...body, details: {} }).more).toBe(true);
});

test.each([
  ["number", 4180, { code: 4180 }],
  ["number that is 0", 0, { code: 0 }],
  ["number in a string", "4180", { code: 4180 }],
  ["string of more than 15 digits", "4180418041804180", {}],
  ["word", "NotFound", {}],
])("reads a code that is a %s", (_name, code, expected) => {
  expect(read({ code, message: "no" })).toEqual({ message: "no", hints: {}, more: false, ...expected });
});

test.each([
  ["number", 5],
  ["null", null],
])("ignores a message that is a %s", (_name, message) => {
  expect(read({ code: 1, message })).toEqual({ code: 1, message: "", hints: {}, more: true });
});

test.each([
  ["Looks like SPAM.", { isSpam: true }],
  ["Apps with Trial access may not", { isTrialAccess: true }],
  ["no access to this restricted feature: commerce_api.", { restrictedFeature: "commerce_api" }],
  ["'logs[3].message' is too long", { logEntry: { index: 3, field: "message" } }],
  ["logs.3.error.name is too long", { logEntry: { index: 3, field: "error.name" } }],
  ["/logs/12 is invalid", { logEntry: { index: 12 } }],
  ["logs/12/error/stack_trace/0 is invalid", { logEntry: { index: 12, field: "error/stack_trace" } }],
  ["logs[1] and logs[2].message are invalid", { logEntry: { index: 1 } }],
  ["blogs[3].message, logs of 3 and logs[x]", {}],
])("reads hints from the message %j", (message, hints) => {
  expect(read({ code: 1, message }).hints).toEqual(hints);
});

test.each(["<html>", "[]", "null", "4180", '"no"', '{"code": 29'])(
  "reports a body that is not in Pinterest's format as more than a message: %s",
  (text) => expect(readErrorBody(text)).toEqual({ message: "", hints: {}, more: true }),
);

test.each(["", " \n"])("finds nothing in an empty body: %j", (text) => {
  expect(readErrorBody(text)).toEqual({ message: "", hints: {}, more: false });
});

const operations = {
  get: "getCommerceIntegration",
  update: "updateCommerceIntegration",
  delete: "deleteCommerceIntegration",
  list: "listIntegrations",
  logs: "reportLogs",
} as const satisfies Record<string, OperationName>;
type Operation = keyof typeof operations;
type Cause = ReturnType<typeof causeOf>;

/** The parts of an error that do not come from the response. */
interface Circumstances {
  readonly headers?: Record<string, string>;
  /** The remedy of the credentials for a rejected token. */
  readonly tokenRemedy?: string;
  readonly account?: string;
  readonly provider?: string;
  /** The commands that a fleet's messages name. */
  readonly commands?: typeof fleetCommands;
}

/** The error for a response to an operation, which is about the integration "shop-1" if it is about one. */
function errorOf(
  name: Operation,
  status: number,
  body: unknown,
  { headers = {}, tokenRemedy, ...more }: Circumstances = {},
) {
  const about = name === "list" || name === "logs" ? {} : { externalBusinessId: "shop-1" };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return apiError(
    { operation: operations[name], ...about, ...more },
    { status, text, headers },
    { redact: (shown) => shown, now: 0, tokenRemedy },
  );
}

const authenticationFailed = { code: 2, message: "Authentication failed." };
const withCode = (code: number) => ({ code, message: "no" });
const fleetCommands = { update: "npx pulumi-pinterest fleet up", partOption: "--shard" };
const fleet = { commands: fleetCommands };
const vault = { tokenRemedy: "The token comes from the vault: check it there." };

test.each<[cause: Cause, operation: OperationName, response: ErrorResponseFacts]>([
  ["merchant-connected", operations.update, { status: 403, code: 4163 }],
  ["access-refused", operations.update, { status: 401, code: 2625 }],
  ["access-refused", operations.list, { status: 403, code: 2 }],
  ["not-permitted", operations.update, { status: 403, code: 29, hints: { restrictedFeature: "" } }],
  ["rate-limit", operations.update, { status: 429, code: 8, retryAfterMs: 600_000 }],
  ["daily-rate-limit", operations.update, { status: 429, code: 8, retryAfterMs: 600_001 }],
  ["unknown-outcome", operations.update, { status: 408 }],
  ["missing-integration", "getIntegration", { status: 404, code: 4517 }],
  ["wrong-address", operations.list, { status: 404, code: 4180 }],
  ["wrong-address", operations.logs, { status: 404, code: 4180 }],
])("the cause is %s after %s with %j", (cause, operation, response) => {
  expect(causeOf(operation, response)).toBe(cause);
});

// test/documentation/troubleshooting.test.ts compares the remedy of each cause with its page.
test.each<
  [
    what: string,
    operation: Operation,
    status: number,
    body: unknown,
    message: RegExp,
    circumstances?: Circumstances,
  ]
>([
  ["nothing that was changed", "list", 503, withCode(0), new RegExp(`no\\. ${nothingChanged}$`)],
  ["a wrong token", "list", 401, authenticationFailed, new RegExp(`\\. ${wrongToken()}\\.$`)],
  [
    "the remedy of the credentials",
    "get",
    401,
    authenticationFailed,
    /: Authentication failed\. The token comes from the vault: check it there\.$/,
    vault,
  ],
  [
    "the operation, the account and the provider",
    "delete",
    401,
    authenticationFailed,
    new RegExp(`^${deleting("shop-1")} \\(account 'shop-a' of provider 'south'\\) failed`),
    { account: "shop-a", provider: "south" },
  ],
  [
    "no integration for a list",
    "list",
    401,
    authenticationFailed,
    new RegExp(`^${listing} failed: Pinterest`),
  ],
  ["the scope of a write", "update", 401, withCode(3), new RegExp(missingScope("ads:write"))],
  [
    "the scope of a read, and no remedy of the credentials",
    "list",
    401,
    withCode(3),
    /^(?!.*vault).*ads:read/,
    vault,
  ],
  [
    "a restricted feature without a name",
    "update",
    403,
    { code: 3, message: "a restricted feature" },
    /to a restricted feature,/,
  ],
  [
    "no command of Pulumi in a fleet",
    "update",
    401,
    withCode(2),
    new RegExp(`^(?!.*(\`pulumi |--run-program)).*${wrongToken()}\\.$`),
    fleet,
  ],
  [
    "the fleet's command",
    "update",
    500,
    withCode(0),
    new RegExp(mayBeCarriedOut("npx pulumi-pinterest fleet up")),
    fleet,
  ],
  [
    "the fleet's option",
    "update",
    429,
    withCode(8),
    new RegExp(pattern(dailyLimit("--shard"))),
    { headers: { "retry-after": "601" }, ...fleet },
  ],
  [
    "no target that is not a URL",
    "update",
    302,
    "",
    /^(?!.*elsewhere).*does not follow the redirect, because/,
    { headers: { location: "/elsewhere" } },
  ],
])(
  "the message about a response names %s (%s, %i)",
  (_what, operation, status, body, message, ...[circumstances]) => {
    expect(errorOf(operation, status, body, circumstances).message).toMatch(message);
  },
);

test("the error has the operation, the response and the remedy as properties", () => {
  const body = { code: 4182, message: "Can't access this integration metadata." };
  const error = errorOf("update", 409, body, { headers: { "x-pinterest-rid": "6112345" } });
  expect(error.message).toMatch(
    new RegExp(
      `^${updating("shop-1")} failed: ${responded(409, 4182)}: Can't access this integration metadata ${pattern(namedRequest("6112345"))}\\. .*another Pinterest account.*\\.$`,
    ),
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
    apiMessage: body.message,
  });
  expect(error.stack).toMatch(/^PinterestApiError: updating/);
});

test("the message of a failed list omits the missing integration and request ID", () => {
  const list = errorOf("list", 400, withCode(1), { headers: { "x-pinterest-rid": "" } });
  expect(list).toMatchObject({ externalBusinessId: undefined, requestId: undefined });
  expect(list.message).toBe(`${list.doing} failed: ${list.summary}. ${list.remedy}`);
});

test("reports the words of an HTML page, in one shortened line", () => {
  const html = `<!doctype html><html><style>p{}</style><title>Bad\n gateway</title><script>x("y")</script><p>${"word ".repeat(500)}</p></html>`;
  const error = errorOf("update", 502, html);
  expect(error.summary).toMatch(/: Bad gateway word word [^<>]*…$/);
  expect(error.summary.length).toBeLessThan(340);
  expect(error.code).toBeUndefined();
  expect(error.message).toContain("the response was HTTP 502: Bad gateway");
});

test.each([
  ["refused", [302, 400, 401, 403, 404, 409, 422, 429]],
  ["unknown", [303, 408, 500, 502, 503, 504]],
])("the outcome is %s after %p", (outcome, statuses) => {
  for (const status of statuses)
    expect(errorOf("update", status, withCode(1))).toMatchObject({ status, outcome });
});

const predicates = { isNotFound, isOwnedByAnother, isAuthentication, isRefusedAccount };

/** The names of the predicates that hold for an error. */
const holding = (error: unknown) =>
  Object.entries(predicates).flatMap(([name, holds]) => (holds(error) ? [name] : []));

test.each<[operation: Operation, status: number, body: unknown, ...holding: (keyof typeof predicates)[]]>([
  ["update", 404, withCode(4180), "isNotFound"],
  ["update", 404, withCode(4517), "isNotFound"],
  ["update", 404, { code: "4180", message: "no" }, "isNotFound"],
  ["update", 404, "<html>404 Not Found</html>"],
  ["update", 404, ""],
  ["update", 404, { message: "no Route matched with those values" }],
  ["update", 404, { code: "NotFound", message: "no" }],
  ["list", 404, withCode(4180)],
  ["update", 409, withCode(4180), "isOwnedByAnother"],
  ["update", 409, withCode(4182), "isOwnedByAnother"],
  ["update", 409, withCode(4163)],
  ["update", 409, "<html>conflict</html>"],
  ["update", 403, withCode(29), "isOwnedByAnother", "isRefusedAccount"],
  ["list", 403, withCode(29), "isRefusedAccount"],
  ["update", 403, withCode(2625), "isRefusedAccount"],
  ["list", 401, withCode(2), "isAuthentication", "isRefusedAccount"],
  ["list", 401, withCode(3), "isRefusedAccount"],
  ["list", 401, withCode(29), "isRefusedAccount"],
  ["list", 401, "<html>no</html>"],
  ["list", 403, withCode(2626), "isRefusedAccount"],
  ["list", 403, withCode(2)],
  ["list", 401, withCode(2626)],
  ["list", 400, withCode(2)],
  ["list", 503, withCode(3)],
])("classifies the error of %s with %i and %j", (operation, status, body, ...expected) => {
  expect(holding(errorOf(operation, status, body))).toEqual(expected);
});

test.each<[what: string, thrown: unknown, expected: object]>([
  ["shows no reason that is not an error", "pina_secret", { summary: "for an unknown reason" }],
  ["shows the reason without tokens", new Error("got pina_secret back"), { summary: `got ${redacted} back` }],
  ["has no remedy by default", new CredentialsError("no token"), { summary: "no token", remedy: undefined }],
  [
    "has the remedy and the request ID of the credentials",
    new CredentialsError("it was rejected", "Connect again", "77"),
    { summary: "it was rejected", remedy: "Connect again.", requestId: "77" },
  ],
])("the error about a missing token %s", (_what, thrown, expected) => {
  const error = credentialsError({ operation: "listIntegrations" }, thrown);
  expect({ ...error, summary: error.summary.replace("no usable access token: ", "") }).toMatchObject(
    expected,
  );
});

test("classifies revoked credentials as a refused account, and no other error", () => {
  const failing = (error: Error) => holding(credentialsError({ operation: "listIntegrations" }, error));
  expect(failing(new AccountRevoked("no"))).toEqual(["isRefusedAccount"]);
  expect(failing(new CredentialsError("no"))).toEqual([]);
  expect(holding(Object.assign(new Error("no"), { status: 404, code: 4180 }))).toEqual([]);
});

test.each([
  ["the message of the error", new Error("refused"), "refused"],
  [
    "the messages of all addresses",
    Object.assign(new AggregateError([new Error("a"), new Error("b")]), { code: "E" }),
    "a: b",
  ],
  ["the message of the cause, once", new Error("a", { cause: new Error("a") }), "a"],
  ["the code, if there is no message", Object.assign(new Error(""), { code: "ECONNRESET" }), "ECONNRESET"],
  [
    "unknown, if the code is not a string",
    Object.assign(new Error(""), { code: 5, errors: "no" }),
    "for an unknown reason",
  ],
  ["unknown, if it is not an error", "secret", "for an unknown reason"],
])("the reason of a failed connection is %s", (_name, cause, reason) => {
  const deadline = { timeoutMs: 1000, signal: new AbortController().signal, expired: false };
  expect(new TransportFailure("connecting", deadline, cause, (text) => text).message).toBe(reason);
});

test.each([
  [true, 429, "no"],
  [false, 429, "looks like spam"],
  [true, 503, "looks like spam"],
  [false, 400, "no"],
])("whether the cause may pass is %s for HTTP %d: %s", (isTransient, status, message) => {
  expect(errorOf("update", status, { code: 8, message })).toMatchObject({ isTransient });
});
