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

test("the import option is refused before anything is registered, naming what works instead", () => {
  expect(declare({}, { import: "shop-1" })).toThrow(
    /^pinterest\.CommerceIntegration 'shop': the `import` option does not work .*`pulumi import --file`/,
  );
  expect(run.registrations).toEqual([]);
});

test("a misspelt argument is refused with the nearest right name, and without its value", () => {
  const misspelt = declare({ conectedTagId: "5ecret" });
  expect(misspelt).toThrow(
    "`conectedTagId` is not an argument of a commerce integration; did you mean `connectedTagId`?",
  );
  expect(misspelt).not.toThrow(/5ecret/);
  expect(run.registrations).toEqual([]);
});

test("what Pinterest sets is refused as an argument", () => {
  expect(declare({ integrationId: "1" })).toThrow("`integrationId` is set by Pinterest and cannot be given");
});

test("the provider's name is refused as an argument: it comes from the options", () => {
  expect(declare({ providerName: "shop-a" })).toThrow("`providerName` is not an argument");
});

test("several problems are told at once", () => {
  const wrong = declare({ colour: "red", updatedTimestamp: 1 }, { import: "x" });
  for (const problem of ["`colour`", "`updatedTimestamp`", "`import`"]) {
    expect(wrong).toThrow(problem);
  }
});

test("a refusal is an error whose stack the SDK does not print", () => {
  expect(declare({ colour: "red" })).toThrow(pulumi.RunError);
});
