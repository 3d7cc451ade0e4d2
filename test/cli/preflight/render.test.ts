import { expect, test } from "@jest/globals";
import { type Forecast, type PreflightReport, summaryOf } from "../../../cli/preflight/preflight";
import { render } from "../../../cli/preflight/render";
import { recordingTerminal } from "../helpers/terminal";

function reportOf(creates: Omit<Forecast, "urn">[], more: Partial<PreflightReport> = {}): PreflightReport {
  const all = creates.map((forecast) => ({ ...forecast, urn: `urn::${forecast.name}` }));
  return {
    version: 1,
    project: "shops",
    stack: "production",
    ok: true,
    creates: all,
    summary: summaryOf(all),
    others: { update: 0, delete: 0, same: 2 },
    warnings: [],
    errors: [],
    ...more,
  };
}

const rendered = (report: PreflightReport, width?: number) => render(report, recordingTerminal({ width }));

test("shows the outcome of each create in one line", () => {
  const text = rendered(
    reportOf([
      { name: "one", externalBusinessId: "shop-1", verdict: "created" },
      { name: "two", externalBusinessId: "shop-2", verdict: "adopted", notCompared: ["partnerAccessToken"] },
      {
        name: "three",
        externalBusinessId: "shop-3",
        verdict: "overwritten",
        fields: ["connectedTagId", "scopes"],
      },
    ]),
  );
  expect(text).toBe(`Stack production of shops

Resource  Integration  Outcome
one       shop-1       will be created
two       shop-2       will be adopted: exists and equals the program; writes partnerAccessToken, because secrets cannot be compared
three     shop-3       will be OVERWRITTEN in connectedTagId, scopes (adopt: true)

3 integrations to create: 1 created, 1 adopted, 1 overwritten.
No create will be refused.`);
});

test("lists both values of each difference, and explains once what to do about refused creates", () => {
  const refused = { verdict: "refused", fields: ["scopes", "connectedTagId"], omitted: ["scopes"] } as const;
  const report = reportOf(
    [
      {
        name: "one",
        externalBusinessId: "1",
        ...refused,
        differences: [
          { name: "scopes", secret: false, program: null, pinterest: "ads:read" },
          { name: "connectedTagId", secret: true },
        ],
      },
      {
        name: "two",
        externalBusinessId: "2",
        ...refused,
        differences: [{ name: "connectedTagId", secret: false, program: "33", pinterest: null }],
      },
    ],
    { ok: false },
  );
  expect(render(report, recordingTerminal(), " --stack production")).toBe(`Stack production of shops

Resource  Integration  Outcome
one       1            REFUSED: exists, and differs in scopes, connectedTagId; the program omits scopes
two       2            REFUSED: exists, and differs in scopes, connectedTagId; the program omits scopes

Resource  Property        Program   Pinterest
one       scopes          not set   ads:read
one       connectedTagId  (secret)  differs (secret)
two       connectedTagId  33        not set

To keep Pinterest's values, copy them into the program. \`pulumi up --stack production\` then adopts the integrations, and writes only
partner tokens and e-mail. To overwrite the integrations with the program's values, set \`adopt: true\` on the resources.

2 integrations to create: 2 refused.
The next update will fail.`);
});

test("shows accounts if there are any, and explains each failed account once", () => {
  const notChecked = { account: "north", verdict: "not-checked", reason: "HTTP 401" } as const;
  const text = rendered(
    reportOf(
      [
        { name: "one", externalBusinessId: "1", ...notChecked, advice: "Set a valid token (request 1)." },
        { name: "two", externalBusinessId: "2", ...notChecked, advice: "Set a valid token (request 2)." },
        { name: "three", provider: "p", verdict: "unknown", reason: "`externalBusinessId` is not known" },
      ],
      { ok: false },
    ),
  );
  expect(text).toMatch(/^three +\(not shown\) +\(provider p\) +not known before the update: /m);
  expect(text).toContain("one and 1 more of the same account:\nSet a valid token (request 1).");
  expect(text).not.toContain("request 2");
});

test("escapes text from outside, and fits the terminal's width", () => {
  const id = `\u001b[2J${"x".repeat(2000)}`;
  const text = rendered(reportOf([{ name: "one\u0007", externalBusinessId: id, verdict: "created" }]), 100);
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

test("prints warnings with what to do, without hidden characters", () => {
  const warning = {
    code: "shared-merchant",
    names: ["one"],
    summary: "one\u0007",
    remedy: "Do it.",
  } as const;
  expect(rendered(reportOf([], { warnings: [warning] }))).toContain("\n\nwarning: one\\u{7}. Do it.\n\n");
});

test("reports that a failed preview may be incomplete, and does not count creates that it has not found", () => {
  const failed = { ok: false, errors: ["it broke"] };
  const problem = "The preview failed, so creates may be missing here. Fix its error first.";
  expect(rendered(reportOf([{ name: "one", verdict: "created" }], failed))).toContain(
    `1 integration to create: 1 created.\n${problem}`,
  );
  expect(rendered(reportOf([], failed))).toBe(`Stack production of shops\n\n${problem}`);
});

test("names the alias of each renamed resource, and refuses the rename of a protected one", () => {
  const urnOf = (name: string) => `urn:pulumi:production::shops::pinterest::${name}`;
  const renamed = (from: string, verdict: Forecast["verdict"]): Forecast => ({
    name: `new-${from}`,
    urn: urnOf(`new-${from}`),
    externalBusinessId: from,
    verdict,
    notCompared: ["partnerAccessToken"],
    renamedFrom: from,
    renamedFromUrn: urnOf(from),
    alias: "not printed",
  });
  const creates = [renamed("north", "protected"), renamed("south", "adopted")];
  const text = rendered({ ...reportOf([]), ok: false, creates, summary: summaryOf(creates) });
  expect(text).toMatch(
    /^new-north +north +REFUSED: Pulumi would delete a protected resource; renamed from north, stays connected$/m,
  );
  expect(text).toMatch(/^new-south +south +will be adopted: .*; writes partnerAccessToken, /m);
  expect(text).toContain(
    'new-north: `aliases: [{ name: "north" }]`; new-south: `aliases: [{ name: "south" }]`.',
  );
  expect(text).toContain(
    "2 integrations to create (2 renamed, which stay connected): 1 adopted, 1 refused because of",
  );
});

test("reports that updates and deletions were not checked, if there are any", () => {
  const text = rendered(reportOf([], { others: { update: 1, delete: 2, same: 3 } }));
  expect(text).toContain("Updates and deletions were not checked: `pulumi preview --diff` shows them.");
  const ofStack = render(
    reportOf([], { others: { update: 1, delete: 0, same: 0 } }),
    recordingTerminal(),
    " --stack prod",
  );
  expect(ofStack).toContain("`pulumi preview --diff --stack prod` shows");
});
