import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { accept, chosenIn, fixable, readAcceptances, termsOf } from "../../../cli/drift/accept";
import { renderTable } from "../../../cli/drift/terminal";
import { driftReportOf } from "../../../stack/findings";
import type { DriftReport, MerchantReport, StackReport } from "../../../stack/report";
import { exitCodeIs, exitCodes } from "../../expected/reports";
import { temporaryDirectory } from "../../temporary-directory";
import { recordingTerminal } from "../helpers/terminal";
import { merchant } from "./helpers/example";

const now = new Date("2026-08-01T12:30:00.000Z");
const terms = { reason: "Test of a new tag.", by: "anna", until: "2026-08-31" };
const tag = { name: "connectedTagId", secret: false, program: "1", pinterest: "7" };
const drifted = (name: string, ...properties: MerchantReport["properties"]) =>
  merchant(name, { status: "drifted", properties });

let directory: string;
let path: string;

beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory, "accepted-drift.yaml");
});

function stackOf(...merchants: MerchantReport[]): StackReport {
  return { project: "shops", stack: "dev", directory, merchants, errors: [] };
}

function reportOf(stack: StackReport, at = now): DriftReport {
  return driftReportOf([stack], at, { acceptances: readAcceptances(directory) });
}

const merchants = [
  drifted("berlin", tag),
  drifted("essen", tag, { ...tag, name: "connectedMerchantId", pinterest: "8" }),
  merchant("ulm", { status: "missing" }),
];

/** The ID of the change of the tag from 1 to 7. It is a digest, which does not depend on the merchants. */
const tagChange = "43b1dffd";

/** Accepts the change of the tag at both merchants. */
function acceptTag() {
  const report = reportOf(stackOf(...merchants));
  return accept(report, chosenIn(report, [tagChange]), terms);
}

describe("accepting a change", () => {
  test("writes an entry with all its merchants, which a reviewer can read", () => {
    expect(acceptTag()).toEqual({
      files: [path],
      refused: [],
    });
    expect(
      readFileSync(path, "utf8"),
    ).toBe(`# Differences between the program and Pinterest that are accepted until a day.
# \`pulumi-pinterest drift\` reports them separately, and \`pulumi-pinterest drift --accept\` adds entries.

- stack: dev
  merchants:
    - berlin
    - essen
  property: connectedTagId
  pinterest: "7"
  reason: Test of a new tag.
  by: anna
  until: 2026-08-31
`);
  });

  test("removes it from the drift until its last day, and keeps the rest", () => {
    acceptTag();
    const { summary, exitCode, groups } = reportOf(stackOf(...merchants));
    expect(summary).toMatchObject({ accepted: 1, drifted: 1, missing: 1 });
    expect(groups.map(({ status, merchants }) => [status, merchants.length])).toEqual([
      ["accepted", 2],
      ["drifted", 1],
      ["missing", 1],
    ]);
    expect(exitCode).toBe(exitCodes.drift);
    const only = reportOf(stackOf(drifted("berlin", tag)));
    expect(only.exitCode).toBe(0);
    expect(renderTable(only, recordingTerminal())).toBe(`shops/dev in ${directory}

Accepted: These differences are accepted until a day, so they are not counted as drift.
  Integration  Property        Program  Pinterest  Reason
  berlin       connectedTagId  1        7          Test of a new tag. Accepted by anna until 2026-08-31.

Outdated acceptances: They have no effect, so remove, correct or renew them.
  essen, connectedTagId: no integration has this name. Accepted by anna: Test of a new tag.

1 accepted. ${exitCodeIs(0, "all drift is accepted, and nothing failed")}`);
  });

  test("ends on the day after its last one", () => {
    acceptTag();
    const at = (time: string) => reportOf(stackOf(drifted("berlin", tag)), new Date(time));
    expect(at("2026-08-31T23:59:59Z").exitCode).toBe(0);
    const after = at("2026-09-01T00:00:00Z");
    expect(after.exitCode).toBe(exitCodes.drift);
    expect(after.outdated).toContainEqual({
      stack: "dev",
      merchant: "berlin",
      property: "connectedTagId",
      ...terms,
      problem: "expired",
    });
  });

  // The acceptance for essen is always outdated, because the stack no longer has this merchant.
  const essen = ["essen", "no such integration"];
  test.each<[hidden: string, berlin: MerchantReport, number, outdated: string[][]]>([
    [
      "another value",
      drifted("berlin", { ...tag, pinterest: "9" }),
      exitCodes.drift,
      [["berlin", "no longer true"], essen],
    ],
    ["an account that cannot be read", merchant("berlin", { status: "revoked" }), 1, [essen]],
    [
      "an integration that was recreated",
      { ...drifted("berlin", tag), recreated: true },
      exitCodes.drift,
      [essen],
    ],
  ])("does not hide %s", (_what, berlin, exitCode, outdated) => {
    acceptTag();
    const report = reportOf(stackOf(berlin));
    expect(report.exitCode).toBe(exitCode);
    expect(report.outdated?.map(({ merchant, problem }) => [merchant, problem])).toEqual(outdated);
  });

  test("is not about the same resource in another stack", () => {
    acceptTag();
    expect(reportOf({ ...stackOf(drifted("berlin", tag)), stack: "prod" }).exitCode).toBe(exitCodes.drift);
  });
});

