import { expect, test } from "@jest/globals";
import { historyOfReport } from "../../../cli/drift/html-estate";
import { ofPrograms } from "../../../cli/drift/wording";
import type { DriftedProperty } from "../../../stack/report";
import { example, htmlOf, merchant, withMerchants } from "./helpers/example";

const tag: DriftedProperty = { name: "connectedTagId", secret: false, program: "1", pinterest: "2" };
const acceptedTag: DriftedProperty = { ...tag, accepted: { reason: "r", by: "b", until: "2999-12-31" } };
const owner: DriftedProperty = { name: "connectedMerchantId", secret: false, program: "3", pinterest: null };

/** The text of the page without markup, on one line. */
function textOf(page: string): string {
  const body = page.replace(/.*<body>/s, "");
  return body
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** The part of the page about an integration to which its name in a list or table links. */
function pageOf(name: string, page: string): string {
  const id = page.match(new RegExp(`<a href="#([^"]+)">${name}</a>`))?.[1];
  return textOf(`<body>${page.match(new RegExp(`<article id="${id}".*?</article>`, "s"))?.[0]}`);
}

test("shows the integrations by state in words, with a part of the bar for each", () => {
  const page = htmlOf(example);
  expect(textOf(page)).toContain(
    "2 drifted: changed at Pinterest 1 missing: deleted at Pinterest 2 revoked: Pinterest refuses access " +
      "1 unreachable: could not be checked 2 pending: waits for an update 1 in sync: as intended",
  );
  const widths = [...page.matchAll(/<rect data-kind="([^"]+)" x="[^"]+" width="([^"]+)"/g)];
  expect(widths.map(([, kind, width]) => [kind, width])).toEqual([
    ["drifted", "222.2"],
    ["missing", "111.1"],
    ["revoked", "222.2"],
    ["unreachable", "111.1"],
    ["pending", "222.2"],
    ["in-sync", "111.1"],
  ]);
});

test.each<[string, Parameters<typeof merchant>[1]]>([
  ["drift and a change", { status: "drifted", properties: [tag], pending: ["scopes"] }],
  ["a missing integration that is replaced", { status: "missing", pending: ["replace"] }],
  ["a revoked account and a deletion", { status: "revoked", pending: ["delete"] }],
  ["accepted drift and a change", { status: "accepted", properties: [acceptedTag], pending: ["scopes"] }],
])("counts %s equally in the headline, the bar, the tiles and JSON", (_, changes) => {
  const report = withMerchants(merchant("aachen", changes), merchant("berlin", { pending: ["scopes"] }));
  const page = htmlOf(report);
  const countsIn = (expression: RegExp) =>
    Object.fromEntries([...page.matchAll(expression)].map(([, state, count]) => [state, Number(count)]));
  const { inSync, errors: _none, ...counts } = report.summary;
  const inJson = Object.entries({ ...counts, "in-sync": inSync }).filter(([, count]) => count !== 0);
  const inTiles = countsIn(/class="tile" data-kind="([\w-]+)">.*?<b>(\d+)</g);

  expect(inTiles).toEqual(Object.fromEntries(inJson));
  expect(countsIn(/<li data-kind="([\w-]+)"><b>(\d+)</g)).toEqual(inTiles);
  expect(page).toMatch(new RegExp(`<h1>.*\\b${counts.pending} waits? for an update`));
});

test("has a part about each integration with a finding", () => {
  const page = htmlOf(
    withMerchants(
      merchant("aachen", {
        status: "drifted",
        account: "north",
        properties: [owner, tag],
        since: "2026-07-01T10:00:00Z",
        pending: ["scopes"],
      }),
      merchant("berlin", { status: "revoked", reason: "no access", advice: "Ask `berlin`." }),
      merchant("cologne"),
    ),
  );
  expect(pageOf("aachen", page)).toBe(
    "Back to the report aachen account north · stack shops/dev Drifted: changed at Pinterest. " +
      "Last change at Pinterest: 2026-07-01 10:00 UTC. Not deployed: Permissions. " +
      "Catalog owner (merchant): connectedMerchantId Program: 3 Pinterest: not set Pinterest tag: connectedTagId Program: 1 Pinterest: 2",
  );
  expect(pageOf("berlin", page)).toContain("Revoked: Pinterest refuses access. no access Ask berlin .");
  expect(page.match(/<article/g)).toHaveLength(2);
  expect(page).not.toContain(">cologne</a>");
});

test("shows the states of an earlier report next to the current ones", () => {
  const earlier = withMerchants(
    merchant("aachen"),
    merchant("berlin", { status: "drifted", properties: [tag] }),
  );
  const now = {
    ...withMerchants(merchant("aachen", { status: "missing" }), merchant("berlin", { status: "missing" })),
    generatedAt: "2026-08-02T12:30:00.000Z",
  };
  const page = htmlOf(now, { ...ofPrograms(), history: historyOfReport(earlier) });
  expect(textOf(page)).toContain(
    "Over time The state at each check, the latest first. 2026-08-02 12:30 UTC 2 missing 2026-08-01 12:30 UTC 1 drifted, 1 in sync",
  );
  expect(pageOf("aachen", page)).toMatch(/Earlier checks 2026-08-01 12:30 UTC: in sync$/);
  expect(pageOf("berlin", page)).toMatch(/Earlier checks 2026-08-01 12:30 UTC: drifted \(Pinterest tag 2\)$/);
  expect(htmlOf(now)).not.toMatch(/Over time|Earlier checks/);
});
