import { expect, test } from "@jest/globals";
import { renderMarkdown } from "../../../cli/drift/markdown";
import { renderTable } from "../../../cli/drift/terminal";
import { ofPrograms, type Source } from "../../../cli/drift/wording";
import type { DriftReport, MerchantReport, StackReport } from "../../../stack/report";
import { pattern } from "../../expected/messages";
import {
  exitCodeIs,
  mergeDeploysPending,
  needsAlias,
  writeBack,
  writeBackAndDeploy,
} from "../../expected/reports";
import { recordingTerminal } from "../helpers/terminal";
import { merchant, withMerchants, withStacks } from "./helpers/example";

// All formats print the same sections, so these tests compare the terminal's text, without its line breaks.

const textOf = (report: DriftReport, source: Source = ofPrograms()) =>
  renderTable(report, recordingTerminal(), source).replaceAll(/\s+/g, " ");
const textFor = (...merchants: MerchantReport[]) => textOf(withMerchants(...merchants));

const pullRequest: Source = { ...ofPrograms(), forPullRequest: true };
const tag = { name: "connectedTagId", secret: false, program: "1", pinterest: "2" };
const drifted = merchant("trier", { status: "drifted", properties: [tag] });
const pending = merchant("ulm", { pending: ["scopes"] });
const refused = merchant("new", {
  status: "pending",
  pending: ["create"],
  forecast: { verdict: "refused", differences: [tag] },
});
const urn = (name: string) => `urn:pulumi:dev::shops::pinterest::${name}`;
const renamed = merchant("ci-two", {
  urn: urn("ci-two"),
  renamedFrom: urn("two"),
  alias: 'aliases: [{ name: "two" }]',
  status: "drifted",
  properties: [tag],
  pending: ["rename"],
  forecast: { verdict: "refused", differences: [tag] },
});

test.each<[string, MerchantReport[], string]>([
  [
    "pending changes, if nothing drifted",
    [pending, merchant("trier")],
    exitCodeIs(0, "no drift, and nothing failed; 1 integration waits for `pulumi up --stack dev`"),
  ],
  ["a fix", [drifted], writeBack("npx pulumi-pinterest drift --fix --stack dev")],
  [
    "a fix that does not skip stacks with pending changes",
    [drifted, pending],
    writeBackAndDeploy("npx pulumi-pinterest drift --fix --include-pending --stack dev"),
  ],
  [
    "what the next update refuses, because a fix of all would fail",
    [drifted, refused],
    "First resolve the integrations under Refused: ",
  ],
  [
    "an update that overwrites accepted drift",
    [
      merchant("trier", {
        status: "accepted",
        properties: [{ ...tag, accepted: { reason: "r", by: "b", until: "2999-12-31" } }],
      }),
      pending,
    ],
    "It also overwrites accepted drift.",
  ],
  [
    "integrations that were never created as pending, and not as in sync",
    [merchant("a", { pending: ["create"] }), merchant("bonn"), merchant("kiel", { status: "missing" })],
    "1 missing, 1 in sync, 1 pending.",
  ],
  [
    "the alias of a renamed integration whose update fails",
    [renamed],
    `Renamed without an alias, and different at Pinterest. ${needsAlias("ci-two", 'aliases: [{ name: "two" }]')}`,
  ],
  [
    "aliases before a fix",
    [renamed, drifted],
    "The next update fails for some of them. To deploy the changes, fix these first",
  ],
  [
    "a fix of a recreated integration",
    [{ ...drifted, recreated: true }],
    "Recreated integrations stay in this report until an update",
  ],
])("names %s", (_what, merchants, advice) => {
  expect(textFor(...merchants)).toContain(advice);
});

test("does not name what does not apply", () => {
  expect(textFor(drifted)).not.toContain("First resolve");
  expect(textFor(pending)).not.toMatch(/accepted drift|nothing differs/);
  expect(textFor({ ...renamed, forecast: { verdict: "adopted" } })).not.toContain("fails for");
});

test("names a fix with pending changes if an update would also change other resources", () => {
  const source = ofPrograms([{ stack: { directory: ".", name: "dev" }, othersChanged: [urn("bucket")] }]);
  expect(textOf(withMerchants(drifted), source)).toContain("drift --fix --include-pending --stack dev`.");
});

test("does not advise to copy what a recreated integration has lost", () => {
  const secret = { name: "partnerAccessToken", secret: true };
  expect(textFor({ ...drifted, recreated: true, properties: [secret] })).not.toContain("copy");
  expect(textFor({ ...drifted, recreated: true })).toContain("copy them into the program");
});

const stack: StackReport = {
  project: "shops",
  stack: "dev",
  directory: ".",
  merchants: [drifted, merchant("missing", { status: "missing" }), pending],
  errors: [],
};
const selected = { name: "dev", directory: ".", isSelected: true };

test.each<[string, StackReport[], options: string[]]>([
  ["no option for the selected stack of the current directory", [stack], [""]],
  [
    "the directory of another project",
    [{ ...stack, directory: "my shops" }],
    [" --cwd 'my shops' --stack dev"],
  ],
  [
    "the stack of each of several stacks",
    [
      { ...stack, stack: "prod" },
      { ...stack, directory: "eu" },
    ],
    [" --stack prod", " --cwd eu --stack dev"],
  ],
])("commands have %s", (_what, stacks, options) => {
  const text = textOf(withStacks(...stacks), ofPrograms([{ stack: selected }]));
  for (const option of options) {
    // A fix is advised for drifted and for missing integrations.
    expect(text.split(`\`npx pulumi-pinterest drift --fix --include-pending${option}\``)).toHaveLength(3);
    expect(text).toContain(`\`pulumi up${option}\``);
  }
});

test("describes the deployment after the merge, instead of commands, for a pull request", () => {
  const text = textOf(withStacks(stack), pullRequest);
  expect(text).toMatch(
    new RegExp(
      `The deployment after the merge writes the program's values back\\..*The deployment after the merge recreates them\\..*${pattern(mergeDeploysPending)}`,
    ),
  );
  expect(text).not.toMatch(/pulumi up|--fix/);
  expect(textOf(withMerchants(pending), pullRequest)).toContain(
    "1 integration waits for the deployment after the merge.",
  );
  expect(textOf(withMerchants(renamed), pullRequest)).toContain(
    "After the merge, the update fails for these integrations.",
  );
  const replaced = { ...drifted, pending: ["replace"] };
  expect(textOf(withMerchants(replaced), pullRequest)).not.toContain("writes the program's values back");
});

test("omits some commands for many stacks in Markdown, and keeps the table complete", () => {
  const stacks = Array.from({ length: 500 }, (_, index) => ({ ...stack, stack: `stack-${index}` }));
  const text = renderMarkdown(withStacks(...stacks));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
  expect(text).toContain("drift --fix --include-pending --stack stack-0");
  expect(text).not.toContain("drift --fix --include-pending --stack stack-100`");
  expect(text).toContain("(stack `shops/stack-499`)");
});
