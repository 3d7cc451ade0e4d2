import { expect, test } from "@jest/globals";
import { billOfMaterials, thirdPartyLicenses } from "../../scripts/executables/contents.mts";

const contents = {
  version: "1.2.3",
  packages: [
    {
      name: "@scope/library",
      version: "4.5.6",
      license: "MIT",
      integrity: "sha512-AQI=",
      licenseTexts: ["MIT License", "A notice"],
    },
  ],
  nodeVersions: { node: "26.0.0", openssl: "3.5.0", modules: "147", ngtcp2: "" },
};

test("the bill of materials has the packages with their hashes, and the parts of Node.js", () => {
  expect(billOfMaterials(contents)).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { component: { name: "pulumi-resource-pinterest", version: "1.2.3" } },
    components: [
      {
        name: "@scope/library",
        version: "4.5.6",
        purl: "pkg:npm/%40scope/library@4.5.6",
        licenses: [{ expression: "MIT" }],
        hashes: [{ alg: "SHA-512", content: "0102" }],
      },
      { name: "node", version: "26.0.0", components: [{ name: "openssl", version: "3.5.0" }] },
    ],
  });
});

test("the licenses name each package with its version, license and texts, and Node.js", () => {
  const rule = "-".repeat(80);
  expect(thirdPartyLicenses(contents, "The license of Node.js\n")).toBe(
    `@scope/library 4.5.6: MIT\n\nMIT License\n\nA notice\n\n${rule}\n\n` +
      "Node.js 26.0.0 and its parts\n\nThe license of Node.js\n",
  );
});
