import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { printDrift, reportOf } from "../../../cli/fleet/print-drift";
import type { ShardResult } from "../../../fleet/store/results";
import type { MerchantReport } from "../../../stack/report";
import { exitCodeIs } from "../../expected/reports";
import { temporaryDirectory } from "../../temporary-directory";
import { merchant } from "../drift/helpers/example";
import { recordingTerminal } from "../helpers/terminal";
import { runOf, shardOf } from "./helpers";

const shard = (given: Partial<ShardResult>, ...reports: MerchantReport[]) =>
  shardOf(
    reports.map((report) => ({ name: report.name, status: report.status, report })),
    given,
  );

/** The output of a drift check: the table, the Markdown document and the HTML page. */
function printed(...shards: ShardResult[]): string[] {
  const [table, markdown] = [recordingTerminal(), recordingTerminal()];
  const report = reportOf(runOf("drift", ...shards));
  const html = join(temporaryDirectory(), "drift.html");
  printDrift("1", report, { html }, table);
  expect(table.notes()).toBe(`wrote ${html}\n`);
  printDrift("1", report, { markdown: true }, markdown);
  return [table.output(), markdown.output(), readFileSync(html, "utf8")];
}

test("names the commands and the merchant list of a fleet instead of those of a program", () => {
  const reports = [
    merchant("ulm", {
      status: "drifted",
      properties: [{ name: "connectedTagId", secret: false, program: "1", pinterest: "2" }],
    }),
    merchant("trier", { status: "missing" }),
    merchant("bonn", { status: "revoked", reason: "no access" }),
    merchant("kiel", { pending: ["create"] }),
  ];
  const report = { project: "fleet", stack: "shard-0001", directory: ".", errors: [] };
  const [table, markdown, page] = printed(
    shard({ report: { ...report, uncompared: ["partnerAccessToken"] } }, ...reports),
  );
  for (const text of [table, markdown, page]) {
    expect(text).toContain("fleet up --refresh");
    expect(text).toMatch(/fleet offboard\b/);
    expect(text).toContain("merchant list");
    expect(text).toMatch(/PINTEREST_COMPARE_SECRETS=true\S*\s+in\s+the\s+environment\s+of\s+the\s+workers/);
    expect(text).not.toMatch(/--fix|`pulumi up`|<code>pulumi up<|\bprogram\b|compareSecrets/i);
  }
});

test("does not name the shards of merchants", () => {
  const outputs = printed(
    shard({}, merchant("ulm", { status: "missing" })),
    shard({ stack: "shard-0002" }, merchant("trier", { status: "missing" })),
  );
  expect(outputs[0]).not.toContain("shard-");
  for (const text of outputs) expect(text).not.toMatch(/\bstack \S*pinterest-fleet/);
});

test("reports shards that a check has not reached as waiting, and not as failed", () => {
  const outputs = printed(
    shard({}, merchant("ulm", {})),
    shard({ stack: "shard-0002", state: "queued", errors: ["the stack is locked", "no route"] }),
    shard({ stack: "shard-0003", state: "running" }),
  );
  for (const text of outputs) {
    expect(text?.replace(/\s+/g, " ")).toMatch(
      /shard-0002: the shard waits for a worker; the last attempt failed\\?: the stack is locked; no route/,
    );
    expect(text).toContain("the shard is in progress");
    expect(text).toContain("fleet results --run 1 --wait");
    expect(text).not.toMatch(/Failed|Problems/);
  }
  expect(outputs[0]?.replace(/\s+/g, " ")).toContain(
    `2 waiting. ${exitCodeIs(1, "the check has not finished, and no drift was found in what could be checked")}`,
  );
});

test("reports a shard of a canceled run as an error", () => {
  const [table] = printed(shard({}, merchant("ulm", {})), shard({ stack: "shard-0002", state: "canceled" }));
  expect(table).toContain("the shard was canceled before it was done");
  expect(table?.replace(/\s+/g, " ")).toContain(
    exitCodeIs(1, "something failed, and no drift was found in what could be checked"),
  );
});
