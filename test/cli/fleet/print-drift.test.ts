import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { printDrift, reportOf } from "../../../cli/fleet/print-drift";
import type { RunResult, ShardResult } from "../../../fleet/store/results";
import type { MerchantReport } from "../../../stack/report";
import { temporaryDirectory } from "../../temporary-directory";
import { merchant } from "../drift/helpers/example";

const shard = (given: Partial<ShardResult>, ...reports: MerchantReport[]): ShardResult => ({
  stack: "shard-0001",
  state: "done",
  attempts: 1,
  worker: "vm-1",
  endedAt: new Date(0),
  errors: [],
  report: null,
  merchants: reports.map((report) => ({
    name: report.name,
    status: report.status,
    properties: [],
    message: null,
    isLeaving: false,
    report,
  })),
  ...given,
});

/** The output of a drift check: the table, the Markdown document and the HTML page. */
function printed(...shards: ShardResult[]): string[] {
  const lines: string[] = [];
  const notes: string[] = [];
  const terminal = {
    interactive: false,
    width: undefined,
    out: (text: string) => lines.push(text),
    note: (text: string) => notes.push(text),
    progress: () => {},
    style: (_: unknown, text: string) => text,
  };
  const run: RunResult = {
    id: "1",
    project: "pinterest-fleet",
    operation: "drift",
    requestedAt: new Date(0),
    shards,
  };
  const html = join(temporaryDirectory(), "drift.html");
  printDrift(run.id, reportOf(run), { html }, terminal);
  expect(notes).toEqual([`wrote ${html}`]);
  printDrift(run.id, reportOf(run), { markdown: true }, terminal);
  return [...lines, readFileSync(html, "utf8")];
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
  expect(outputs[0]).toContain(
    "1 managed (1 in sync); 2 waiting. Exit code 1: the check has not finished, and no drift was found",
  );
});

test("reports a shard of a canceled run as an error", () => {
  const [table] = printed(shard({}, merchant("ulm", {})), shard({ stack: "shard-0002", state: "canceled" }));
  expect(table).toContain("the shard was canceled before it was done");
  expect(table).toContain("Exit code 1");
});
