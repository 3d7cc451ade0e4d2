import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import type { Inputs } from "../../provider/lifecycle/outputs";
import {
  observationRequest,
  observeVariable,
  readObservations,
  withNoticeObserver,
} from "../../provider/runtime/observations";
import { temporaryDirectory } from "../temporary-directory";

const shop: Inputs = {
  externalBusinessId: "shop-1",
  account: "north",
  fields: { partnerAccessToken: "hidden-token" },
};

let file: string;
let said: string[];
const say = (message: string) => void said.push(message);

beforeEach(() => {
  file = join(temporaryDirectory(), "observations");
  writeFileSync(file, "");
  said = [];
});

test("prints a message about an integration, and writes it with the account and without fields", () => {
  withNoticeObserver(say, { file, notices: true })("taken over", shop);
  expect(said).toEqual(["taken over"]);
  expect(readObservations(file)).toEqual([
    { kind: "notice", externalBusinessId: "shop-1", account: "north", message: "taken over" },
  ]);
});

test("only prints messages without an integration or without a request", () => {
  withNoticeObserver(say, { file, notices: true })("waiting for the rate limit");
  withNoticeObserver(say, { file, reads: true })("taken over", shop);
  withNoticeObserver(say, undefined)("taken over", shop);
  expect(said).toEqual(["waiting for the rate limit", "taken over", "taken over"]);
  expect(readObservations(file)).toEqual([]);
});

test.each([{}, { [observeVariable]: "" }])("%j requests no observations", (environment) => {
  expect(observationRequest(environment)).toBeUndefined();
});

test("reads the request from the environment variable", () => {
  const request = { file: "/tmp/observed", reads: true };
  expect(observationRequest({ [observeVariable]: JSON.stringify(request) })).toEqual(request);
});
