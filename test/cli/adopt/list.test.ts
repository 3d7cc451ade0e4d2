import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { listSource } from "../../../cli/adopt/list-source";
import { declaredSeveralTimes, notTheComparedValue, setSeveralTimes } from "../../expected/reports";
import { adoptedIn, type Drift, directoryWith, driftedMerchant } from "./helpers";

const tag: Drift = { connectedTagId: ["1", "22"] };

function adopted(file: string, text: string, drift: Drift) {
  const source = listSource(join(directoryWith({ [file]: text }), file));
  return adoptedIn(source, [driftedMerchant("shop", drift)]);
}

/** Drift of a list of scopes, an expiry and metadata. */
const kinds: Drift = {
  scopes: ["a", "a,b"],
  partnerAccessTokenExpiry: [1_900_000_000_000, 1_900_000_001_000],
  partnerMetadata: ['{"v":1}', '{"v":2}'],
};
const header = "name,scopes,partnerAccessTokenExpiry,partnerMetadata\n";

test.each<[string, Drift, before: string, after: string]>([
  ["a value", tag, "name,connectedTagId\nnorth,1\nshop,1\n", "name,connectedTagId\nnorth,1\nshop,22\n"],
  [
    "a byte order mark and Windows line ends",
    tag,
    '\ufeff"name","connectedTagId"\r\n"shop","1"\r\n\r\n',
    '\ufeff"name","connectedTagId"\r\n"shop","22"\r\n\r\n',
  ],
  [
    "whitespace and a missing last line end",
    tag,
    "\nname , connectedTagId\n shop ,  1  ",
    "\nname , connectedTagId\n shop ,  22  ",
  ],
  [
    "values with commas, quotation marks and line ends",
    tag,
    'name,additionalId1,connectedTagId\nnorth,"a, ""b""\nc",1\nshop,"\n",1',
    'name,additionalId1,connectedTagId\nnorth,"a, ""b""\nc",1\nshop,"\n",22',
  ],
  [
    "values of several kinds",
    kinds,
    `${header}shop,a,1900000000000,"{""v"": 1}"\n`,
    `${header}shop,"a,b",1900000001000,"{""v"":2}"\n`,
  ],
  [
    "values that are not set at Pinterest",
    { connectedTagId: ["1", null], additionalId1: ["a", null] },
    'name,connectedTagId,additionalId1\nshop,1,"a"\n',
    'name,connectedTagId,additionalId1\nshop,,""\n',
  ],
])("writes CSV with %s, and keeps the rest", (_, drift, before, after) => {
  expect(adopted("list.csv", before, drift)).toEqual({ text: after, unadopted: [] });
});

test.each<[string, Drift, before: string, after: string]>([
  [
    "a byte order mark, spaces and empty lines",
    tag,
    '\ufeff{"name":"north","connectedTagId":"1"}\n\n { "connectedTagId" : "1" ,\t"name": "shop" } \r\n',
    '\ufeff{"name":"north","connectedTagId":"1"}\n\n { "connectedTagId" : "22" ,\t"name": "shop" } \r\n',
  ],
  [
    "escapes",
    { additionalId1: ['ü"', "é\\"] },
    '{"name":"sh\\u006fp","additionalId1":"\\u00fc\\""}',
    '{"name":"sh\\u006fp","additionalId1":"é\\\\"}',
  ],
  [
    "values of several kinds",
    kinds,
    '{"name":"shop","scopes":["a"],"partnerAccessTokenExpiry":"1900000000000","partnerMetadata":{ "v": 1 }}',
    '{"name":"shop","scopes":["a", "b"],"partnerAccessTokenExpiry":1900000001000,"partnerMetadata":{ "v": 2 }}',
  ],
  [
    "metadata with values of other types",
    { partnerMetadata: ['{"list":["b",1],"v":"1"}', '{"list":["b",2],"v":1}'] },
    '{"name":"shop","partnerMetadata":{"list":["b",1],"v":"1"}}',
    '{"name":"shop","partnerMetadata":{"list":["b",2],"v":1}}',
  ],
  [
    "a line without a merchant",
    tag,
    '"shop"\n{"name":"shop","connectedTagId":"1"}',
    '"shop"\n{"name":"shop","connectedTagId":"22"}',
  ],
  [
    "a long ID as a number",
    { connectedTagId: ["12345678901234567890", "22"] },
    '{"name":"shop","connectedTagId":12345678901234567890}',
    '{"name":"shop","connectedTagId":"22"}',
  ],
  [
    "values that are not set at Pinterest",
    { connectedTagId: ["1", null], scopes: ["a", null] },
    '{"name": "shop", "connectedTagId": "1", "account": "a", "scopes": ["a"]}',
    '{"name": "shop", "account": "a"}',
  ],
])("writes JSON Lines with %s, and keeps the rest", (_, drift, before, after) => {
  expect(adopted("list.jsonl", before, drift)).toEqual({ text: after, unadopted: [] });
});

test("writes a JSON array, and keeps its indentation", () => {
  const drift: Drift = { scopes: ["a,b", "b,c"], connectedTagId: ["1", null] };
  const before = `[
\t{
\t\t"name": "shop",
\t\t"scopes": [
\t\t\t"b",
\t\t\t"a"
\t\t],
\t\t"connectedTagId": "1"
\t},
\t{ "name": "north" }
]
`;
  const after = `[
\t{
\t\t"name": "shop",
\t\t"scopes": [
\t\t\t"b",
\t\t\t"c"
\t\t]
\t},
\t{ "name": "north" }
]
`;
  expect(adopted("list.json", before, drift)).toEqual({ text: after, unadopted: [] });
});

test.each<[file: string, text: string, reason: string]>([
  ["list.csv", "name,connectedTagId\nshop,1\nshop,1\n", `${declaredSeveralTimes}, line 2`],
  ["list.csv", "name,connectedTagId\nshop,2\n", `${notTheComparedValue}, line 2`],
  ["list.csv", "name,connectedTagId\nnorth,1\n", "the list has no merchant of this name"],
  [
    "list.jsonl",
    '\n{"name":"shop","connectedTagId":"1","connectedTagId":"1"}',
    `${setSeveralTimes("connectedTagId")}, line 2`,
  ],
])("lists the change in %s with %j", (file, text, reason) => {
  expect(adopted(file, text, tag)).toEqual({ unadopted: [`connectedTagId: ${reason}`] });
});

test.each<[file: string, text: string | Uint8Array, message: string]>([
  ["list.txt", "", "must end in .csv, .jsonl, .ndjson, .json"],
  ["list.csv", Buffer.from("name\nZo\xeb\n", "latin1"), "list.csv is not UTF-8"],
  ["list.csv", "north,n\n", "its first line has no column `name`"],
  ["list.csv", "name,scopes\nshop,a,b\n", "line 2 has 3 values, but the first line names 2 columns"],
  ["list.csv", 'name\nsh"op\n', "line 2 is not valid CSV"],
  ["list.jsonl", "{}\n{secret}", "line 2 is not JSON"],
  ["list.json", "{}", "it is not an array of merchants"],
])("refuses %s with %j", (file, text, message) => {
  expect(() => listSource(join(directoryWith({ [file]: text }), file))).toThrow(message);
});
