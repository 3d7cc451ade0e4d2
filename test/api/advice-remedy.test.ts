import { expect, test } from "@jest/globals";
import { PinterestApiError } from "../../provider/api";
import { clientFor, failureOfKind, token } from "./helpers/client";
import { answer, serve } from "./helpers/server";

test("the error about a rejected token has the remedy of its credentials, and no other", async () => {
  const { apiUrl } = await serve(answer(401, { code: 2, message: "Authentication failed." }));
  const remedy = "It came out of the vault: look there.";
  const client = clientFor(apiUrl, {
    credentials: { accessToken: () => Promise.resolve(token), renew: async () => false, remedy },
  });
  const { message } = await failureOfKind(PinterestApiError, client.getCommerceIntegration("shop-1"));
  expect(message.endsWith(`: Authentication failed. ${remedy}`)).toBe(true);
});
