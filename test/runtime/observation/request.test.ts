import { expect, test } from "@jest/globals";
import { observationRequest, observeVariable } from "../../../provider/runtime/observations";

test.each([{}, { [observeVariable]: "" }])("%j asks for no observation", (environment) => {
  expect(observationRequest(environment)).toBeUndefined();
});

test("the variable asks for the observations that it lists", () => {
  const request = { file: "/tmp/observed", reads: true };
  expect(observationRequest({ [observeVariable]: JSON.stringify(request) })).toEqual(request);
});
