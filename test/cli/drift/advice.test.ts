import { expect, test } from "@jest/globals";
import { renderHtml } from "../../../cli/drift/html";
import { renderMarkdown } from "../../../cli/drift/markdown";
import { renderTable } from "../../../cli/drift/terminal";
import { ofPrograms, type Source } from "../../../cli/drift/wording";
import { driftReportOf } from "../../../stack/findings";
import type { DriftReport, MerchantReport } from "../../../stack/report";
import { example, merchant, withStacks } from "./helpers/example";

const reportOf = (...merchants: MerchantReport[]): DriftReport =>
  driftReportOf([{ project: "shops", stack: "dev", directory: ".", merchants, errors: [] }], new Date(0));

type Render = (report: DriftReport, source?: Source) => string;

const formats: [string, Render][] = [
  ["table", (report, source) => renderTable(report, { width: undefined, style: (_, text) => text }, source)],
  ["Markdown", (report, source) => renderMarkdown(report, source).replaceAll("\\", "")],
  [
    "page",
    (report, source) =>
      renderHtml(report, source)
        .replaceAll(/<\/?code>/g, "`")
        .replaceAll("&#39;", "'"),
  ],
];

/** A report without line breaks, which a table has also in commands. */
const words = (text: string) => text.replaceAll(/\s+/g, " ");

const tag = { name: "connectedTagId", secret: false, program: "1", pinterest: "2" };

test.each(formats)("%s: reports pending changes if nothing drifted", (_format, render) => {
  const text = render(reportOf(merchant("ulm", { pending: ["connectedTagId"] }), merchant("trier")));
  expect(text).toMatch(
    /xit code 0[:,] no drift, and nothing failed; 1 integration waits for `pulumi up --stack\sdev`\./,
  );
  expect(text).not.toContain("nothing differs");
});

test.each(formats)("%s: names a fix that does not skip stacks with pending changes", (_format, render) => {
  const drifted = merchant("trier", { status: "drifted", properties: [tag] });
  const rendered = (report: DriftReport, source?: Source) => words(render(report, source));
  const withPending =
    "back, and deploy the pending changes, run `npx pulumi-pinterest drift --fix --include-pending --stack dev`.";
  expect(rendered(reportOf(drifted, merchant("ulm", { pending: ["delete"] })))).toContain(withPending);
  expect(rendered(reportOf(drifted))).toContain("back, run `npx pulumi-pinterest drift --fix --stack dev`.");
  const dev = { directory: ".", name: "dev", changesOthers: true };
  expect(rendered(reportOf(drifted), ofPrograms([dev]))).toContain(withPending);
});

test.each(formats)(
  "%s: reports that the update of a renamed integration fails, with the alias",
  (_format, render) => {
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
    const rendered = (source: Source, ...merchants: MerchantReport[]) =>
      words(render(reportOf(...merchants), source)).replaceAll("&quot;", '"');
    const advice =
      'Renamed without an alias, and different at Pinterest. Give ci-two the option `aliases: [{ name: "two" }]`.';
    const programs = rendered(ofPrograms(), renamed);
    expect(programs).toContain("The next update fails for these integrations.");
    expect(programs).toContain(advice);
    const other = merchant("trier", { status: "drifted", properties: [tag] });
    for (const text of [programs, rendered(ofPrograms(), renamed, other)]) {
      expect(text).toMatch(
        /First give renamed resources an alias .*--fix --include-pending.*drift --adopt .*Refused/,
      );
      expect(text).toContain(
        "The next update fails for some of them. To deploy the changes, fix these first",
      );
    }
    const pullRequest = rendered({ ...ofPrograms(), deployedByMerge: true }, renamed);
    expect(pullRequest).toContain("After the merge, the update fails for these integrations.");
    expect(pullRequest).toContain(advice);
    expect(pullRequest).toContain("First give renamed resources an alias of their old name or parent.");
    expect(rendered(ofPrograms(), { ...renamed, forecast: { verdict: "adopted" } })).not.toContain(
      "fails for",
    );
  },
);

test.each(formats)(
  "%s: first resolves what the next update refuses, because a fix of all would fail",
  (_format, render) => {
    const drifted = merchant("trier", { status: "drifted", properties: [tag] });
    const refused = merchant("new", {
      status: "pending",
      pending: ["create"],
      forecast: { verdict: "refused", differences: [tag] },
    });
    const advice =
      /First resolve the integrations under Refused: .*To write the values of one integration now, add --only with its name/;
    const rendered = (...merchants: MerchantReport[]) =>
      words(render(reportOf(...merchants), ofPrograms())).replaceAll("`", "");
    expect(rendered(drifted, refused)).toMatch(advice);
    expect(rendered(drifted)).not.toContain("First resolve");
  },
);

test.each(formats)("%s: prints commands that can be pasted", (_format, render) => {
  const commands =
    words(render(example)).match(/\S* ?pulumi-pinterest (drift|import|preflight) -+\w+/g) ?? [];
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands) expect(command).toContain("npx pulumi-pinterest");
});

