import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { scriptSource } from "../../../cli/adopt/script-source";
import { declaredSeveralTimes, notTheComparedValue, setSeveralTimes } from "../../expected/reports";
import { adoptedIn, type Drift, directoryWith, driftedMerchant } from "./helpers";

const repository = join(__dirname, "../../..");
const tag: Drift = { connectedTagId: ["1", "22"] };

/** A project with these files, of which the first is the entry, and the repository's packages. */
function project(files: Readonly<Record<string, string>>, packages = join(repository, "node_modules")) {
  const directory = directoryWith(files);
  symlinkSync(packages, join(directory, "node_modules"), "junction");
  const [entry = ""] = Object.keys(files);
  return {
    directory,
    entry: join(directory, entry),
    programDirectory: directory,
    hasPackage: false,
    names: [],
    sections: [],
  };
}

function adopted(files: string | Readonly<Record<string, string>>, drift: Drift) {
  const opened = project(typeof files === "string" ? { "index.ts": files } : files);
  return adoptedIn(scriptSource(opened.directory, opened), [driftedMerchant("shop", drift)]);
}

const head = `import * as pinterest from "pulumi-pinterest";

// Our first shop
export const shop = new pinterest.CommerceIntegration("shop", {
    externalBusinessId: 'my-shop',   // stays
`;
const tail = `}, { protect: true })
new pinterest.CommerceIntegration(\`other\`, { externalBusinessId: "other", connectedTagId: "1" });
`;

test.each<[string, Drift, before: string, after: string]>([
  [
    "strings in their quotation marks",
    { ...tag, additionalId1: ["it's", `it"s'`], connectedLbaId: ["a", `\${b}\``] },
    `    connectedTagId:   "1" , // tag\n    'additionalId1': 'it\\'s', connectedLbaId: \`a\`,\n`,
    `    connectedTagId:   "22" , // tag\n    'additionalId1': 'it"s\\'', connectedLbaId: \`\\\${b}\\\`\`,\n`,
  ],
  [
    "an expiry",
    { partnerAccessTokenExpiry: [1_900_000_000_000, 1_900_000_001_000] },
    "    partnerAccessTokenExpiry: 1_900_000_000_000,\n",
    "    partnerAccessTokenExpiry: 1900000001000,\n",
  ],
  ["a list", { scopes: ["a,b", "a,b,c"] }, `    scopes: ['b', "a"],\n`, `    scopes: ['b', "a", 'c'],\n`],
  [
    "a list in lines",
    { scopes: ["a,b", "b,c"] },
    `    scopes: [\n      "a",\n      "b",\n    ],\n`,
    `    scopes: [\n      "b",\n      "c",\n    ],\n`,
  ],
  [
    "metadata",
    { partnerMetadata: ['{"v":"2.1","w":[1]}', '{"v":"2.2","w":[1]}'] },
    `    partnerMetadata: { v: '2.1', /* list */ w: [1] },\n`,
    `    partnerMetadata: { v: '2.2', /* list */ w: [1] },\n`,
  ],
  [
    "metadata with another key",
    { partnerMetadata: ['{"v":"2.1"}', '{"a-b":{"c":1},"v":"2.1"}'] },
    `    partnerMetadata: {\n      v: "2.1",\n    },\n`,
    `    partnerMetadata: {\n      v: "2.1",\n      "a-b": { c: 1 },\n    },\n`,
  ],
  [
    "a removal",
    { connectedTagId: ["1", null], scopes: ["a", null] },
    `    connectedTagId: "1", // tag\n    // about the ID\n    additionalId1: "b",\n    scopes: "a"\n`,
    `    // about the ID\n    additionalId1: "b"\n`,
  ],
])("writes %s, and keeps the rest", (_, drift, before, after) => {
  expect(adopted(head + before + tail, drift)).toEqual({ text: head + after + tail, unadopted: [] });
});

const args = '("shop", { externalBusinessId: "my-shop", connectedTagId: "1" })';

