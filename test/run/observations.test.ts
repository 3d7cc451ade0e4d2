import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { PinterestError } from "../../provider/api";
import type { Inputs } from "../../provider/lifecycle/outputs";
import {
  observeOperation,
  operationHooks,
  readObservations,
  writeObservation,
} from "../../provider/run/observations";
import { temporaryDirectory } from "../temporary-directory";

const shop: Inputs = {
  externalBusinessId: "shop-1",
  account: "north",
  fields: { partnerAccessToken: "hidden-token" },
};

let file: string;
let printed: string[];
const print = (message: string) => void printed.push(message);

beforeEach(() => {
  file = join(temporaryDirectory(), "observations");
  writeFileSync(file, "");
  printed = [];
});

test("prints a message about an integration, and writes it with the account and without fields", () => {
  operationHooks(print, { file, notices: true }).notify("adopted", shop);
  expect(printed).toEqual(["adopted"]);
  expect(readObservations(file)).toEqual([
    { kind: "notice", externalBusinessId: "shop-1", account: "north", message: "adopted" },
  ]);
});

test("writes reads if they are requested, and none otherwise", () => {
  const read = { externalBusinessId: "shop-1", outcome: "missing", changed: [] } as const;
  operationHooks(print, { file, reads: true }).observeRead?.(read);
  expect(readObservations(file)).toEqual([{ kind: "read", ...read }]);
  expect(operationHooks(print, { file, creates: true }).observeRead).toBeUndefined();
  expect(operationHooks(print, undefined).observeRead).toBeUndefined();
});

test("writes a failed operation on an integration if notices are requested, and no other operation", () => {
  const about = { externalBusinessId: "shop-1", account: "north" };
  const failure = { summary: "no access", isTransient: true, status: 403, requestId: "request-1" };
  const context = { operation: "getCommerceIntegration", ...about } as const;
  const error = new PinterestError(context, { kind: "api", outcome: "refused", ...failure });
  const request = { file, notices: true };
  observeOperation({ ...about, error }, request);
  observeOperation({ account: "north", error }, request);
  observeOperation({ ...about, error }, { file, reads: true });
  observeOperation(about, request);
  expect(readObservations(file)).toEqual([{ kind: "operation failure", ...about, ...failure }]);
});

test("ignores a directory that was deleted because the command was terminated, but no other failure", () => {
  const declare = (path: string) => () =>
    writeObservation({ kind: "declaration", name: "shop" }, { file: path, creates: true });
  expect(declare(join(file, "..", "missing", "observations"))).not.toThrow();
  expect(declare(join(file, ".."))).toThrow("EISDIR");
});
