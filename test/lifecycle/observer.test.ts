import { beforeEach, expect, test } from "@jest/globals";
import { remedyFor } from "../../provider/api/error-remedies";
import type { Bag } from "../../provider/base/bag";
import type { ReadObservation } from "../../provider/run/observations";
import { type Stage, stageOfFile } from "./helpers/stage";

const stage = stageOfFile();
let outputs: Bag;
let observations: ReadObservation[];

const inputs = {
  externalBusinessId: "shop-1",
  connectedTagId: "1",
  scopes: "b,a",
  partnerAccessToken: "hidden-token",
};

beforeEach(async () => {
  outputs = await stage.created(inputs);
  observations = [];
});

function read(previous = outputs, overrides: Parameters<Stage["process"]>[0] = {}) {
  const observeRead = (observation: ReadObservation) => void observations.push(observation);
  return stage.process({ ...overrides, observeRead }).read("shop-1", previous);
}

test("reports the managed fields that differ from state, and returns the same result", async () => {
  stage.emulator.change("shop-1", { connected_tag_id: "7", scopes: "a b", additional_id_1: "not managed" });
  const result = await read();
  expect(observations).toEqual([
    {
      externalBusinessId: "shop-1",
      outcome: "read",
      changed: ["connectedTagId"],
      uncompared: ["partnerAccessToken"],
    },
  ]);
  expect(result).toEqual(await stage.process().read("shop-1", outputs));
});

test("reports a cleared field as changed, and a token if secrets are compared", async () => {
  stage.emulator.change("shop-1", { connected_tag_id: null, partner_access_token: "another" });
  await read(outputs, { compareSecrets: true });
  expect(observations.map(({ changed }) => changed)).toEqual([["connectedTagId", "partnerAccessToken"]]);
  expect(observations[0]).toHaveProperty("uncompared", []);
});

test("reports a field that differs from the value of a refresh, also if it is the value of the last write", async () => {
  stage.emulator.change("shop-1", { connected_tag_id: "7" });
  const refreshed = await stage.process().read("shop-1", outputs);
  stage.emulator.change("shop-1", { connected_tag_id: "1" });
  await read(refreshed?.outputs);
  expect(observations).toMatchObject([{ outcome: "read", changed: ["connectedTagId"] }]);
});

test("reports a recreated integration, whose token is not only uncompared, but missing", async () => {
  stage.emulator.remove("shop-1");
  stage.emulator.put("shop-1", { connected_tag_id: "1", scopes: "a,b" });
  await read();
  expect(observations).toMatchObject([{ recreated: true, uncompared: [] }]);
});

test("reports that another account owns an integration", async () => {
  stage.emulator.remove("shop-1");
  stage.emulator.put("shop-1", {}, { account: stage.emulator.addAccount({ name: "another" }).name });
  await read();
  expect(observations).toMatchObject([
    {
      outcome: "unreachable",
      reason: expect.stringMatching(
        /^another Pinterest account may own the integration: .*HTTP 409, code 4182/,
      ),
    },
  ]);
});

test.each<["revoked" | "unreachable", () => unknown, string, "token-rejected" | "unknown-outcome"]>([
  ["revoked", () => stage.emulator.setAccount("shop-1", { revoked: true }), "HTTP 401", "token-rejected"],
  [
    "unreachable",
    () => stage.emulator.armFault({ kind: "response", status: 503, times: "all" }),
    "HTTP 503",
    "unknown-outcome",
  ],
])(
  "returns the last known values of a failed read, and reports it as %s",
  async (outcome, fail, text, cause) => {
    fail();
    expect((await read())?.outputs).toEqual(outputs);
    expect(observations).toEqual([
      {
        externalBusinessId: "shop-1",
        outcome,
        changed: [],
        reason: expect.stringMatching(new RegExp(`${text}(?!.*request ID)`)),
        requestId: expect.stringMatching(/^\d+$/),
        advice: remedyFor(cause, { operation: "getCommerceIntegration" }, { status: 0 }),
      },
    ]);
    expect(JSON.stringify(observations)).not.toContain("hidden-token");
  },
);
