// First, so that the imports below use the mocked table.
import "./helpers/added-keys";

import { expect, test } from "@jest/globals";
import { checkConfiguration as checkStackConfiguration } from "../../cli/doctor/configuration";
import { Provider, type ProviderArgs } from "../../provider";
import { checkConfiguration } from "../../provider/plugin/service";
import { summaryOf } from "../cli/doctor/helpers/checked-accounts";
import { hostWith } from "../run-context";
import { secretOf, startRun } from "../sdk/helpers/run";
import { configurationError, configured, type Values } from "./helpers/configuration";

const values = (added: Record<string, string>) => added as Values;

test("an added key is read from the configuration, with its default and its limits", () => {
  expect(configured({})).toMatchObject({ addedTimeoutMs: 5000 });
  expect(configured(values({ addedTimeout: "2", addedLimit: "9", addedToken: "t" }))).toMatchObject({
    addedTimeoutMs: 2000,
    addedLimit: 9,
    addedToken: "t",
  });
  expect(configurationError(values({ addedLimit: "10" }))).toBe(
    "`pinterest:addedLimit` (PINTEREST_ADDED_LIMIT) must be a whole number from 1 to 9",
  );
});

test("an added key is an argument of the provider", async () => {
  const run = await startRun({ config: { "pinterest:addedLimit": "3" } });
  const provider = new Provider("shop-a", { addedToken: "5ecret", addedTimeout: 2 } as ProviderArgs);
  expect((await run.registration(provider)).properties).toEqual({
    "pinterest:addedTimeout": "2",
    "pinterest:addedLimit": "3",
    "pinterest:addedToken": secretOf("5ecret"),
  });
});

test("the plugin checks an added key, and marks it as a secret", () => {
  const check = (given: Record<string, unknown>) =>
    checkConfiguration({ values: given, secrets: new Set() }, hostWith());
  expect(
    check({ addedLimit: "many" })
      .getFailuresList()
      .map((failure) => failure.getReason()),
  ).toEqual([expect.stringContaining("`pinterest:addedLimit`")]);
  const checked = check({ addedToken: "5ecret" });
  expect(checked.getFailuresList()).toEqual([]);
  expect(checked.getInputs()?.toJavaScript()).toEqual({ addedToken: secretOf("5ecret") });
});

test("doctor checks an added key", () => {
  const entries = {
    "pinterest:addedToken": { value: "5ecret", secret: false },
    "pinterest:addedTimeout": { value: "soon" },
    "pinterest:addedLimit": { value: "1" },
  };
  const { checks, values: effective } = checkStackConfiguration(entries, { PINTEREST_ADDED_LIMIT: "2" });
  expect(checks.map(summaryOf)).toEqual([
    expect.stringContaining("`pinterest:addedTimeout` (PINTEREST_ADDED_TIMEOUT) must be a number of seconds"),
    expect.stringContaining("`pinterest:addedToken` is in plaintext"),
  ]);
  expect(effective.get("addedLimit" as never)).toEqual({ value: "2", from: "environment" });
});
