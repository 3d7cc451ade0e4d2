import { expect, test } from "@jest/globals";
import { code, prose, renderMarkdown } from "../../../cli/drift/markdown";
import type { MerchantReport } from "../../../stack/report";
import {
  deployPending,
  driftAndErrorsFound,
  driftedMeaning,
  exitCodeIs,
  exitCodes,
  keepOrAdopt,
  pendingMeaning,
  revokedMeaning,
  writeBack,
} from "../../expected/reports";
import { merchant, withMerchants, withStacks } from "./helpers/example";

function drifted(name: string, value = "2"): MerchantReport {
  return merchant(name, {
    status: "drifted",
    properties: [
      { name: "connectedTagId", secret: false, program: "1", pinterest: value },
      { name: "connectedLbaId", secret: false, program: "3", pinterest: null },
    ],
  });
}

test("prints tables, lists and collapsed details below a marker and the result", () => {
  const stack = { project: "shops", directory: ".", errors: [] };
  const report = withStacks(
    { ...stack, stack: "dev", merchants: [drifted("berlin")] },
    {
      ...stack,
      stack: "prod",
      merchants: [
        merchant("essen", { status: "revoked", account: "rhine", reason: "HTTP 401.", advice: "Renew it." }),
        merchant("hamburg", { pending: ["scopes"] }),
      ],
    },
  );
  expect(renderMarkdown(report)).toBe(`<!-- pulumi-pinterest drift -->

## Pinterest drift

**1 drifted, 1 revoked, 1 pending.**

Stacks \`shops/dev\`, \`shops/prod\`, checked at 2026-08-01T12:30:00Z. ${exitCodeIs(exitCodes.driftAndErrors, driftAndErrorsFound)}

### Drifted

${driftedMeaning}

| Integration | Property | Program | Pinterest |
| --- | --- | --- | --- |
| \`berlin\` (stack \`shops/dev\`) | \`connectedTagId\` | \`1\` | \`2\` |
| \`berlin\` (stack \`shops/dev\`) | \`connectedLbaId\` | \`3\` | *not set* |

${writeBack("npx pulumi-pinterest drift --fix --stack dev")} ${keepOrAdopt("npx pulumi-pinterest drift --adopt --stack dev")}

### Revoked

${revokedMeaning}

- \`essen\` (account \`rhine\`, stack \`shops/prod\`)
  <br>HTTP 401.

  <details><summary>What to do</summary>

  Renew it.

  </details>

<details><summary>Pending (1)</summary>

${pendingMeaning}

| Integration | Changes |
| --- | --- |
| \`hamburg\` (stack \`shops/prod\`) | \`scopes\` |

${deployPending("pulumi up --stack prod")}

</details>
`);
});

test("omits and counts rows that do not fit into an issue, and keeps drift first", () => {
  const many = (count: number, merchantOf: (index: number) => MerchantReport) =>
    Array.from({ length: count }, (_, index) => merchantOf(index));
  const text = renderMarkdown(
    withMerchants(
      ...many(200, (index) => merchant(`pending-${index}`, { pending: ["scopes"] })),
      ...many(500, (index) => merchant(`missing-${index}`, { status: "missing" })),
      ...many(400, (index) => drifted(`drifted-${index}`, `${"é".repeat(80)}${index}`)),
    ),
  );
  const rows = text.match(/^\| `drifted-\d+`|^\| 400 integrations/gm)?.length ?? 0;
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
  expect(Buffer.byteLength(text)).toBeGreaterThan(55_000);
  expect(text).not.toMatch(/`(missing|pending)-\d+`/);
  expect(text).toContain(
    `**Omitted, because the report is too long:** Drifted (${401 - rows}), Missing (500), Pending (200)`,
  );
});

test.each([
  ["a`b", "``a`b``"],
  ["`", "`` ` ``"],
  ["``a", "``` ``a ```"],
  ["a\nb", "`a\\nb`"],
  ["<b>@me", "`<b>@me`"],
])("writes %j as the code %s", (text, markdown) => {
  expect(code(text)).toBe(markdown);
});

test("escapes pipes in cells", () => {
  expect(renderMarkdown(withMerchants(drifted("a|b", "x\\|y|z")))).toContain(
    "| `a\\|b` | `connectedTagId` | `1` | `x\\\\|y\\|z` |",
  );
});

test.each([
  [
    "# a\n- b *c* <i>@octocat</i> #12 [x](y)\n\n1. run `x | y`",
    "\\#&#8203; a<br>\\- b \\*c\\* \\<i>\\@&#8203;octocat\\</i> \\#&#8203;12 \\[x](y)<br>1\\. run `x | y`",
  ],
  ["_a_ ~c~ {+d+} !1 &lt; x", "\\_a\\_ \\~c\\~ \\{+d+} \\!1 \\&lt; x"],
  ["see https://a.example or www.b.example", "see https\\://a.example or www\\.b.example"],
  ["'quote\"'`$x\\back': run `pulumi up` again.", "'quote\"'&#96;\\$x&#92;back': run `pulumi up` again."],
  ["run `import 'a`b\\c'`.", "run ``import 'a`b\\c'``."],
  ["(`a`, `b`) `c", "(`a`, `b`) &#96;c"],
  [
    "ads_write: 401, code 2 (a = b | c). Run it! {x} a-b 1.5 > 1; R&D: `urn:a`",
    "ads_write: 401, code 2 (a = b | c). Run it! {x} a-b 1.5 > 1; R&D: `urn:a`",
  ],
])("escapes only what is markup at its place in prose: %j", (text, markdown) => {
  expect(prose(text, 500)).toBe(markdown);
});
