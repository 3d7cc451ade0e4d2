import { existsSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { parse } from "yaml";
import type { PlannedImport } from "../../../cli/import/plan";
import type { ImportResult } from "../../../cli/import/result";
import { expectPrintable, textsFromOutside } from "../../text-from-outside";
import { type ImportLab, importLabs } from "./helpers/import-lab";
import { type DeclaredResource, runProgram } from "./helpers/run-program";

// Users who can edit an integration can store any string in it. No string may stop the import of other integrations, end a string literal
// in the program, or change a value.

const openLab = importLabs();

/** The fields of an integration, by their names in responses of Pinterest and in programs. */
const fields = {
  connected_merchant_id: "connectedMerchantId",
  connected_advertiser_id: "connectedAdvertiserId",
  connected_lba_id: "connectedLbaId",
  connected_tag_id: "connectedTagId",
  partner_access_token: "partnerAccessToken",
  partner_refresh_token: "partnerRefreshToken",
  partner_primary_email: "partnerPrimaryEmail",
  scopes: "scopes",
  additional_id_1: "additionalId1",
  partner_metadata: "partnerMetadata",
} as const;

const plain = (externalBusinessId: string, id = "7000000000000000002") => ({
  id,
  external_business_id: externalBusinessId,
  connected_tag_id: "1",
});

/** Integrations with `text` in one field each, and one with `text` as its integration ID. */
function integrationsWith(text: string): object[] {
  return [
    ...Object.keys(fields).map((field, index) => ({
      id: `${index + 1}`,
      external_business_id: `odd-${index}`,
      connected_user_id: text,
      [field]: text,
    })),
    {
      id: text,
      external_business_id: "odd-number",
      connected_tag_id: "9",
    },
    plain("other"),
  ];
}

/** Responds to the next requests for lists with these pages. */
function listPages(
  { emulator }: ImportLab,
  ...pages: readonly { items: object[]; bookmark?: string }[]
): void {
  for (const body of pages) {
    emulator.armFault({ kind: "response", operation: "list", status: 200, body });
  }
}

/** Runs `import`, and checks that its output is printable. */
async function runImport({ run }: ImportLab, ...args: string[]) {
  const result = await run(...args);
  expectPrintable(result.notes);
  if (!args.includes("--json")) expectPrintable(result.output);
  return result;
}

describe.each(textsFromOutside)("%s", (_name, text) => {
  describe.each([
    ["TypeScript", "program.ts", declaredByTypeScript],
    ["YAML", "program.yaml", declaredByYaml],
  ])("in %s", (_language, program, declaredBy) => {
    test("is the field's exact value, or the result states why the field is unmanaged", async () => {
      const lab = await openLab();
      listPages(lab, { items: integrationsWith(text) });
      const { exitCode, output } = await runImport(lab, "--all", "--json", "--program", program);
      expect(exitCode).toBe(0);
      const result = JSON.parse(output) as ImportResult;
      expect(result.imports).toHaveLength(Object.keys(fields).length + 2);
      const declared = new Map(declaredBy(lab, program).map(({ name, args }) => [name, args]));
      expect(declared.get("other")).toEqual({ externalBusinessId: "other", connectedTagId: "1" });
      Object.values(fields).forEach((field, index) => {
        const { [field]: value, ...rest } = declared.get(`odd-${index}`) ?? {};
        expect(rest).toEqual({ externalBusinessId: `odd-${index}` });
        const { unmanaged } = result.imports.find(({ name }) => name === `odd-${index}`) ?? {};
        // Scopes have no order, so the program contains them in canonical order.
        if (field === "scopes" && value !== undefined) return;
        expect(value ?? unmanaged?.[field]).toEqual(
          unmanaged === undefined ? text.toWellFormed() : expect.stringMatching(/^(contains|begins|is) /),
        );
        expect(value === undefined).toBe(unmanaged !== undefined);
      });
    });

    test("is the external business ID and account of a program, or the ID is refused", async () => {
      const lab = await openLab();
      lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ [text]: lab.emulator.token() });
      listPages(lab, { items: [plain(text, "1"), plain("other")] });
      const { output } = await runImport(lab, "--all", "--json", "--program", program, "--account", text);
      const result = JSON.parse(output) as ImportResult;
      const declared = declaredBy(lab, program).map(({ args }) => [args.externalBusinessId, args.account]);
      expect(declared).toContainEqual(["other", text]);
      if (declared.length === 2) expect(declared).toContainEqual([text, text]);
      else expect(result.notes).toEqual([expect.stringContaining("no program can declare it")]);
      for (const { name } of result.imports)
        expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]{0,63}$/u);
    });
  });

  test("in fields is escaped in the output, and the files contain valid JSON", async () => {
    const lab = await openLab();
    listPages(lab, { items: [...integrationsWith(text), plain(text, "99")] });
    expect(await runImport(lab, "--all")).toMatchObject({ exitCode: 0 });
    const { resources } = JSON.parse(lab.text("pinterest-import.json"));
    expect(resources.length).toBeGreaterThanOrEqual(Object.keys(fields).length + 2);
  });

  test("as a bookmark is returned to Pinterest unchanged, or fails only that account", async () => {
    const lab = await openLab(["north", "south"]);
    lab.emulator.put("southern", {}, { account: "south" });
    lab.emulator.armFault({
      kind: "response",
      operation: "list",
      account: "north",
      status: 200,
      body: { items: [plain("first")], bookmark: text },
    });
    const { output } = await runImport(lab, "--all", "--json");
    const result = JSON.parse(output) as ImportResult;
    expect(result.imports.map(({ name }) => name)).toContain("southern");
    expect(result.failedAccounts.length).toBeLessThanOrEqual(1);
  });

  test("in Pinterest's error fails only that account", async () => {
    const lab = await openLab(["north", "south"]);
    lab.emulator.put("southern", {}, { account: "south" });
    const body = { code: 1, message: text, message_detail: `${text} more` };
    lab.emulator.armFault({
      kind: "response",
      operation: "list",
      account: "north",
      status: 400,
      body,
      times: "all",
    });
    const { exitCode, notes } = await runImport(lab, "--all");
    expect(exitCode).toBe(1);
    expect(notes).toContain("account 'north' could not be listed");
    expect(lab.text("pinterest-integrations.ts")).toContain('"southern"');
    const { output } = await runImport(lab, "--all", "--json", "--overwrite");
    expect(JSON.parse(output)).toMatchObject({ failedAccounts: [{ account: "north" }] });
  });

  test("as an ID on the command line is refused, and is escaped in the output", async () => {
    const lab = await openLab();
    const { exitCode, output } = await runImport(lab, text, "other");
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: "" });
    expect(existsSync(lab.path("pinterest-import.json"))).toBe(false);
  });
});

