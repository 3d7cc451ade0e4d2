import { expect, test } from "@jest/globals";
import { renderHtml } from "../../../cli/drift/html";
import { renderMarkdown } from "../../../cli/drift/markdown";
import { renderTable } from "../../../cli/drift/terminal";
import { ofPrograms } from "../../../cli/drift/wording";
import type { DriftReport, MerchantReport } from "../../../stack/report";
import { merchant, withMerchants } from "./helpers/example";

type Forecast = NonNullable<MerchantReport["forecast"]>;

const pending = (name: string, forecast: Forecast, more: Partial<MerchantReport> = {}) =>
  merchant(name, { pending: ["create"], forecast, ...more });

const differences = [{ name: "connectedTagId", secret: false, program: "11", pinterest: "22" }];

const wide = { width: undefined, style: (_: unknown, text: string) => text };

const formats: [string, (report: DriftReport) => string][] = [
  ["table", (report) => renderTable(report, wide)],
  ["Markdown", (report) => renderMarkdown(report).replaceAll(/[\\`]/g, "")],
  // Without the parts about one integration each, which repeat its findings.
  [
    "page",
    (report) => renderHtml(report).replaceAll(/<\/?(code|span|td|th)[^>]*>|<article.*?<\/article>/gs, ""),
  ],
];

test.each<[Forecast, string]>([
  [{ verdict: "created" }, "creates it"],
  [{ verdict: "adopted" }, "adopts it"],
  [{ verdict: "adopted", notCompared: ["partnerAccessToken"] }, "adopts it, and writes partnerAccessToken"],
  [{ verdict: "overwritten", differences }, "overwrites it"],
  [{ verdict: "imported" }, "imports it"],
  [{ verdict: "refused", differences }, "refuses it"],
  [{ verdict: "foreign" }, "refuses it"],
  [{ verdict: "protected" }, "refuses it"],
  [{ verdict: "undeletable", reason: "`pinterest:deleteLimit` is 0" }, "refuses it"],
  [{ verdict: "unknown", reason: "`account` is unknown until the update" }, "not known before the update"],
  [{ verdict: "not-checked", reason: "no response" }, "not checked"],
])("prints what the next update does with a pending create: %j", (forecast, effect) => {
  const table = renderTable(withMerchants(pending("ulm", forecast)), wide);
  expect(table).toMatch(/^ {2}Integration +Changes +Next update$/m);
  expect(table).toMatch(new RegExp(`^  ulm +create +${effect}$`, "m"));
});

test("prints no column of forecasts if the check did not run the program", () => {
  expect(renderTable(withMerchants(merchant("ulm", { pending: ["create"] })), wide)).not.toContain("Next");
});

test.each(formats)("%s: prints both values of properties that are refused or overwritten", (_, render) => {
  const text = render(
    withMerchants(
      pending("ulm", { verdict: "refused", differences }),
      pending("trier", { verdict: "foreign", reason: "Pinterest responded with HTTP 403" }),
      pending("bonn", { verdict: "overwritten", differences }),
    ),
  );
  expect(text).toContain("The next update fails for these integrations.");
  expect(text).toContain("The next update overwrites these values at Pinterest");
  expect(text.match(/connectedTagId\W*(<small>)?.*11.*22/g)).toHaveLength(2);
  expect(text).toContain("belongs to another owner");
  expect(text.replaceAll(/\s+/g, " ")).toContain("To overwrite them, set");
});

test.each(formats)(
  "%s: prints creates that were not checked by reason, with the remedy once",
  (_, render) => {
    const forecast: Forecast = { verdict: "not-checked", reason: "HTTP 401", advice: "Set a token." };
    const text = render(
      withMerchants(
        pending("ulm", { ...forecast, requestId: "1" }),
        pending("trier", { ...forecast, requestId: "2" }),
        pending(
          "bonn",
          { ...forecast, reason: "HTTP 403" },
          { status: "revoked", pending: ["rename"], reason: "revoked" },
        ),
      ),
    );
    expect(text.match(/HTTP 401 \(request ID 1, for instance\)/g)).toHaveLength(1);
    expect(text.match(/Set a token\./g)).toHaveLength(1);
    // The merchant is in the section of revoked ones.
    expect(text).not.toContain("HTTP 403");
  },
);

test("refused and unchecked creates are not drift, except with --strict", () => {
  const report = withMerchants(
    pending("ulm", { verdict: "refused", differences }),
    pending("trier", { verdict: "not-checked", reason: "HTTP 401" }),
  );
  expect(report).toMatchObject({ exitCode: 0, summary: { pending: 2, drifted: 0, revoked: 0 } });
  expect(renderTable(report, wide, { ...ofPrograms(), deployedByMerge: true })).toContain(
    "Refused: After the merge, the update fails for these integrations.",
  );
});
