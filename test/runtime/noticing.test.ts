import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import type { Inputs } from "../../provider/lifecycle/outputs";
import { readObservations } from "../../provider/runtime/observation/file";
import { noticing } from "../../provider/runtime/observer";
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

test("what is said of an integration is said, and written down with whose it is, and without its fields", () => {
  noticing(say, { file, notices: true })("taken over", shop);
  expect(said).toEqual(["taken over"]);
  expect(readObservations(file)).toEqual([
    { kind: "notice", externalBusinessId: "shop-1", account: "north", message: "taken over" },
  ]);
});

test("what is of no integration is said alone, and so is all where nobody has asked", () => {
  noticing(say, { file, notices: true })("waiting for the rate limit");
  noticing(say, { file, reads: true })("taken over", shop);
  noticing(say, undefined)("taken over", shop);
  expect(said).toEqual(["waiting for the rate limit", "taken over", "taken over"]);
  expect(readObservations(file)).toEqual([]);
});
