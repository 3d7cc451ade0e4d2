import { describe, expect, test } from "@jest/globals";
import { runCommandLine } from "../../cli/command-line";
import {
  reportOf as doctorReportOf,
  failure,
  failureOf,
  ok,
  renderReport,
  warning,
} from "../../cli/doctor/checks";
import { engineErrors } from "../../cli/doctor/machine";
import { renderJson } from "../../cli/drift/documents";
import { renderMarkdown } from "../../cli/drift/markdown";
import { renderTable } from "../../cli/drift/terminal";
import { printDrift, reportOf as reportOfRun } from "../../cli/fleet/print-drift";
import { printUpdate, table } from "../../cli/fleet/print-run";
import { type PreflightReport, sharedMerchant, summaryOf } from "../../cli/preflight/preflight";
import { render as renderPreflight } from "../../cli/preflight/render";
import { visibleTerminal } from "../../cli/terminal";
import type { RunResult } from "../../fleet/store/results";
import { oneLine } from "../../provider/base/message-text";
import { EngineErrors, plainMessage } from "../../stack/engine";
import { exitCodes } from "../../stack/exit-codes";
import type { Forecast } from "../../stack/forecasts";
import { driftReport } from "../../stack/report";
import { expectPrintable, textsFromOutside, unsafeCharacters } from "../text-from-outside";
import { htmlOf, reportOf } from "./drift/helpers/example";
import { runOf, shardOf } from "./fleet/helpers";
import { type RecordingTerminal, recordingTerminal } from "./helpers/terminal";

// Strings from Pinterest, an account command, state and the engine can have any content. They must not send commands to a terminal, become
// markup in a document, or fill the screen.

/** Renders each output in a terminal, with `text` as every value from outside. */
const outputs: Readonly<Record<string, (text: string, terminal: RecordingTerminal) => string>> = {
  drift: (text, terminal) => renderTable(reportOf(text), terminal),
  preflight: (text, terminal) => renderPreflight(preflightReportOf(text), terminal),
  doctor: (text, terminal) => renderReport(doctorReportOf(checksOf(text)), terminal, false),
  "fleet results of an update": (text, terminal) => {
    printUpdate(runWith(text, "up"), {}, terminal);
    return terminal.output();
  },
  "fleet results of a drift check": (text, terminal) => {
    printDrift("1", reportOfRun(runWith(text, "drift")), {}, terminal);
    return terminal.output();
  },
  "errors of the engine": (text, terminal) => {
    const errors = new EngineErrors();
    errors.take({
      sequence: 1,
      timestamp: 1,
      diagnosticEvent: { message: text, color: "never", severity: "error" },
    });
    for (const error of [...errors.of(new Error(text)), engineErrors(new Error(`error: ${text}`))]) {
      visibleTerminal(terminal).note(`error: ${error}`);
    }
    return terminal.notes();
  },
  "fleet results of a merchant": (text, terminal) =>
    table([["2026-01-01", "up", "failed", text]], terminal).join("\n"),
};

describe.each(Object.entries(outputs))("the output of %s", (_output, print) => {
  test.each(textsFromOutside)("is printable with %s", (_name, text) => {
    for (const width of [undefined, 80]) {
      const printed = print(text, recordingTerminal({ width }));
      expectPrintable(printed);
    }
  });
});

// A regular expression that backtracks would take minutes for the longest string.
test.each(textsFromOutside)("shortens and cleans %s", (_name, text) => {
  expect(oneLine(text, 200).length).toBeLessThanOrEqual(201);
  expect(typeof plainMessage(text)).toBe("string");
  expect(failureOf("stack", new Error(text))).toBeDefined();
});

const ownMarkdownTags = /^<(!-- pulumi-pinterest drift --|\/?details|\/?summary|br)>$/;