test.each(formats)(
  "%s: counts integrations that were never created as pending, and not as in sync",
  (_format, render) => {
    const created = ["ulm", "trier"].map((name) => merchant(name, { pending: ["create"] }));
    const fresh = render(reportOf(...created));
    expect(fresh).toMatch(/(^|\*\*|<dd>)2 pending(\.|<)/m);

    const differing = render(reportOf(...created, merchant("bonn"), merchant("kiel", { status: "missing" })));
    expect(differing).toMatch(/1 missing, 1 in sync, 2 pending(\.|<)/);
  },
);

test.each(formats)(
  "%s: warns that an update of pending changes overwrites accepted drift",
  (_format, render) => {
    const acceptance = { reason: "r", by: "b", until: "2999-12-31" };
    const accepted = merchant("trier", {
      status: "accepted",
      properties: [{ ...tag, accepted: acceptance }],
    });
    const pending = merchant("ulm", { pending: ["scopes"] });
    const sentence = "It also overwrites accepted drift.";
    expect(words(render(reportOf(accepted, pending)))).toContain(sentence);
    expect(words(render(reportOf(pending)))).not.toContain(sentence);
  },
);

const checked = ["drifted", "missing"].map((status) =>
  merchant(status, { status: status as "drifted" | "missing", properties: [tag] }),
);
const stack = {
  project: "shops",
  directory: ".",
  merchants: [...checked, merchant("fresh", { pending: ["create"] })],
  errors: [],
};

test.each(formats)(
  "%s: commands name the stack and the directory, unless the stack is selected in the current directory",
  (_format, render) => {
    const dev = { name: "dev", directory: ".", isSelected: true };
    const selected = words(render(withStacks({ ...stack, stack: "dev" }), ofPrograms([dev])));
    expect(selected.split("`npx pulumi-pinterest drift --fix --include-pending`")).toHaveLength(3);
    expect(selected).toContain("`pulumi up`");
    expect(selected).not.toContain("--stack");

    const inDirectory = withStacks({ ...stack, stack: "dev", directory: "my shops" });
    const elsewhere = words(render(inDirectory, ofPrograms([dev])));
    const options = "--cwd 'my shops' --stack dev`";
    expect(elsewhere.split(`\`npx pulumi-pinterest drift --fix --include-pending ${options}`)).toHaveLength(
      3,
    );
    expect(elsewhere).toContain(`\`pulumi up ${options}`);
    expect(elsewhere).not.toMatch(/(drift --fix.*-pending|pulumi up)`/);
  },
);

test.each(formats)("%s: prints a command for each of several stacks", (_format, render) => {
  const eu = { ...stack, stack: "prod", directory: "eu" };
  const text = words(render(withStacks({ ...stack, stack: "dev" }, eu)));
  for (const options of ["--stack dev", "--cwd eu --stack prod"]) {
    expect(text.split(`\`npx pulumi-pinterest drift --fix --include-pending ${options}\``)).toHaveLength(3);
    expect(text).toContain(`\`pulumi up ${options}\``);
  }
});

test("advises to merge instead of running a command in Markdown for a pull request", () => {
  const source = { ...ofPrograms(), deployedByMerge: true };
  const pending = reportOf(merchant("ulm", { pending: ["scopes"] }));
  for (const report of [withStacks({ ...stack, stack: "dev" }), pending]) {
    expect(renderMarkdown(report, source)).toContain("Merging starts their deployment.");
    expect(renderMarkdown(report, source)).not.toMatch(/pulumi up|--fix/);
  }
  expect(renderMarkdown(withStacks({ ...stack, stack: "dev" }), source)).toMatch(
    /Merging starts the deployment that writes the program's values back\..*Merging starts the deployment that recreates them\./s,
  );
  expect(renderMarkdown(pending, source)).toContain("1 integration waits for the merge.");
});

test("does not promise to write back the values of an integration that is replaced", () => {
  const replaced = merchant("ulm", { status: "drifted", pending: ["replace"], properties: [tag] });
  const source = { ...ofPrograms(), deployedByMerge: true };
  expect(renderMarkdown(reportOf(replaced), source)).toContain(
    "The next update replaces these integrations.",
  );
  expect(renderMarkdown(reportOf(replaced), source)).not.toContain("writes the program's values back");
});

test.each(formats)("%s: does not advise to copy what a recreated integration has lost", (_format, render) => {
  const secret = { name: "partnerAccessToken", secret: true };
  const recreated = merchant("ulm", { status: "drifted", recreated: true, properties: [secret] });
  const rendered = (report: DriftReport) => words(render(report));
  expect(rendered(reportOf(recreated))).toMatch(
    /drift --fix.*Recreated integrations stay in this report until an update/,
  );
  expect(rendered(reportOf(recreated))).not.toContain("copy");
  expect(rendered(reportOf({ ...recreated, properties: [tag] }))).toContain("copy them into the program");
});

test("writes code in advice as code on the page", () => {
  expect(renderHtml(example)).toContain("set it in <code>pinterest:accounts</code>, then run this again");
});

test("omits some commands for many stacks in Markdown, and keeps the table complete", () => {
  const stacks = [...Array(500).keys()].map((index) => ({ ...stack, stack: `stack-${index}` }));
  const text = renderMarkdown(withStacks(...stacks));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
  expect(text).toContain("drift --fix --include-pending --stack stack-0");
  expect(text).not.toContain("drift --fix --include-pending --stack stack-100`");
  expect(text).toContain("500 integrations (change ");
  expect(text).toContain("(stack `shops/stack-499`)");
});
