import { expect, test } from "@jest/globals";
import { renderHtml } from "../../../provider/cli/drift/render/html";
import { renderMarkdown } from "../../../provider/cli/drift/render/markdown";
import { renderTable } from "../../../provider/cli/drift/render/table";
import { driftReportOf } from "../../../provider/cli/drift/summary";
import type { DriftReport, MerchantReport } from "../../../provider/look/report";
import { example, merchant } from "./example";

const reportOf = (...merchants: MerchantReport[]): DriftReport =>
  driftReportOf([{ project: "shops", stack: "dev", directory: ".", merchants, errors: [] }], new Date(0));

const forms: [string, (report: DriftReport) => string][] = [
  ["table", (report) => renderTable(report, { width: undefined, style: (_, text) => text })],
  ["Markdown", (report) => renderMarkdown(report).replaceAll("\\", "")],
  ["page", (report) => renderHtml(report).replaceAll(/<\/?code>/g, "`")],
];

const tag = { name: "connectedTagId", secret: false, program: "1", pinterest: "2" };

test.each(forms)("%s: what a failed healing left is not to be healed again", (_form, render) => {
  const drifted = merchant("ulm", { status: "drifted", properties: [tag] });
  const gone = merchant("trier", { status: "gone" });
  const advice = "`pulumi up` writes it.";
  const again = [drifted, gone].map((found) => ({ ...found, advice }));
  const text = render(reportOf(...again));
  expect(text).toContain(advice);
  expect(text).not.toContain("--heal");
  expect(render(reportOf(drifted, gone)).split("`npx pulumi-pinterest drift --heal`")).toHaveLength(3);
  expect(render(reportOf(drifted, ...again))).toContain("--heal");
});

test.each(forms)("%s: what waits for an update is said where nothing drifted", (_form, render) => {
  const text = render(reportOf(merchant("ulm", { pending: ["connectedTagId"] }), merchant("trier")));
  expect(text).toMatch(/xit code 0[:,] no drift, and nothing failed; 1 merchant waits for `pulumi up`\./);
  expect(text).not.toContain("nothing differs");
});

test.each(forms)("%s: a command is printed as it can be pasted", (_form, render) => {
  const commands = render(example).match(/\S* ?pulumi-pinterest (drift|import|preflight) -+\w+/g) ?? [];
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands) expect(command).toContain("npx pulumi-pinterest");
});

test.each(forms)(
  "%s: integrations that were never created are pending, and neither in sync nor checked",
  (form, render) => {
    const created = ["ulm", "trier"].map((name) => merchant(name, { pending: ["create"] }));
    const fresh = render(reportOf(...created));
    if (form === "table") expect(fresh).toContain("\n2 pending. Exit code 0");
    else expect(fresh).toContain("Nothing drifted: 0 in sync, 2 pending");

    const differing = render(reportOf(...created, merchant("bonn"), merchant("kiel", { status: "gone" })));
    if (form === "table") expect(differing).toContain("1 gone, 1 in sync, 2 pending.");
    else expect(differing).toContain("1 of 2 merchants differs at Pinterest");
  },
);