test("an entry about a stack that the project does not have is reported", () => {
  const entry = (stack: string) =>
    `- { stack: ${stack}, merchants: [a], property: scopes, pinterest: "1", reason: r, by: b, until: 2099-12-31 }\n`;
  writeFileSync(path, ["dev", "prod", "acme/prod", "prd"].map(entry).join(""));
  const report = (listed: string[]) =>
    driftReportOf([stackOf(merchant("a"))], now, { acceptances: readAcceptances(directory, listed) });
  expect(report(["dev", "prod"]).outdated).toMatchObject([
    { stack: "dev", problem: "no longer true" },
    { stack: "prd", problem: "no such stack" },
  ]);
  expect(renderTable(report(["dev", "prod"]), recordingTerminal())).toContain(
    "a, scopes: the project has no stack prd. Accepted by b: r",
  );
  expect(report([]).outdated).toHaveLength(1);
});

test("a merchant's name accepts all its differences, and replaces earlier entries without losing comments", () => {
  acceptTag();
  writeFileSync(path, readFileSync(path, "utf8").replace("    - essen\n", "    - essen # until Friday\n"));
  const report = driftReportOf([stackOf(...merchants)], now);
  const later = { ...terms, reason: "Another test", until: "2026-09-30" };
  accept(report, chosenIn(report, ["berlin", "ulm"]), later);
  const text = readFileSync(path, "utf8");
  expect(text).toContain("    - essen # until Friday\n");
  expect(text.match(/- berlin/g)).toHaveLength(1);
  const { summary } = reportOf(stackOf(...merchants.filter(({ name }) => name !== "essen")));
  expect(summary).toMatchObject({ accepted: 2, drifted: 0, missing: 0 });
});

