import { expect, test } from "@jest/globals";
import { renderMarkdown } from "../../../cli/drift/markdown";
import { renderTable } from "../../../cli/drift/terminal";
import type { DriftReport, MerchantReport, StackReport } from "../../../stack/report";
import { namedRequest, pattern } from "../../expected/messages";
import {
  deployPending,
  driftAndErrorsFound,
  driftedMeaning,
  exitCodeIs,
  exitCodes,
  keepOrAdopt,
  nothingDiffers,
  pendingMeaning,
  recreateAndDeploy,
  revokedMeaning,
  secretDiffers,
  writeBackAndDeploy,
} from "../../expected/reports";
import { recordingTerminal } from "../helpers/terminal";
import { example, htmlOf, merchant, withMerchants, withStacks } from "./helpers/example";

const wide = recordingTerminal();
const narrow = recordingTerminal({ width: 80 });
const stack: StackReport = { project: "shops", stack: "dev", directory: ".", merchants: [], errors: [] };
const words = (report: DriftReport) => renderTable(report, wide).replace(/\s+/g, " ");

/** A text in lines of at most 80 characters, as the terminal has. */
function lines(text: string, indent = ""): string {
  const pattern = new RegExp(`\\S.{0,${79 - indent.length}}(?= |$)`, "g");
  return (text.match(pattern) ?? []).map((line) => indent + line).join("\n");
}

const indented = (text: string) => lines(text, "  ");

const fixAll = "npx pulumi-pinterest drift --fix --include-pending --stack dev";

test("prints all kinds of findings with what to do, within the terminal's width", () => {
  expect(renderTable(example, narrow)).toBe(`shops/dev

Drifted: ${driftedMeaning}
    Property                  Program                   Pinterest
  berlin (de-berlin-1, account north, changed 2026-07-31T20:15:00Z)
    connectedTagId            2613187432                2600000000001
    connectedMerchantId       1949483                   not set
    partnerAccessTokenExpiry  2026-01-01T00:00:00Z      2027-01-01T00:00:00Z
                              (1767225600000)           (1798761600000)
    partnerAccessToken        (secret)                  ${secretDiffers}
  cologne
    partnerMetadata           {"catalogue":{"feed":"ht  {"catalogue":{"feed":"ht
                              tps://shop.example/feeds  tps://shop.example/feeds
                              /de/p…plan":"plus","sinc  /de/p…lan":"basic","sinc
                              e":2024}                  e":2024}

${indented(`${writeBackAndDeploy(fixAll)} ${keepOrAdopt("npx pulumi-pinterest drift --adopt --stack dev")}`)}

Missing: Pinterest has no such integration.
  dresden (de-dresden-1)

${indented(`${recreateAndDeploy(fixAll)} Otherwise, remove them from the program.`)}

${lines(`Revoked: ${revokedMeaning}`)}
  essen (account rhine), frankfurt (account rhine)
    Pinterest refuses account 'rhine' (HTTP 401, code 2): Authentication failed.
    The access token of account 'rhine' has expired or was revoked. Get a new
    one and set it in \`pinterest:accounts\`, then run this again.

Unreachable: The check could not read these integrations, for the reasons below.
  goslar (provider harz)
    reading integration 'goslar': no response within 30 s, after 4 attempts

Failed: Errors of the whole stack or of an account.
  account 'south' could not be listed: Pinterest refuses it (HTTP 403, code 29).

${lines(`Pending: ${pendingMeaning} 1 of them is also in another section.`)}
  Integration  Changes
  cologne      scopes
  hamburg      create

  ${deployPending("pulumi up --stack dev")}

Unmanaged: No program of this report manages them.
  External business ID        Integration ID
  de-ulm-1 (account north)    7329847293
  de ulm's 2 (account north)  7329847294
  none (provider harz)        7329847295

  If no other stack manages them, you can import them: run \`npx pulumi-pinterest
  import --run --stack dev\`, followed by their IDs.

  To manage those of an explicit provider, declare them in the program with that
  provider. Then run \`npx pulumi-pinterest preflight --stack dev\` to list
  Pinterest's values, and copy them into the program.

In sync: 1 integration.

${lines(`9 integrations: 6 managed (2 drifted, 2 revoked, 1 unreachable, 1 in sync), 3 unmanaged; 1 missing, 1 error, 2 pending. ${exitCodeIs(exitCodes.driftAndErrors, driftAndErrorsFound)}`)}`);
});

