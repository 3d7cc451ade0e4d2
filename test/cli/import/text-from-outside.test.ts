import { describe, expect, test } from "@jest/globals";
import type { ImportResult } from "../../../cli/import/result";
import { expectPrintable, textsFromOutside } from "../../text-from-outside";
import { importLabs } from "./helpers/import-lab";

// Users who can edit an integration can store any string in it. No string may stop the import of other integrations, or reach the terminal.
// program.test.ts and yaml-program.test.ts check that programs keep any value.

const openLab = importLabs();

const fields = [
  "connected_merchant_id",
  "connected_advertiser_id",
  "connected_lba_id",
  "connected_tag_id",
  "partner_access_token",
  "partner_refresh_token",
  "partner_primary_email",
  "scopes",
  "additional_id_1",
  "partner_metadata",
];

const plain = (externalBusinessId: string) => ({ id: "99", external_business_id: externalBusinessId });

describe.each(textsFromOutside)("%s", (_name, text) => {
  test("in a field is imported, or reported as unmanaged, and does not affect other integrations", async () => {
    const lab = await openLab(["north"]);
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ [text]: lab.emulator.token("north") });
    const items = [
      ...fields.map((field, index) => ({
        id: `${index + 1}`,
        external_business_id: `odd-${index}`,
        connected_user_id: text,
        [field]: text,
      })),
      { ...plain("odd-id"), id: text },
      plain("other"),
    ];
    lab.emulator.armFault({
      kind: "response",
      operation: "list",
      status: 200,
      body: { items },
      times: "all",
    });
    const printed = await lab.run("--all", "--account", text);
    expect(printed.exitCode).toBe(0);
    expectPrintable(printed.output + printed.notes);
    const { imports } = await lab.result("--all", "--overwrite", "--account", text);
    expect(imports).toHaveLength(items.length);
    for (const { account, unmanaged = {} } of imports) {
      expect(account).toBe(text);
      for (const reason of Object.values(unmanaged)) expect(reason).toMatch(/^(contains|begins|is) /);
    }
  });

  test("as an external business ID is imported under a valid name, or refused", async () => {
    const lab = await openLab();
    const body = { items: [plain(text), { ...plain("other"), id: "98" }] };
    lab.emulator.armFault({ kind: "response", operation: "list", status: 200, body, times: "all" });
    const { imports, notes } = await lab.result("--all");
    const [refused] = notes;
    expect(refused ?? "no program can declare it").toContain("no program can declare it");
    expect(imports.map((one) => one.externalBusinessId).sort()).toEqual(
      [...(refused === undefined ? [text] : []), "other"].sort(),
    );
    for (const { name } of imports) expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]{0,63}$/u);
    const named = await lab.run(text, "nowhere", "--overwrite");
    expectPrintable(named.output + named.notes);
    expect(named.exitCode).toBe(1);
  });

  test("in an error or a bookmark fails only that account", async () => {
    const lab = await openLab(["north", "south"]);
    lab.emulator.put("southern", {}, { account: "south" });
    const north = { kind: "response", operation: "list", account: "north" } as const;
    const body = { items: [plain("first")], bookmark: text };
    lab.emulator.armFault({ ...north, status: 200, body });
    const { imports, failedAccounts } = await lab.result("--all");
    expect(imports.map(({ name }: ImportResult["imports"][number]) => name)).toContain("southern");
    expect(failedAccounts.length).toBeLessThanOrEqual(1);
    lab.emulator.disarmFaults();
    const error = { code: 1, message: text, message_detail: `${text} more` };
    lab.emulator.armFault({ ...north, status: 400, body: error, times: "all" });
    const { exitCode, output, notes } = await lab.run("--all", "--overwrite");
    expectPrintable(output + notes);
    expect(exitCode).toBe(1);
    expect(notes).toContain("account 'north' could not be listed");
    expect(lab.text("pinterest-integrations.ts")).toContain('"southern"');
  });
});
