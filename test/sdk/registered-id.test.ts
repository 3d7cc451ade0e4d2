import { expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { registeredId } from "../../provider/sdk/registered-id";

/** The ID of a resource whose arguments are outputs, under an explicit provider; its error if it is refused. */
async function idUnder(provider: string, name: string): Promise<unknown> {
  const id = registeredId(
    { externalBusinessId: pulumi.output("shop-1") },
    {
      name,
      providerName: Promise.resolve(provider),
      frontEnd: { type: "test:index:Integration", providerName: () => provider, tellsProvider: false },
    },
  );
  // All promises of an output reject together; the SDK's types leave them out.
  const { promise, isKnown, isSecret, allResources } = id as unknown as Record<string, Promise<unknown>> & {
    promise(): Promise<unknown>;
    allResources(): Promise<unknown>;
  };
  const [result] = await Promise.allSettled([promise(), isKnown, isSecret, allResources()]);
  return result.status === "fulfilled" ? result.value : result.reason.message;
}

test.each([
  ["warns once of a token that is missing in the stack", undefined, 1],
  ["does not warn of the stack's tokens under an explicit provider", "north", 0],
])("%s", async (_what, explicit, warnings) => {
  setMockOptions({});
  pulumi.runtime.setAllConfig({});
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  for (const externalBusinessId of ["shop-1", pulumi.output("shop-2")]) {
    const id = registeredId(
      { externalBusinessId, account: "without-token" },
      {
        name: "shop",
        providerName: Promise.resolve(explicit),
        frontEnd: { type: "test:index:Integration", providerName: () => explicit, tellsProvider: true },
      },
    );
    await new Promise((resolve) => pulumi.output(id).apply(resolve));
  }
  expect(warn.mock.calls).toHaveLength(warnings);
  warn.mockRestore();
});

test("an ID that is an output can be declared once under each explicit provider", async () => {
  // Under Pulumi's own mocks, declarations are not recorded.
  setMockOptions({});
  expect(await idUnder("north", "first")).toBe("shop-1");
  expect(await idUnder("south", "second")).toBe("shop-1");
  expect(await idUnder("south", "third")).toContain("'second' declares the integration 'shop-1' already");
});