const ownPageTags =
  /^<(!doctype html|\/?[a-z][a-z0-9]*( (lang|charset|http-equiv|content|name|href|class|id|type|value|autocomplete|role|scope|rowspan|data-kind|data-label|aria-labelledby)="[^"<>]*"| checked)*)>$/;

const ownPictureTags =
  /^<(svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true"|rect data-kind="[a-z-]+" x="[\d.]+" width="[\d.]+" height="20"\/|\/svg)>$/;

describe.each(textsFromOutside)("a drift report with %s", (_name, text) => {
  const report = reportOf(text);

  test("is Markdown with complete tables, without foreign markup and mentions, and at most 60,000 bytes long", () => {
    const markdown = renderMarkdown(report);
    expectPrintable(markdown);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(60_000);
    for (const table of markdown.split("\n\n").filter((paragraph) => paragraph.startsWith("| "))) {
      const cells = table.split("\n").map((line) => line.match(/(?<!\\)\|/g)?.length);
      expect(new Set(cells)).toHaveProperty("size", 1);
    }
    const prose = markdown.replace(/(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)/g, "");
    expect(prose.match(/(?<!\\)<[^>\n]*>?/g)?.filter((tag) => !ownMarkdownTags.test(tag)) ?? []).toEqual([]);
    expect(prose).not.toMatch(/@(?!&#8203;)/);
  });

  test("is HTML without foreign markup, with links to its own parts", () => {
    const page = htmlOf(report);
    expect(unsafeCharacters.exec(page)?.[0]).toBeUndefined();
    const body = page.replace(/<style>.*?<\/style>/gs, "");
    const isOwn = (tag: string) => ownPageTags.test(tag) || ownPictureTags.test(tag);
    expect(body.match(/<[^>]*>?/g)?.filter((tag) => !isOwn(tag))).toEqual([]);
    expect(body.replace(/<[^>]*>/g, "")).not.toMatch(/[<>"']/);
    const ids = new Set(page.match(/(?<= id=")[^"]*/g));
    expect(page.match(/(?<= href="#)[^"]*/g)?.filter((id) => !ids.has(id))).toEqual([]);
  });

  test("is JSON with the same string", () => {
    const json = renderJson(report);
    expect(driftReport.parse(JSON.parse(json))).toEqual(report);
    expect(unsafeCharacters.exec(json)?.[0]).toBeUndefined();
  });
});

describe.each(textsFromOutside)("the terminal of a command, given %s,", (_name, text) => {
  test("prints the error of a command", async () => {
    const terminal = recordingTerminal();
    expect(await runCommandLine(["logs", "send", `no ${text}`, "--dry-run"], terminal, {})).toBe(
      exitCodes.error,
    );
    expect(terminal.notes()).toMatch(/^error: cannot read no /);
    expectPrintable(terminal.notes());
    expect(terminal.notes().length).toBeLessThan(20_000);
  });

  test("prints results, notes and progress without terminal commands, except its own styles", () => {
    const recorder = recordingTerminal();
    const progress: string[] = [];
    const terminal = visibleTerminal({
      ...recorder,
      progress: (line) => void progress.push(line),
      style: (_style, styled) => `\u001b[1m${styled}\u001b[22m`,
    });
    terminal.out(`${terminal.style("bold", "one")}\n${text.slice(0, 1_000)}`);
    terminal.note(`error: ${text}`);
    terminal.progress(text.slice(0, 1_000));
    const styled = "\u001b[1mone\u001b[22m\n";
    expect(recorder.output().startsWith(styled)).toBe(true);
    for (const printed of [recorder.output().slice(styled.length), recorder.notes(), progress.join("\n")])
      expectPrintable(printed);
    expect(progress.join("")).not.toContain("\n");
  });

  test("prints JSON with the same string", () => {
    for (const indent of [undefined, 2]) {
      const recorder = recordingTerminal();
      visibleTerminal(recorder).out(JSON.stringify({ [text]: text }, undefined, indent));
      expect(JSON.parse(recorder.output())).toEqual({ [text]: text });
    }
  });
});

function preflightReportOf(text: string): PreflightReport {
  const verdicts = [
    "created",
    "adopted",
    "overwritten",
    "refused",
    "foreign",
    "unknown",
    "not-checked",
  ] as const;
  const creates = verdicts.map((verdict) => ({
    name: text,
    urn: text,
    externalBusinessId: text,
    account: text,
    provider: text,
    verdict,
    fields: [text],
    differences: [{ name: "partnerMetadata", secret: false, program: text, pinterest: text }],
    omitted: [text],
    notCompared: [text],
    renamedFrom: text,
    alias: text,
    replaces: text,
    reason: text,
    advice: `${text}\n${text}`,
  })) as unknown as Forecast[];
  return {
    version: 1,
    project: "shops",
    stack: "dev",
    ok: false,
    creates,
    summary: summaryOf(creates),
    others: { update: 0, delete: 0, same: 0 },
    limits: {},
    warnings: [sharedMerchant(text, [text])],
    errors: [text],
  };
}

function checksOf(text: string) {
  return [
    ok("node", text),
    failure("engine", text, text),
    failureOf("stack", new Error(`${text}: run ${text}`)),
    warning("api", text, text),
    { ...ok("account-limits", text), account: text },
    { ...failure("account-access", text, text), account: text },
  ];
}

/** A run whose shard has failed. */
function runWith(text: string, operation: RunResult["operation"]): RunResult {
  const [report] = reportOf(text).stacks;
  const merchants = (["failed", "updated"] as const).map((status) => ({
    status,
    properties: [text],
    message: text,
    isLeaving: true,
    report: (operation === "drift" && report?.merchants[0]) || null,
  }));
  return runOf(operation, shardOf(merchants, { state: "failed", errors: [text, `other: ${text}`] }));
}