test("an extended entry keeps its place and the comment above it", () => {
  const entries = `# Tag test
- { stack: dev, merchants: [berlin], property: connectedTagId, pinterest: "1", reason: r, by: b, until: 2026-08-31 }
- { stack: dev, merchants: [berlin], property: scopes, pinterest: "1", reason: r, by: b, until: 2026-08-31 }
`;
  writeFileSync(path, entries);
  acceptTag();
  expect(readFileSync(path, "utf8")).toMatch(/^# Tag test\n- stack: dev\n/);
  expect(readAcceptances(directory)).toMatchObject([
    { merchants: ["berlin", "essen"], property: "connectedTagId", ...terms },
    { merchants: ["berlin"], property: "scopes" },
  ]);
});

test("entries with YAML aliases can be extended, and keep their meaning", () => {
  const entries = `- { stack: dev, merchants: &tested [berlin, kiel], property: connectedTagId, pinterest: 7, reason: r, by: b, until: &day 2026-12-31 }
- { stack: prod, merchants: *tested, property: scopes, pinterest: null, reason: r, by: b, until: *day }
`;
  writeFileSync(path, entries);
  acceptTag();
  expect(readFileSync(path, "utf8")).not.toMatch(/[*]\w/);
  expect(readAcceptances(directory).map(({ stack, merchants }) => [stack, merchants])).toEqual([
    ["dev", ["kiel"]],
    ["prod", ["berlin", "kiel"]],
    ["dev", ["berlin", "essen"]],
  ]);
});

test.each<[string, MerchantReport, RegExp]>([
  [
    "a secret",
    drifted("a", { name: "partnerAccessToken", secret: true }),
    /^a: `partnerAccessToken` is a secret/,
  ],
  ["a recreated integration", { ...drifted("a", tag), recreated: true }, /^a: the integration was recreated/],
])("refuses to accept %s", (_what, one, message) => {
  const report = driftReportOf([{ ...stackOf(one), directory: temporaryDirectory() }], now);
  const { files, refused } = accept(report, chosenIn(report), terms);
  expect(files).toEqual([]);
  expect(refused).toEqual([expect.stringMatching(message)]);
});

test("a change keeps its ID when a part of it is accepted, and can be accepted until a later day", () => {
  const withMainz = stackOf(...merchants, drifted("mainz", tag));
  const changes = () => reportOf(withMainz).groups.filter(({ id }) => id === tagChange);
  expect(changes()).toMatchObject([{ status: "drifted", merchants: { length: 3 } }]);
  acceptTag();
  expect(changes()).toMatchObject([
    { status: "accepted", merchants: { length: 2 } },
    { status: "drifted", merchants: { length: 1 } },
  ]);
  const report = reportOf(withMainz);
  accept(report, chosenIn(report, [tagChange]), { ...terms, until: "2026-10-31" });
  expect(changes()).toMatchObject([
    { status: "accepted", merchants: { length: 3 }, property: { accepted: { until: "2026-10-31" } } },
  ]);
});

test("a fix of a change leaves accepted differences, unless their resource is named", () => {
  acceptTag();
  const report = reportOf(stackOf(...merchants, drifted("mainz", tag)));
  const fixed = (...only: string[]) => fixable(chosenIn(report, only), only).map(({ name }) => name);
  expect(chosenIn(report, [tagChange])).toHaveLength(3);
  expect(fixed(tagChange)).toEqual(["mainz"]);
  expect(fixed(tagChange, "berlin")).toEqual(["berlin", "mainz"]);
});

test("an outdated entry is one line, however many merchants it has", () => {
  const names = Array.from({ length: 312 }, (_, index) => `shop-${index}`);
  const accepted = { ...terms, merchants: names, property: tag.name, pinterest: "7", until: "2026-07-31" };
  const stack = stackOf(...names.map((name) => drifted(name, tag)));
  const report = driftReportOf([stack], now, { acceptances: [accepted] });
  expect(report.outdated).toHaveLength(312);
  expect(renderTable(report, recordingTerminal()).replace(/\s+/g, " ")).toContain(
    "renew them. shop-0, shop-1, shop-2 and 309 more (312 integrations), connectedTagId: expired after 2026-07-31. Accepted by anna",
  );
});

test("names that do not exist are reported as such, with similar ones", () => {
  const entry = (name: string, property: string) => ({
    ...terms,
    stack: "dev",
    merchants: [name],
    property,
    pinterest: "7",
  });
  const acceptances = [entry("munchen", "connectedTagId"), entry("muenchen", "connectedTagID")];
  const stack = stackOf(drifted("muenchen", tag), merchant("berlin"));
  const report = driftReportOf([stack], now, { acceptances });
  expect(report.outdated).toMatchObject([
    { problem: "no such integration", similar: ["muenchen"] },
    { problem: "no such property", similar: ["connectedTagId"] },
  ]);
  expect(renderTable(report, recordingTerminal()).replace(/\s+/g, " ")).toContain(
    "munchen, connectedTagId: no integration has this name; did you mean `muenchen`? Accepted",
  );
  const failed = { ...stack, errors: ["broken"] };
  expect(driftReportOf([failed], now, { acceptances }).outdated).toHaveLength(1);
});

test("an entry of a fleet about an unknown merchant is not outdated, because the check of its shard may be missing", () => {
  const accepted = { ...terms, merchants: ["munchen"], property: tag.name, pinterest: "7" };
  const report = driftReportOf([stackOf(merchant("berlin"))], now, { acceptances: [accepted] });
  expect(report.outdated).toBeUndefined();
});

test("the author is Git's user, unless --by names another one", () => {
  const options = { accept: true, only: ["a"], reason: "why", until: "2026-12-31" } as const;
  expect(termsOf({ ...options, by: "anna" }, now)?.by).toBe("anna");
  execFileSync("git", ["init", "--quiet", directory]);
  execFileSync("git", ["-C", directory, "config", "user.name", "B. Person"]);
  const before = process.cwd();
  process.chdir(directory);
  try {
    expect(termsOf(options, now)?.by).toBe("B. Person");
  } finally {
    process.chdir(before);
  }
});

test("an accepted missing integration is shown as missing", () => {
  const report = reportOf(stackOf(...merchants));
  accept(report, chosenIn(report, ["ulm"]), terms);
  expect(renderTable(reportOf(stackOf(...merchants)), recordingTerminal())).toMatch(
    /^ {2}ulm +missing at Pinterest +/m,
  );
});

test.each([
  [{ until: "2026-12-31" }, "--accept requires --reason"],
  [{ reason: "why" }, "--accept requires --until"],
  [{ reason: "why", until: "31.12.2026" }, "--until must be a day, such as 2026-12-31"],
  [{ reason: "why", until: "2026-07-31" }, "--until must be today or a later day"],
])("%j is an error", (options, message) => {
  expect(() => termsOf({ accept: true, only: ["a"], ...options }, now)).toThrow(message);
});

test.each([
  ["- merchants: [", "is not valid YAML"],
  [
    '- { merchants: [a], property: scopes, pinterest: "1", reason: r, by: b, until: soon }',
    "entry 1, until: must be a day, such as 2026-12-31",
  ],
  [
    '- { merchants: [a], property: scopes, pinterest: "1", reason: r, by: b, until: 2026-12-31, why: no }',
    'entry 1: Unrecognized key: "why"',
  ],
])("the file %j is an error that names the place", (text, message) => {
  const other = temporaryDirectory();
  writeFileSync(join(other, "accepted-drift.yaml"), text);
  expect(() => readAcceptances(other)).toThrow(message);
});

test("an ID that somebody writes without quotes keeps its digits", () => {
  const other = temporaryDirectory();
  writeFileSync(
    join(other, "accepted-drift.yaml"),
    "- { merchants: [a], property: connectedTagId, pinterest: 26000000000000000001, reason: r, by: b, until: 2026-12-31 }",
  );
  expect(readAcceptances(other)[0]?.pinterest).toBe("26000000000000000001");
});
