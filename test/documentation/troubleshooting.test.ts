import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { PinterestApiError } from "../../provider/api";
import { causeOf, type ErrorResponseFacts, requestTopics } from "../../provider/api/error-remedies";
import { checkIntegration, Declarations } from "../../provider/lifecycle/check";
import {
  explainExists,
  explainIgnored,
  explainMove,
  explainNotCleared,
  explainOwnedByAnother,
  explainProblem,
  explainRefusedReplacement,
} from "../../provider/lifecycle/messages";
import { deploymentTopics } from "../../provider/run/failure";
import type { DeletionProblem } from "../../provider/run/ownership";
import { programWording } from "../run-context";

// docs/troubleshooting has a heading for each message, with the part that users search for. The headings must be parts of the real messages.

const repository = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(repository, "docs", path), "utf8");
const index = read("troubleshooting.md");
const pages = ["arguments", "requests", "deployments", "other-programs"] as const;

/** Sections whose messages other programs print. */
const foreignSections = ["Messages of Pulumi", "Messages of npm"];

/** A heading of a page, which is a part of a message. */
interface Entry {
  readonly page: string;
  readonly section: string;
  readonly message: string;
  /** The anchor above the heading: the topic of an error. */
  readonly topic: string | undefined;
  readonly text: string;
}

