import { expect, jest, test } from "@jest/globals";
import { RunError } from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { getCommerceIntegration, getIntegrations } from "../../../provider/sdk/native";
import { invalidPageSize } from "../../expected/messages";
import { failureOf } from "../../lifecycle/helpers/failure";
import { settled, startRun } from "../helpers/run";

test("calls the function by its token, and returns secrets as secret outputs", async () => {
  const calls: [string, unknown][] = [];
  await startRun({
    call: (token, inputs) => {
      calls.push([token, inputs]);
      return { integrations: [{ externalBusinessId: "a", partnerAccessToken: "token" }], truncated: false };
    },
  });
  const { integrations, truncated } = await getIntegrations({ includeSecrets: true, account: "north" });
  expect(calls).toEqual([
    ["pinterest:index:getIntegrations", { includeSecrets: true, account: "north", __returnError: true }],
  ]);
  expect(truncated).toBe(false);
  const [{ externalBusinessId, partnerAccessToken } = {}] = integrations;
  expect(externalBusinessId).toBe("a");
  expect(await settled(partnerAccessToken as never)).toMatchObject({ value: "token", isSecret: true });
});

test("refuses invalid arguments without a call", async () => {
  const calls: string[] = [];
  await startRun({
    call: (token) => {
      calls.push(token);
      return {};
    },
  });
  const error = await failureOf(getIntegrations({ pageSize: 251 }));
  expect(error).toBeInstanceOf(RunError);
  expect(error.message).toContain(invalidPageSize);
  expect(calls).toEqual([]);
});

test("throws the function's message with Pinterest's status", async () => {
  const returned = {
    message: 'getCommerceIntegration: reading commerce integration "a" failed',
    status: 404,
  };
  await startRun({ call: () => ({ error: returned }) });
  const error = await failureOf(getCommerceIntegration({ externalBusinessId: "a" }));
  expect(error).toBeInstanceOf(RunError);
  expect(error).toMatchObject(returned);
});

test("reports an engine that is too old before a call", async () => {
  const requirement = jest
    .spyOn(settings, "requirePulumiVersion")
    .mockRejectedValue(new Error("it is 3.0.0"));
  let called = false;
  // Under Pulumi's own mocks, the version is not checked.
  settings.setMockOptions({
    invoke: (_request: unknown, callback: (error: Error) => void) => {
      called = true;
      callback(new Error("called"));
    },
  });
  try {
    expect((await failureOf(getIntegrations())).message).toMatch(
      /needs the Pulumi CLI .* or newer .*: it is 3\.0\.0/,
    );
  } finally {
    requirement.mockRestore();
  }
  expect(called).toBe(false);
});