test.each([20, 40, 100, 200])("fits lines into %i columns, but at least 40", (width) => {
  const lines = renderTable(example, recordingTerminal({ width })).split("\n");
  expect(lines.filter((line) => line.length > Math.max(width, 40))).toEqual([]);
});

const tag = { name: "connectedTagId", secret: false, program: "2613187432", pinterest: "2600000000001" };
const account = { name: "connectedAdvertiserId", secret: false, program: "1", pinterest: null };
const drifted = (name: string, since: string, ...properties: MerchantReport["properties"]) =>
  merchant(name, { status: "drifted", since, properties });

test("prints changes of several integrations once, the most frequent first, before those of one integration", () => {
  const report = withMerchants(
    drifted("aachen", "2026-07-03T10:00:00Z", account, { ...tag, pinterest: "7" }),
    drifted("berlin", "2026-07-02T10:00:00Z", tag),
    drifted("cologne", "2026-07-01T10:00:00Z", tag),
    drifted("dresden", "2026-07-04T10:00:00Z", account, tag),
    drifted("essen", "2026-07-05T10:00:00Z", tag),
  );
  const [first, second] = report.groups.map(({ id }) => id);
  expect(renderTable(report, wide)).toContain(`
Drifted: ${driftedMeaning}
  Integration                                                                                       Property               Program     Pinterest
  4 integrations since 2026-07-01T10:00:00Z (change ${first}): berlin, cologne, dresden and 1 more  connectedTagId         2613187432  2600000000001
  2 integrations since 2026-07-03T10:00:00Z (change ${second}): aachen, dresden                      connectedAdvertiserId  1           not set
  aachen (changed 2026-07-03T10:00:00Z)                                                             connectedTagId         2613187432  7
`);
  expect(renderMarkdown(report)).toContain(
    `| 4 integrations since 2026-07-01T10:00:00Z (change ${first}): \`berlin\`, \`cologne\`, \`dresden\`, \`essen\` | \`connectedTagId\` |`,
  );
});

test("names the stacks of integrations that share a change, and their directories", () => {
  const since = "2026-07-02T10:00:00Z";
  const report = withStacks(
    { ...stack, merchants: [drifted("a", since, tag)] },
    { ...stack, stack: "prod", directory: "shops/eu", merchants: [drifted("b", since, tag)] },
  );
  const text = renderTable(report, wide);
  expect(text).toMatch(/^shops\/dev, shops\/prod in shops\/eu\n/);
  expect(text).toMatch(/^ {2}2 integrations since .*: a \(shops\/dev\), b \(shops\/prod in shops\/eu\) /m);
});

test("counts wide characters as two columns", () => {
  const report = withMerchants(
    ...["東京の店", "tokyo"].map((name) =>
      merchant(name, {
        status: "drifted",
        properties: [{ name: "connectedTagId", secret: false, program: name, pinterest: "2" }],
      }),
    ),
  );
  const [first = "", second = ""] = renderTable(report, wide).split("\n").slice(4);
  expect(second.indexOf("connectedTagId") - first.indexOf("connectedTagId")).toBe(4);
});

test("keeps a long word on one line, so that the URN in an alias can be copied", () => {
  const renamedFrom = `urn:pulumi:dev::shops::shops:index:Shop$${"x".repeat(80)}::north`;
  const alias = `aliases: ["${renamedFrom}"]`;
  const report = withMerchants(merchant("north", { renamedFrom, alias, pending: ["rename"] }));
  expect(renderTable(report, narrow)).toContain(`["${renamedFrom}"]`);
});

test("keeps the indentation of an error's lines", () => {
  const errors = ["the program failed:\n    at shop (index.ts:2:3)"];
  expect(renderTable(withStacks({ ...stack, errors }), recordingTerminal({ width: 24 }))).toContain(
    "  the program failed:\n      at shop\n      (index.ts:2:3)",
  );
});

test("prints a reason once for all integrations with the same advice, with one request ID", () => {
  const failed = (name: string, advice: string) =>
    merchant(name, { status: "unreachable", reason: "HTTP 503", requestId: `${name}-1`, advice });
  const report = withMerchants(
    failed("a", "Try again."),
    failed("b", "Try again."),
    failed("last", "Check the proxy."),
  );
  expect(renderTable(report, wide)).toContain(`
  a, b
    HTTP 503 ${namedRequest("a-1, for instance")}
    Try again.
  last
    HTTP 503 ${namedRequest("last-1")}
    Check the proxy.
`);
});

