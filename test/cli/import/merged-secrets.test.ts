import { expect, test } from "@jest/globals";
import { mergedSecrets } from "../../../cli/import/import";
import type { OpenStack } from "../../../stack/stack";

/** A stack whose configuration has this value. */
function stackWith(value?: string): OpenStack {
  const configuration = value === undefined ? {} : { "shops:partnerSecrets": { value, secret: true } };
  const stack: Pick<OpenStack, "project" | "name" | "directory" | "isSelected" | "allConfiguration"> = {
    project: "shops",
    name: "dev",
    directory: ".",
    isSelected: true,
    allConfiguration: async () => configuration,
  };
  return stack as OpenStack;
}

const added = JSON.stringify({ b: { partnerAccessToken: "new" } });

test("keeps the secrets of other resources, and replaces those of the same resource", async () => {
  expect(await mergedSecrets(undefined, added)).toBe(added);
  expect(await mergedSecrets(stackWith(), added)).toBe(added);
  const present = { a: { partnerAccessToken: "kept" }, b: { partnerAccessToken: "old" } };
  expect(JSON.parse(await mergedSecrets(stackWith(JSON.stringify(present)), added))).toEqual({
    a: { partnerAccessToken: "kept" },
    b: { partnerAccessToken: "new" },
  });
});

test.each(["hush", "[]", '"hush"', "null"])(
  "refuses %j in the configuration without printing it",
  async (value) => {
    const merging = mergedSecrets(stackWith(value), added);
    await expect(merging).rejects.toThrow(
      "the secret `partnerSecrets` in the stack's configuration is not a JSON object. Nothing was written. " +
        "Remove it with `pulumi config rm partnerSecrets`, or leave partner tokens out with --secrets omit.",
    );
  },
);
