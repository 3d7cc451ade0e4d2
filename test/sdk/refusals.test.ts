import { beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { CommerceIntegration, type CommerceIntegrationArgs } from "../../provider";
import { type Run, startRun } from "./helpers/run";

let run: Run;

beforeEach(async () => {
  run = await startRun();
});

const declare = (args: object, options?: pulumi.CustomResourceOptions) => () =>
  new CommerceIntegration(
    "shop",
    { externalBusinessId: "shop-1", ...args } as CommerceIntegrationArgs,
    options,
  );

test("refuses the `import` option before the registration, and names the alternative", () => {
  expect(declare({}, { import: "shop-1" })).toThrow(
    /^pinterest\.CommerceIntegration 'shop': the `import` option does not work .*`pulumi import --file`/,
  );
  expect(run.registrations).toEqual([]);
});

test("refuses a misspelled argument with a suggestion, and without its value", () => {
  const misspelled = declare({ conectedTagId: "5ecret" });
  expect(misspelled).toThrow(
    "`conectedTagId` is not an argument of a commerce integration; did you mean `connectedTagId`?",
  );
  expect(misspelled).not.toThrow(/5ecret/);
  expect(run.registrations).toEqual([]);
});

test("refuses computed outputs as arguments", () => {
  expect(declare({ integrationId: "1" })).toThrow("`integrationId` is set by Pinterest and cannot be given");
});

test("refuses the provider's name as an argument", () => {
  expect(declare({ providerName: "shop-a" })).toThrow("`providerName` is not an argument");
});

test("reports several problems at once", () => {
  const wrong = declare({ colour: "red", updatedTimestamp: 1 }, { import: "x" });
  for (const problem of ["`colour`", "`updatedTimestamp`", "`import`"]) {
    expect(wrong).toThrow(problem);
  }
});

test("throws a RunError, whose stack the SDK does not print", () => {
  expect(declare({ colour: "red" })).toThrow(pulumi.RunError);
});