test("a report before or after a fix does not advise the fix, and only the second report names the exit code", () => {
  const report = withMerchants(...["ulm", "kiel"].map((name) => merchant(name, { status: "missing" })));
  const [before, after] = (["before", "after"] as const).map((when) =>
    renderTable(report, wide, undefined, { when, action: "fix" }),
  );
  expect(before).toMatch(/^Before the fix\n\nshops\/dev\n.*\n2 missing\.$/s);
  expect(after).toMatch(
    new RegExp(
      `^\\nAfter the fix\\n\\nshops/dev\\n.*\\n2 missing\\. ${pattern(exitCodeIs(exitCodes.drift, ".*"))}$`,
      "s",
    ),
  );
  for (const text of [before, after]) expect(text).not.toContain("--fix");
});

test("reports that a stack has no integrations", () => {
  expect(renderTable(withMerchants(), wide)).toBe(
    `shops/dev\n\nNo integration is deployed yet.\n\nNothing to compare. ${exitCodeIs(0, nothingDiffers)}`,
  );
});

test("names secrets that were not compared once, in every format", () => {
  const report = withStacks(
    { ...stack, uncompared: ["partnerAccessToken"] },
    { ...stack, stack: "prod", uncompared: ["partnerAccessToken", "partnerPrimaryEmail"] },
  );
  for (const text of [renderTable(report, wide), renderMarkdown(report), htmlOf(report)]) {
    expect(text.split(/Not compared\\?: partnerAccessToken, partnerPrimaryEmail\. /)).toHaveLength(2);
    expect(text.replaceAll("\\", "")).toContain("pinterest:compareSecrets");
  }
});

test("names accounts that could not be listed, and prints each reason once", () => {
  const reason = "Pinterest responded with HTTP 401.";
  const text = renderTable(
    withStacks({
      ...stack,
      merchants: [merchant("a", { account: "rhine", status: "revoked", reason })],
      unmanaged: [],
      unlisted: [
        { account: "rhine", reason },
        { provider: "harz", reason: "no response" },
      ],
      errors: ["no response"],
    }),
    wide,
  );
  expect(text).toContain(
    "Not listed: These accounts could not be listed, so they can have more integrations that no program manages.\n" +
      "  account 'rhine'\n  provider 'harz'\n",
  );
  expect(text).toContain("1 managed (1 revoked); 1 error, 2 accounts not listed.");
  expect(text.match(/no response/g)).toHaveLength(1);
});

test.each<[Partial<StackReport>, isComplete: boolean]>([
  [{ unmanaged: [] }, true],
  [{}, false],
  [{ unmanaged: [], unlisted: [{ reason: "no" }] }, false],
  [{ unmanaged: [], errors: ["no"] }, false],
  [{ unmanaged: [{ integrationId: "1" }] }, false],
])("with %j, the report says that there are no unmanaged integrations: %s", (more, isComplete) => {
  expect(words(withStacks({ ...stack, ...more })).includes("No unmanaged integrations")).toBe(isComplete);
});

test("prints a command for each stack that imports its unmanaged integrations", () => {
  const unmanaged = [{ externalBusinessId: "a" }, { externalBusinessId: "b", account: "north" }];
  expect(
    words(withStacks({ ...stack, unmanaged }, { ...stack, directory: "my shops", unmanaged })),
  ).toContain(
    "run `npx pulumi-pinterest import --run --stack dev`, `npx pulumi-pinterest import --run --cwd 'my shops' --stack dev`, followed by",
  );
});

test("explains why a program cannot declare unmanaged integrations, instead of a command", () => {
  const text = words(
    withStacks({ ...stack, unmanaged: [{ externalBusinessId: " a " }, { integrationId: "7" }] }),
  );
  expect(text).toMatch(/Some integrations cannot be imported: `" a "` .*whitespace/);
  expect(text).toContain("Some integrations cannot be imported: they have no external business ID.");
  expect(text).not.toContain("import --");
});

test("colors each line of a column separately", () => {
  const terminal = { width: 80, style: (style: unknown, text: string) => `<${String(style)}>${text}</>` };
  const text = renderTable(example, terminal as never);
  expect(text).toContain("<yellow>Drifted</>: ");
  expect(text).toMatch(/<green>2026-01-01T00:00:00Z<\/> +<red>2027-01-01T00:00:00Z<\/>\n/);
  const lastWord = driftAndErrorsFound.split(" ").at(-1);
  expect(text).toMatch(new RegExp(`<bold,red>[^<]*${lastWord}\\.</>$`));
});
