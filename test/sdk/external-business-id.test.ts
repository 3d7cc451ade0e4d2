import { beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { declareId, registeredId } from "../../provider/sdk/commerce-integration";
import { alreadyDeclares } from "../expected/messages";
import { startRun } from "./helpers/run";

/** Start a run without Pulumi's mocks, because declarations are not recorded under mocks. */
function newRun(): void {
  setMockOptions({});
}

beforeEach(newRun);

describe("a declared ID", () => {
  const id = { providerName: "", account: undefined, externalBusinessId: "shop-1" };

  test("is refused for a second resource, with the names of both", () => {
    declareId(id, "first");
    expect(() => declareId(id, "second")).toThrow(
      `pinterest.CommerceIntegration 'second': ${alreadyDeclares("first", "shop-1")}`,
    );
  });

  test.each([
    ["ID", { externalBusinessId: "shop-2" }],
    ["account", { account: "shop-a" }],
    ["explicit provider", { providerName: "shop-a" }],
  ])("is accepted with another %s", (_what, difference) => {
    declareId(id, "first");
    expect(() => declareId({ ...id, ...difference }, "second")).not.toThrow();
  });

  test("is accepted in the next run of the same process", () => {
    declareId(id, "first");
    newRun();
    expect(() => declareId(id, "second")).not.toThrow();
  });

  test("is accepted under mocks", async () => {
    await startRun();
    declareId(id, "first");
    expect(() => declareId(id, "second")).not.toThrow();
  });
});

/** The ID of a resource whose arguments are outputs, with an explicit provider, or the message of the error. */
async function idUnder(provider: string, name: string): Promise<unknown> {
  const id = registeredId({ externalBusinessId: pulumi.output("shop-1") }, name, Promise.resolve(provider));
  // All promises of an output reject together; the SDK's types omit them.
  const { promise, isKnown, isSecret, allResources } = id as unknown as Record<string, Promise<unknown>> & {
    promise(): Promise<unknown>;
    allResources(): Promise<unknown>;
  };
  const [result] = await Promise.allSettled([promise(), isKnown, isSecret, allResources()]);
  return result.status === "fulfilled" ? result.value : result.reason.message;
}

test("accepts an ID that is an output once for each explicit provider", async () => {
  expect(await idUnder("north", "first")).toBe("shop-1");
  expect(await idUnder("south", "second")).toBe("shop-1");
  expect(await idUnder("south", "third")).toContain(alreadyDeclares("second", "shop-1"));
});
