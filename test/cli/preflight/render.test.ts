import { expect, test } from "@jest/globals";
import { type PreflightReport, summaryOf } from "../../../cli/preflight/preflight";
import { render } from "../../../cli/preflight/render";
import type { Forecast } from "../../../stack/forecasts";
import { eachNeedsItsAlias, secretDiffers } from "../../expected/reports";
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
    limits: {},
    warnings: [],
    errors: [],
    ...more,
  };
}

const rendered = (report: PreflightReport, width?: number) => render(report, recordingTerminal({ width }));

test("shows the outcome of each create in one line", () => {
  const text = rendered(
    reportOf([
      { name: "zero", externalBusinessId: "shop-0", verdict: "imported" },
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
zero      shop-0       will be imported: the preview fails if it is missing
one       shop-1       will be created
two       shop-2       will be adopted: exists and equals the program; writes partnerAccessToken, because secrets cannot be compared
three     shop-3       will be OVERWRITTEN in connectedTagId, scopes (adopt: true)

4 integrations to create: 1 created, 1 adopted, 1 imported, 1 overwritten.
The next update will refuse nothing.`);
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
one       connectedTagId  (secret)  ${secretDiffers}
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
  expect(text).toMatch(/^one +1 +north +NOT CHECKED: HTTP 401$/m);
  expect(text).toMatch(/^three +\(not shown\) +\(provider p\) +not known before the update: /m);
  expect(text).toContain("one and 1 more of the same account:\nSet a valid token (request 1).");
  expect(text).not.toContain("request 2");
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
    alias: `aliases of ${from}`,
  });
  const creates = [renamed("north", "protected"), renamed("south", "adopted")];
  const text = rendered({ ...reportOf([]), ok: false, creates, summary: summaryOf(creates) });
  expect(text).toMatch(
    /^new-north +north +REFUSED: Pulumi would delete a protected resource; renamed from north, stays connected$/m,
  );
  expect(text).toMatch(/^new-south +south +will be adopted: .*; writes partnerAccessToken, /m);
  expect(text).toContain(eachNeedsItsAlias("new-north: `aliases of north`; new-south: `aliases of south`"));
  expect(text).toContain(
    "2 integrations to create (2 renamed, which stay connected): 1 adopted, 1 refused because of",
  );
});

test("names a replaced integration, and what happens to it", () => {
  const text = rendered(
    reportOf([
      { name: "one", verdict: "created", replaces: "a" },
      { name: "two", verdict: "created", replaces: "b", keepsReplaced: true },
      { name: "three", verdict: "undeletable", replaces: "c", reason: "why" },
    ]),
  );
  expect(text).toMatch(/ will be created; replaces a, which it deletes$/m);
  expect(text).toMatch(/ will be created; replaces b, which stays connected$/m);
  expect(text).toMatch(/ REFUSED: replaces c, which it must not delete, because why$/m);
  expect(text).toContain(": 2 created, 1 refused because of a deletion.");
});

test.each([
  [{}, "2 integrations to delete at Pinterest.\n"],
  [
    { deleteLimit: 2 },
    "2 integrations to delete at Pinterest. `pinterest:deleteLimit` allows 2 in one command.\n",
  ],
  [
    { deleteLimit: 1 },
    "2 integrations to delete: REFUSED, because `pinterest:deleteLimit` allows 1. To delete all of them, set `PINTEREST_DELETE_LIMIT=2` for one command.\n",
  ],
  [
    { onDelete: "refuse" },
    "2 integrations to delete: REFUSED, because `pinterest:onDelete` is `refuse`. To delete an integration, set `pinterest:onDelete`, and " +
      "`onDelete` of explicit providers, to `disconnect`, unset PINTEREST_ON_DELETE, run `pulumi up` while the program declares it, and then remove it again.\n",
  ],
  [
    { onDelete: "retain" },
    "2 integrations to remove from state only, because `pinterest:onDelete` is `retain`.\n",
  ],
] as const)("reports the number of deletions with the limits %j", (limits, expected) => {
  expect(rendered(reportOf([], { others: { update: 0, delete: 2, same: 3 }, limits }))).toContain(expected);
});

test("reports that the update continues after the failure of an account, unless something else fails", () => {
  const ofAccount = { verdict: "not-checked", updateContinues: true } as const;
  const creates = [{ name: "one", ...ofAccount }];
  expect(rendered(reportOf(creates, { ok: false }))).toContain("deploy the others. It then exits with 10, ");
  const others = { update: 0, delete: 1, same: 0 };
  expect(rendered(reportOf(creates, { ok: false, others }))).toContain("Deletions fail, too, ");
  const refused = { name: "two", verdict: "refused" } as const;
  expect(rendered(reportOf([...creates, refused], { ok: false }))).toContain("The next update will fail.");
});

test("names the command that shows updates and deletions, if there are any", () => {
  const others = { update: 1, delete: 0, same: 0 };
  expect(render(reportOf([], { others }), recordingTerminal(), " --stack prod")).toContain(
    "The next update will refuse no create or deletion. 1 update was not checked at Pinterest. " +
      "`pulumi preview --diff --stack prod` shows updates and deletions.",
  );
});