test.each([
  `import { CommerceIntegration } from "pulumi-pinterest/native";\nif (live) new CommerceIntegration${args};`,
  `import pinterest = require("pulumi-pinterest");\nexport = async () => { const shop = new pinterest.CommerceIntegration${args}; };`,
  `const pinterest = require("pulumi-pinterest");\n(async () => { new pinterest.CommerceIntegration${args}; })();`,
])("edits the declaration of %j", (text) => {
  expect(adopted(text, tag)).toEqual({ text: text.replace('"1"', '"22"'), unadopted: [] });
});

const declaration = `new pinterest.CommerceIntegration${args};`;
const importLine = 'import * as pinterest from "pulumi-pinterest";\n';

test.each<[string, reason: string]>([
  [`for (const a of list) ${declaration}`, "it is declared in a loop, line 2"],
  [`list.map(() => { ${declaration} });`, "it is declared in a function, line 2"],
  [`class Shops { static shop = ${declaration} }`, "it is declared in a class, line 2"],
  [`${declaration}\n${declaration}`, `${declaredSeveralTimes}, line 2`],
  [`new pinterest.CommerceIntegration("shop", shopArgs);`, "its arguments are not an object literal, line 2"],
  [
    `new pinterest.CommerceIntegration("shop", { ...base, connectedTagId: "1" });`,
    "its arguments have a spread (`...`), line 2",
  ],
  [`new pinterest.CommerceIntegration("shop", { [key]: "1" });`, "its arguments have computed names, line 2"],
  [`new pinterest.CommerceIntegration("shop", { connectedTagId });`, "the value is a variable, line 2"],
  [`new pinterest.CommerceIntegration("shop", { connectedTagId: "2" });`, `${notTheComparedValue}, line 2`],
  [
    `new pinterest.CommerceIntegration("shop", { connectedTagId: "1", connectedTagId: "1" });`,
    `${setSeveralTimes("connectedTagId")}, line 2`,
  ],
  [`new local.CommerceIntegration${args};`, "its class is not imported from a package, line 2"],
  [
    `for (const name of names) new pinterest.CommerceIntegration(name, { connectedTagId: "1" });`,
    "no `new CommerceIntegration(…)` has its name as a literal",
  ],
])("lists %j", (text, reason) => {
  expect(adopted(importLine + text, tag)).toEqual({ unadopted: [`connectedTagId: ${reason}`] });
});

test.each([
  'import "./shops.js";',
  'export * from "./shops.js";',
  'import shops = require("./shops.js");',
  'const load = async () => { await import("./shops.js"); };',
])("reads only the files that the entry imports: %s", (entry) => {
  const files = {
    "index.ts": entry,
    "shops.ts": importLine + declaration,
    "old.ts": importLine + declaration,
  };
  expect(adopted(files, tag)).toEqual({ text: files["shops.ts"].replace('"1"', '"22"'), unadopted: [] });
});

test("reads the files of tsconfig.json if the entry is compiled from another file", () => {
  const opened = project({
    "tsconfig.json": '{ "files": ["shops.ts"] }',
    "shops.ts": importLine + declaration,
  });
  const { entry: _, ...compiled } = opened;
  expect(adoptedIn(scriptSource(opened.directory, compiled), [driftedMerchant("shop", tag)]).text).toContain(
    '"22"',
  );
});

test("uses the TypeScript of @pulumi/pulumi for projects without one", () => {
  const packages = directoryWith({});
  symlinkSync(join(repository, "node_modules/@pulumi"), join(packages, "@pulumi"), "junction");
  const opened = project(
    { "index.js": `const pinterest = require("pulumi-pinterest");\n${declaration}` },
    packages,
  );
  const { text } = adoptedIn(scriptSource(opened.directory, opened), [driftedMerchant("shop", tag)]);
  expect(text).toContain('connectedTagId: "22"');
});

test("lists the changes if the project's TypeScript has no JavaScript API", () => {
  const packages = directoryWith({});
  writeFileSync(join(packages, "typescript.js"), "exports.version = '7.0.0';");
  const opened = project({ "index.ts": importLine + declaration }, packages);
  expect(adoptedIn(scriptSource(opened.directory, opened), [driftedMerchant("shop", tag)])).toEqual({
    unadopted: ["connectedTagId: the project has no package `typescript` with a JavaScript API"],
  });
});
