import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { provider } from "../../provider/dynamic";
import { dynamicType, providerKey, providerText } from "../../provider/run/constants";

const root = join(__dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

// The state of every user contains these.
test("code, key and type token never change", () => {
  expect(providerText).toBe('exports.handler=()=>require("pulumi-pinterest/dynamic").provider');
  expect(providerKey).toBe("__provider");
  expect(dynamicType).toBe("pulumi-nodejs:dynamic/pinterest:CommerceIntegration");
});

test("the code's handler returns the provider, and requires only its own path", () => {
  const required: string[] = [];
  const module: { handler?: () => unknown } = {};
  new Function("exports", "require", providerText)(module, (path: string) => {
    required.push(path);
    return { provider };
  });
  expect(required).toEqual([]);
  expect(module.handler?.()).toBe(provider);
  expect(required).toEqual(["pulumi-pinterest/dynamic"]);
});

test("the package exports this path", () => {
  const target: string = manifest.exports["./dynamic"];
  expect(manifest.name).toBe("pulumi-pinterest");
  expect(target).toMatch(/^\.\/dist\/.*\.js$/);
  const source = target.replace("./dist/", "").replace(/\.js$/, ".ts");
  expect(existsSync(join(root, source))).toBe(true);
  expect(require(join(root, source)).provider).toBe(provider);
});
