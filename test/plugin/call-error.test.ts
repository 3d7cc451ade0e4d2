import { expect, test } from "@jest/globals";
import { PinterestApiError } from "../../provider/api";
import { callError, partialCallError } from "../../provider/plugin/messages";
import { encode } from "../../provider/plugin/property-values";
import { unary } from "../../provider/plugin/service";
import { type CallFailure, keptOf, statusOf } from "./helpers/call-failure";
import { secret } from "./helpers/wire";

/** What an engine is told by a method whose action ends so. */
function answered(action: () => Promise<unknown>): Promise<{ failure: CallFailure | null; value: unknown }> {
  return new Promise((resolve) => {
    unary(action)({ request: undefined } as never, (failure, value) =>
      resolve({ failure: failure as CallFailure | null, value }),
    );
  });
}

const refused = new PinterestApiError(
  { operation: "getCommerceIntegration", externalBusinessId: "shop-1" },
  { status: 400, code: 5, apiMessage: "no" },
);

test("an answer is handed on", async () => {
  expect(await answered(async () => "it")).toEqual({ failure: null, value: "it" });
});

test("of an error the engine gets the message, and nothing else of it", async () => {
  const { failure, value } = await answered(() => Promise.reject(refused));
  expect(value).toBeNull();
  expect(failure).toEqual({ code: 2, details: refused.message });
});

test("Pinterest's own code is no status of the call", async () => {
  expect(refused.code).toBe(5);
  const { failure } = await answered(() => Promise.reject(refused));
  expect(failure && statusOf(failure)).toBe("UNKNOWN");
});

test("what is thrown and is no error is told as text", () => {
  expect(callError("gone")).toEqual({ code: 2, details: "gone" });
});

test("a write that failed halfway tells what is to be kept of it: id, properties with their secrets, and why", async () => {
  const outputs = encode({ externalBusinessId: "shop-1", partnerAccessToken: "hidden" }, [
    "partnerAccessToken",
  ]);
  const { failure } = await answered(() =>
    Promise.reject(
      partialCallError(new Error("half of it"), { id: "shop-1", outputs, refreshBeforeUpdate: true }),
    ),
  );
  expect(failure).toMatchObject({ details: "half of it" });
  expect(failure && statusOf(failure)).toBe("UNKNOWN");
  expect(failure && keptOf(failure)).toEqual({
    id: "shop-1",
    properties: { externalBusinessId: "shop-1", partnerAccessToken: secret("hidden") },
    reasons: ["half of it"],
  });
});

test("any other error tells nothing that is to be kept", async () => {
  const { failure } = await answered(() => Promise.reject(refused));
  expect(failure && keptOf(failure)).toBeUndefined();
});

test("an error has a message that gRPC can encode", () => {
  const error = new Error("value 'shop \ud83d' is too long");
  expect(callError(error).details).toBe("value 'shop \ufffd' is too long");
  const { details } = partialCallError(error, {
    id: "shop",
    outputs: encode({}, []),
    refreshBeforeUpdate: false,
  });
  expect(details.isWellFormed()).toBe(true);
});

test("an answer that cannot be encoded becomes an error, so that the engine does not wait", async () => {
  const answers: unknown[] = [];
  const answered = new Promise<void>((resolve) => {
    const callback = (error: unknown, response: unknown) => {
      if (response === "answer") throw new URIError("URI malformed");
      answers.push(error);
      resolve();
    };
    unary(async () => "answer")({ request: {} } as never, callback as never);
  });
  await answered;
  expect(answers).toEqual([expect.objectContaining({ details: "URI malformed" })]);
});