function entriesIn(page: string): Entry[] {
  let section = "";
  const parts = read(`troubleshooting/${page}.md`).split(/^(?=## |<a id=|(?<!<\/a>\n\n)### )/m);
  return parts.flatMap((part) => {
    section = /^## (.+)/.exec(part)?.[1] ?? section;
    const [, topic, , message = "", text = ""] =
      /^(?:<a id="(.+)"><\/a>\n\n)?### (`+) ?(.+?) ?\2\n\n(.+)$/s.exec(part) ?? [];
    return message === "" ? [] : [{ page, section, message, topic, text }];
  });
}

const entries = pages.flatMap(entriesIn);

/** The product's source code without comments, with the parts of each message joined. */
function sources(): string {
  const files = globSync("{provider,stack,cli,fleet}/**/*.{ts,mts}", { cwd: repository });
  return files
    .map((file) => readFileSync(join(repository, file), "utf8"))
    .join("\n")
    .replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "")
    .replaceAll("\\`", "`")
    .replaceAll(/["'`]\s*\+\s*["'`]/g, "");
}

const headingOf = (page: string, topic: string) =>
  entries.find((entry) => entry.page === page && entry.topic === topic)?.message;

describe("the pages", () => {
  test("have a heading for each error that refers to them, and no anchor without an error", () => {
    const topicsOn = (page: string) =>
      entries.flatMap((entry) => (entry.page === page && entry.topic !== undefined ? [entry.topic] : []));
    expect(topicsOn("requests").sort()).toEqual([...requestTopics].sort());
    expect(topicsOn("deployments").sort()).toEqual([...deploymentTopics].sort());
  });

  test("have a cause and a remedy below each heading", () => {
    for (const page of pages)
      expect(read(`troubleshooting/${page}.md`).match(/^### /gm)).toHaveLength(entriesIn(page).length);
    // A step can have a command with its output.
    const proseOf = (text: string) => text.trim().replaceAll(/\n\n( +)```[\s\S]*?\n\1```\n\n/g, "\n");
    const incomplete = entries.filter(({ text }) => proseOf(text).split(/\n\n/).length !== 2);
    expect(incomplete).toEqual([]);
  });

  test("are indexed by message", () => {
    const linked = [...index.matchAll(/^- \[(`+) ?(.+?) ?\1\]\(troubleshooting\/(.+)\.md#(.+)\)$/gm)];
    expect(linked.map(([, , message, page]) => [page, message])).toEqual(
      entries.map(({ page, message }) => [page, message]),
    );
  });
});

/** A response for each cause of a failure. */
const responses: Readonly<Record<string, ErrorResponseFacts>> = {
  redirect: { status: 302, redirectedTo: "example.com" },
  "proxy-password": { status: 407 },
  "unknown-outcome": { status: 500, code: 0 },
  "unknown-outcome-at-a-proxy": { status: 502 },
  spam: { status: 429, code: 8, hints: { isSpam: true } },
  "rate-limit": { status: 429, code: 8 },
  "daily-rate-limit": { status: 429, code: 8, retryAfterMs: 3_600_000 },
  "response-of-another-server": { status: 403 },
  "merchant-connected": { status: 409, code: 4163 },
  "token-rejected": { status: 401, code: 2 },
  "restricted-feature": { status: 401, code: 3, hints: { restrictedFeature: "commerce_integrations" } },
  "missing-scope": { status: 401, code: 3 },
  "trial-access": { status: 403, code: 29, hints: { isTrialAccess: true } },
  "not-permitted": { status: 403, code: 29 },
  "account-disapproved": { status: 403, code: 2625 },
  "account-under-review": { status: 403, code: 2626 },
  "access-refused": { status: 403, code: 7 },
  "missing-integration": { status: 404, code: 4180 },
  "wrong-address": { status: 404, code: 404 },
  "other-owner": { status: 409, code: 4182 },
  "invalid-value": { status: 400, code: 1 },
};

test.each(Object.entries(responses))("the heading of %s is in the message", (topic, response) => {
  const context = { operation: "updateCommerceIntegration", externalBusinessId: "shop-1" } as const;
  const error = new PinterestApiError(context, { ...response, apiMessage: "no" });
  expect(error.topic).toBe(topic);
  expect(error.message).toContain(headingOf("requests", topic) ?? "no heading");
});

/** A code that Pinterest does not document. */
const otherCode = 9999;

test("the table of HTTP statuses has the causes of each status and code", () => {
  const rows = [...index.matchAll(/^\| (\dxx|\d{3}[\d, ]*) \| (.+) \| (.+) \|$/gm)];
  const linked = rows.flatMap(([, statuses = "", codes = "", links = ""]) => {
    const topics = [...links.matchAll(/requests\.md#([\w-]+)/g)].map(([, topic]) => topic);
    const numbers = [...codes.matchAll(/\d+/g)].map(Number);
    if (/other|any/.test(codes)) numbers.push(otherCode);
    const possible = /none/.test(codes) ? [...numbers, undefined] : numbers;
    for (const status of statuses.replace("xx", "02").split(", ").map(Number))
      for (const code of possible)
        expect([topics, status, code]).toEqual([
          expect.arrayContaining([causeOf("updateCommerceIntegration", { status, code })]),
          status,
          code,
        ]);
    return topics;
  });
  expect([...new Set(linked)].sort()).toEqual(Object.keys(responses).sort());
});

const problem = (reason: DeletionProblem) =>
  explainProblem(
    reason,
    { externalBusinessId: "shop-1", fields: {}, managed: [], released: [] },
    programWording,
  );

/** Messages about deployments. The other topics have one message each, which the sources contain. */
const messages: readonly (readonly [topic: string, message: string])[] = [
  [
    "already-exists",
    explainExists(
      { externalBusinessId: "shop-1", fields: {} },
      ["connectedTagId"],
      "unchanged",
      programWording,
    ),
  ],
  ["another-owner", explainOwnedByAnother("shop-1", new Error("no"))],
  ["ignored-property", explainIgnored("creating", "shop-1", ["scopes"], programWording)],
  ["not-cleared", explainNotCleared("shop-1", ["scopes"], "it stays.", programWording)],
  ["account-change", explainMove("shop-1", { from: "a", to: "b" }, "no.", programWording)],
  ["replacement-refused", explainRefusedReplacement("shop-1", "it is protected", "Stop")],
  ...(["early", "unfinished", "possibly-held", "wanted", "partial", "refused"] as const).map(
    (reason) => [`deletion-${reason}`, problem(reason)] as const,
  ),
];

test.each(messages)("the heading of %s is in the message", (topic, message) => {
  expect(message).toContain(headingOf("deployments", topic) ?? "no heading");
});

/** Arguments with a problem, in the order of the headings. */
const refused: readonly Record<string, unknown>[] = [
  { externalBusinesId: "shop-1" },
  { integrationId: "1" },
  { externalBusinessId: null },
  { connectedTagId: "" },
  { connectedTagId: 2613187432 },
  { externalBusinessId: "shop-1 " },
  { connectedTagId: "2613 187432" },
  { partnerAccessTokenExpiry: 1893456000 },
  { partnerPrimaryEmail: "Partner" },
  { partnerMetadata: { id: 2 ** 54 } },
];

test("the headings about arguments are in the messages", () => {
  const declarations = new Declarations();
  declarations.record("a", { externalBusinessId: "shop-1" });
  const messages = [
    ...refused.map((news) => checkIntegration({ externalBusinessId: "shop-1", ...news }).problems.join()),
    declarations.record("b", { externalBusinessId: "shop-1" }),
  ];
  const headings = entries.flatMap(({ page, message }) => (page === "arguments" ? [message] : []));
  expect(messages).toEqual(headings.map((heading) => expect.stringContaining(heading)));
});

test("the other headings are in messages of the sources", () => {
  const source = sources();
  const compared = new Set([...Object.keys(responses), ...messages.map(([topic]) => topic)]);
  const others = entries.filter(
    ({ page, section, topic }) =>
      page !== "arguments" &&
      !foreignSections.includes(section) &&
      (topic === undefined || !compared.has(topic)),
  );
  expect(others.length).toBeGreaterThan(5);
  expect(others.filter(({ message }) => !source.includes(message))).toEqual([]);
});
