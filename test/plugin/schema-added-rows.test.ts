import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { configurationPage } from "../../scripts/references/package-pages.mts";
import { resourcePages } from "../../scripts/references/resource-pages.mts";
import { Declarations } from "../../scripts/schema/declarations.mts";
import { packageSchema } from "../../scripts/schema/package-schema.mts";
import { temporaryDirectory } from "../temporary-directory";
import { examples, repository, type Schema } from "./helpers/schema";

let root: string;
let schema: Schema;

/** Add a row to a compiled table, and to its type. */
function addRow(file: string, table: string, row: string, type: string): void {
  const insert = (path: string, opening: string, addition: string) => {
    const text = readFileSync(path, "utf8");
    expect(text).toContain(opening);
    writeFileSync(path, text.replace(opening, `${opening}\n${addition}`));
  };
  insert(join(root, `${file}.js`), `${table} = {`, row);
  insert(join(root, `${file}.d.ts`), `${table}: {`, type);
}

beforeAll(() => {
  root = join(temporaryDirectory(), "provider");
  cpSync(join(repository, "dist/provider"), root, { recursive: true });
  addRow(
    "config/keys",
    "configurationKeys",
    'addedLimit: { kind: "whole", least: 1, most: 9, default: 3, secret: true },',
    `/**
     * What the added key does.
     *
     * @default 3
     */
    readonly addedLimit: { readonly kind: "whole"; readonly least: 1; readonly most: 9; readonly default: 3; readonly secret: true };`,
  );
  addRow(
    "api/fields",
    "integrationFields",
    'addedToken: { wire: "added_token", kind: "secret", letter: "1", label: "Added" },',
    `/** What the added field is. */
    readonly addedToken: { readonly wire: "added_token"; readonly kind: "secret"; readonly letter: "1"; readonly label: "Added" };`,
  );
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  schema = packageSchema(root, examples, manifest) as Schema;
});

test("an added key is in the schema, and in the reference", () => {
  const variable = schema.config.variables.addedLimit;
  expect(variable).toEqual({
    type: "integer",
    secret: true,
    description:
      "What the added key does. If it is not set, the environment variable `PINTEREST_ADDED_LIMIT` applies. Default: 3.",
  });
  expect(schema.provider.inputProperties.addedLimit).toEqual(variable);
  const keys = createRequire(join(root, "index.js"))("./config/keys");
  const page = configurationPage(keys, schema as never, new Declarations(root, ["index"]));
  expect(page).toContain(
    "| `pinterest:addedLimit` | `PINTEREST_ADDED_LIMIT` | integer | 3 | yes | What the added key does. |",
  );
});

test("an added field is in the schema, and in the reference", () => {
  const field = { type: "string", secret: true, description: "What the added field is." };
  const { inputProperties, properties } = Object.values(schema.resources)[0] ?? {};
  expect(inputProperties?.addedToken).toEqual(field);
  expect(properties?.addedToken).toEqual(field);
  const pages = resourcePages(schema as never, () => "{{arguments}}", "");
  expect(pages["commerce-integration.md"]).toContain(
    "| `addedToken` | string | secret | What the added field is. |",
  );
});
