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
    "metadata with values of other types",
    {
      partnerMetadata: [
        '{"list":[1,"b"],"none":{},"on":true,"some":{"a":1},"v":1,"w":"a"}',
        '{"list":[2,"b"],"none":{"a":1},"on":true,"some":{},"v":{"a":2},"w":null}',
      ],
    },
    `    partnerMetadata: { v: 1, w: "a", on: true, list: [1, 'b'], none: {}, some: { a: 1 } },\n`,
    `    partnerMetadata: { v: { a: 2 }, w: null, on: true, list: [2, 'b'], none: { a: 1 }, some: {} },\n`,
  ],
  [
    "a removal",
    { connectedTagId: ["1", null], scopes: ["a", null] },
    `    connectedTagId: "1", // tag\n    // about the ID\n    additionalId1: "b",\n    scopes: "a"\n`,
    `    // about the ID\n    additionalId1: "b"\n`,
  ],
  [
    "a removal of the last line, with its comma and its comment",
    { scopes: ["a", null] },
    `    additionalId1: "b",\n    scopes: ["a"], // all\n`,
    `    additionalId1: "b",\n`,
  ],
  [
    "a removal after a comment",
    { scopes: ["a", null] },
    `    additionalId1: "b", // the shop\n    scopes: ["a"]\n`,
    `    additionalId1: "b", // the shop\n`,
  ],
])("writes %s, and keeps the rest", (_, drift, before, after) => {
  expect(adopted(head + before + tail, drift)).toEqual({ text: head + after + tail, unadopted: [] });
});

const args = '("shop", { externalBusinessId: "my-shop", connectedTagId: "1" })';

test.each([
  `import { CommerceIntegration } from "pulumi-pinterest/native";\nif (live) new CommerceIntegration${args};`,
  `import pinterest = require("pulumi-pinterest");\nexport = async () => { const shop = new pinterest.CommerceIntegration${args}; };`,
  `const pinterest = require("pulumi-pinterest");\n(async () => { new pinterest.CommerceIntegration${args}; })();`,
  `const { CommerceIntegration } = require("pulumi-pinterest");\nnew CommerceIntegration${args};`,
  `const { CommerceIntegration: Shop } = require("pulumi-pinterest");\nmodule.exports = async () => { new Shop${args}; };`,
  `import { CommerceIntegration, IntegrationLog } from "pulumi-pinterest";\nnew CommerceIntegration${args};\nnew IntegrationLog("shop", {});\nnew Date;`,
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
  [`new pinterest.CommerceIntegration("shop", { connectedTagId: tag });`, "the value is a variable, line 2"],
  [
    `new pinterest.CommerceIntegration("shop", { connectedTagId: find("a") });`,
    "the value is a call, line 2",
  ],
  [
    `new pinterest.CommerceIntegration("shop", { connectedTagId: "1" + a });`,
    "the value is an expression, line 2",
  ],
  [
    `new pinterest.CommerceIntegration("shop", { get connectedTagId() { return "1"; } });`,
    "the value is a function, line 2",
  ],
  [`exports.create = () => { ${declaration} };`, "it is declared in a function, line 2"],
  [`${declaration}\nconst = 1;`, "the file has syntax that the project's TypeScript cannot parse, line 2"],
  [`new local.CommerceIntegration${args};`, "its class is not imported from a package, line 2"],
  [
    `for (const name of names) new pinterest.CommerceIntegration(name, { connectedTagId: "1" });`,
    "no `new CommerceIntegration(…)` has its name as a literal",
  ],
])("lists %j", (text, reason) => {
  expect(adopted(importLine + text, tag)).toEqual({ unadopted: [`connectedTagId: ${reason}`] });
});

const metadata: Drift = { partnerMetadata: ['{"list":[1,2],"v":1}', '{"list":[1,3],"v":1}'] };

test.each<[Drift, property: string, reason: string]>([
  [{ scopes: ["a,b", "a"] }, 'scopes: ["a", second]', "the value is a variable"],
  [metadata, "partnerMetadata: { ...base, v: 1 }", "the value is an expression"],
  [metadata, "partnerMetadata: { list: [1, 2], v: 0, v: 1 }", "the value is a mapping with repeated keys"],
  [metadata, "partnerMetadata: { list: [1, /* two */ 2], v: 1 }", "a comment is between its values"],
  [
    { partnerMetadata: ['{"v":1}', "no JSON"] },
    "partnerMetadata: { v: 1 }",
    "its form cannot express the value",
  ],
  [
    { scopes: ["a", null] },
    'scopes: ["a"] /* all */, additionalId1: "b"',
    "other code or a comment is on its line",
  ],
])("lists the change %j of %s", (drift, property, reason) => {
  const [name] = Object.keys(drift);
  expect(adopted(`${importLine}new pinterest.CommerceIntegration("shop", { ${property} });`, drift)).toEqual({
    unadopted: [`${name}: ${reason}, line 2`],
  });
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
