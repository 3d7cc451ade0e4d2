import { expect, test } from "@jest/globals";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { PinterestApiError } from "../../provider/api";
import { callError, partialCallError, unaryMethods } from "../../provider/plugin/responses";
import { programWording } from "../run-context";
import type { CallFailure } from "./helpers/call-failure";

const unary = unaryMethods({ process: { wording: programWording } });

/** The response of a method with this action. */
function respond(action: () => Promise<unknown>): Promise<{ failure: CallFailure | null; value: unknown }> {
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

test("sends only the message of an error", async () => {
  const { failure, value } = await respond(() => Promise.reject(refused));
  expect(value).toBeNull();
  expect(failure).toEqual({ code: 2, details: refused.message });
});

test("sends messages that gRPC can encode", () => {
  const error = new Error("value 'shop \ud83d' is too long");
  expect(callError(error, programWording).details).toBe("value 'shop \ufffd' is too long");
  const { details } = partialCallError(
    callError(error, programWording),
    new ErrorResourceInitFailed().setId("shop"),
  );
  expect(details.isWellFormed()).toBe(true);
});

test("sends an error if the response cannot be encoded, so that the engine does not wait", async () => {
  const errors: unknown[] = [];
  const finished = new Promise<void>((resolve) => {
    const callback = (error: unknown, response: unknown) => {
      if (response === "response") throw new URIError("URI malformed");
      errors.push(error);
      resolve();
    };
    unary(async () => "response")({ request: {} } as never, callback as never);
  });
  await finished;
  expect(errors).toEqual([expect.objectContaining({ details: "URI malformed" })]);
});