function secretsOf({ has, text }: ImportLab): PlannedImport[] {
  const file = "pinterest-import-secrets.json";
  const secrets = has(file) ? (JSON.parse(text(file)) as Record<string, PlannedImport["secrets"]>) : {};
  return Object.entries(secrets).map(([name, fields]) => ({ name, secrets: fields }) as PlannedImport);
}

function declaredByTypeScript(lab: ImportLab, program: string): DeclaredResource[] {
  const { outputText, diagnostics } = ts.transpileModule(lab.text(program), {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  expect(diagnostics).toEqual([]);
  return runProgram(outputText.replace("Object.defineProperty(exports", "0 && (exports"), secretsOf(lab)).map(
    ({ args, ...rest }) => ({ ...rest, args: withMetadataString(args) }),
  );
}

function declaredByYaml(lab: ImportLab, program: string): DeclaredResource[] {
  const secrets = new Map(secretsOf(lab).map(({ name, secrets }) => [name, secrets]));
  const { resources } = parse(lab.text(program)) as {
    resources: Record<string, { properties: Record<string, unknown> }>;
  };
  const evaluated = (name: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => evaluated(name, item));
    if (typeof value === "string") return value.replaceAll("$$", "$");
    const field =
      /\]\.(\w+)\}$/.exec(JSON.stringify(value))?.[1] ?? /\.(\w+)\}/.exec(JSON.stringify(value))?.[1];
    return secrets.get(name)?.[field as "partnerAccessToken"];
  };
  return Object.entries(resources).map(([name, { properties }]) => ({
    name,
    options: undefined,
    args: withMetadataString(
      Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, evaluated(name, value)])),
    ),
  }));
}

/** Converts metadata from an object to a JSON string. */
function withMetadataString(args: Record<string, unknown>): Record<string, unknown> {
  const { partnerMetadata } = args;
  return typeof partnerMetadata === "object"
    ? { ...args, partnerMetadata: JSON.stringify(partnerMetadata) }
    : args;
}
