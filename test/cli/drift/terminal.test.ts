import { describe, expect, test } from "@jest/globals";
import { renderHtml } from "../../../cli/drift/html";
import { renderMarkdown } from "../../../cli/drift/markdown";
import { renderTable } from "../../../cli/drift/terminal";
import type { DriftReport, MerchantReport, StackReport } from "../../../stack/report";
import { recordingTerminal } from "../helpers/terminal";
import { example, hostile, merchant, withMerchants, withStacks } from "./helpers/example";

const wide = recordingTerminal();
const narrow = recordingTerminal({ width: 80 });
const sections = (text: string) => text.split("\n\n");

test("prints complete lines in columns without a terminal", () => {
  const [, drifted = ""] = sections(renderTable(example, wide));
  const lines = drifted.split("\n");

  expect(lines[0]).toBe("Drifted: Pinterest differs from the last update.");
  expect(lines[1]).toMatch(/^ {2}Integration +Property +Program +Pinterest$/);
  expect(lines).toHaveLength(7);
  expect(lines[2]).toMatch(
    /^ {2}berlin \(de-berlin-1, account north, changed 2026-07-31T20:15:00Z\) {2}connectedTagId +2613187432 +2600000000001$/,
  );
  expect(lines[3]).toMatch(/^ {2}berlin .* {2}connectedMerchantId +1949483 +not set$/);
  expect(lines[5]).toMatch(/ {2}partnerAccessToken +\(secret\) +differs \(secret\)$/);
  const property = /connectedTagId|connectedMerchantId|partnerAccessToken/;
  expect(new Set(lines.slice(2, 6).map((line) => line.search(property)))).toHaveProperty("size", 1);
});

test("prints integrations above their properties on a narrow terminal", () => {
  const text = renderTable(example, narrow);

  expect(text).toContain(
    "  berlin (de-berlin-1, account north, changed 2026-07-31T20:15:00Z)\n    connectedTagId  ",
  );
  expect(tooWide(text, 80)).toEqual([]);
});

test.each([20, 40, 60, 100, 200])("fits lines into %i columns", (width) => {
  expect(tooWide(renderTable(example, recordingTerminal({ width })), Math.max(width, 40))).toEqual([]);
});

describe("changes that several integrations share", () => {
  const tag = { name: "connectedTagId", secret: false, program: "2613187432", pinterest: "2600000000001" };
  const account = { name: "connectedAdvertiserId", secret: false, program: "1", pinterest: null };
  const other = { ...tag, pinterest: "7" };
  const drifted = (name: string, since: string, ...properties: MerchantReport["properties"]) =>
    merchant(name, { status: "drifted", since, properties });
  const report = withMerchants(
    drifted("aachen", "2026-07-03T10:00:00Z", account, other),
    drifted("berlin", "2026-07-02T10:00:00Z", tag),
    drifted("cologne", "2026-07-01T10:00:00Z", tag),
    drifted("dresden", "2026-07-04T10:00:00Z", account, tag),
    drifted("essen", "2026-07-05T10:00:00Z", tag),
    merchant("ulm", { status: "missing" }),
    merchant("trier", { status: "missing" }),
  );
  const changes = report.groups.map(({ id }) => id);

  test("are printed once, the most frequent first, before those of one integration", () => {
    expect(renderTable(report, wide)).toContain(`
Drifted: Pinterest differs from the last update.
  Integration                                                                                       Property               Program     Pinterest
  4 integrations since 2026-07-01T10:00:00Z (change ${changes[0]}): berlin, cologne, dresden and 1 more  connectedTagId         2613187432  2600000000001
  2 integrations since 2026-07-03T10:00:00Z (change ${changes[1]}): aachen, dresden                      connectedAdvertiserId  1           not set
  aachen (changed 2026-07-03T10:00:00Z)                                                             connectedTagId         2613187432  7
`);
  });

  test("name all their integrations in documents", () => {
    const names = ["berlin", "cologne", "dresden", "essen"];
    expect(renderMarkdown(report)).toContain(
      `| 4 integrations since 2026-07-01T10:00:00Z (change ${changes[0]}): ${names.map((name) => `\`${name}\``).join(", ")} | \`connectedTagId\` |`,
    );
    const page = renderHtml(report).replace(/\n/g, "");
    expect(page).toMatch(
      new RegExp(
        `<summary>4 integrations since .*?</summary><ul class="names">${names.map((name) => `<li><a href="#at-\\w+">${name}</a>.*?</li>`).join("")}</ul>`,
      ),
    );
  });

  test("are in JSON with all findings", () => {
    expect(
      report.groups.map(({ status, property, merchants }) => [status, property?.name, merchants.length]),
    ).toEqual([
      ["drifted", "connectedTagId", 4],
      ["drifted", "connectedAdvertiserId", 2],
      ["missing", undefined, 2],
      ["drifted", "connectedTagId", 1],
    ]);
    expect(report.groups[0]).toMatchObject({ since: "2026-07-01T10:00:00Z", property: tag });
  });

  test("include those of other stacks", () => {
    const stack = { project: "shops", directory: ".", errors: [] };
    const [dev, prod] = ["a", "b"].map((name) => [drifted(name, "2026-07-02T10:00:00Z", tag)]) as [
      MerchantReport[],
      MerchantReport[],
    ];
    const stacks = withStacks(
      { ...stack, stack: "dev", merchants: dev },
      { ...stack, stack: "prod", merchants: prod },
    );
    expect(renderTable(stacks, wide)).toMatch(
      /^ {2}2 integrations since \S+ \(change \w+\): a \(shops\/dev\), b \(shops\/prod\) /m,
    );
    expect(stacks.groups[0]?.merchants.map((each) => each.stack)).toEqual(["dev", "prod"]);
  });
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
  const text = renderTable(
    withMerchants(merchant("north", { renamedFrom, alias, pending: ["rename"] })),
    narrow,
  );

  expect(text).toContain(`["${renamedFrom}"]`);
});

test("keeps the indentation of an error's lines", () => {
  const [stack] = example.stacks;
  const errors = ["the program failed:\n    at shop (index.ts:2:3)"];
  const report = { ...example, stacks: [{ ...(stack as StackReport), errors }] };

  expect(renderTable(report, recordingTerminal({ width: 24 }))).toContain(
    "  the program failed:\n      at shop\n      (index.ts:2:3)",
  );
});

test("groups integrations with the same reason", () => {
  const text = renderTable(example, wide);

  expect(text.match(/Authentication failed/g)).toHaveLength(1);
  expect(text).toContain(
    "Revoked: Pinterest rejects the account, so the check could not read its integrations.\n  essen (account rhine), frankfurt (account rhine)\n    Pinterest refuses",
  );
  expect(text).toContain("Get a new one and set it");
  expect(text).toContain(
    "Unreachable: The check could not read these integrations, for the reasons below.\n  goslar (provider harz)\n    reading",
  );
});

test("groups reasons that differ only in the request ID", () => {
  const refused = (name: string, account = "rhine") =>
    merchant(name, {
      account,
      status: "revoked",
      reason: "Pinterest responded with HTTP 401, code 2: Authentication failed",
      requestId: `${name}-1`,
      advice: "Set a valid one.",
    });
  const text = renderTable(withMerchants(refused("a"), refused("b"), refused("c", "elbe")), wide);
  const only = renderTable(withMerchants(refused("a")), wide);

  expect(text.match(/^Revoked/gm)).toHaveLength(1);
  expect(text).toContain("Authentication failed (request ID a-1, for instance)\n    Set a valid one.");
  expect(text).not.toMatch(/[bc]-1/);
  expect(only).toContain("Authentication failed (request ID a-1)\n    Set a valid one.");
});

test("every section begins with a sentence", () => {
  const stack = example.stacks[0] as StackReport;
  const report = withStacks({ ...stack, unlisted: [{ reason: "no response" }] });
  const headings = renderTable(report, wide).match(/^[A-Z][\w -]*(?: \([^)]*\))?: .*$/gm) ?? [];

  expect(headings).toHaveLength(9);
  for (const heading of headings) expect(heading).toMatch(/: [A-Z0-9].*\.$/);
});

test("separates integrations with different advice", () => {
  const unreachable = (name: string, advice: string) =>
    merchant(name, { account: name, status: "unreachable", reason: "no response", advice });
  const many = [...Array(150).keys()].map((index) => unreachable(`shop-${index}`, "Try again."));
  const text = renderTable(withMerchants(...many, unreachable("last", "Check the proxy.")), narrow);

  expect(text.match(/^Unreachable/gm)).toHaveLength(1);
  expect(text).toContain("  shop-0 (account shop-0), shop-1 (account shop-1), ");
  expect(text).toContain(
    "shop-149 (account shop-149)\n    no response\n    Try again.\n  last (account last)\n    no response\n    Check the proxy.\n",
  );
  expect(tooWide(text, 80)).toEqual([]);
});

test("counts integrations in sync, and does not list them", () => {
  const text = renderTable(example, wide);

  expect(text).toContain("In sync: 1 integration.");
  expect(text).not.toContain("amsterdam");
});

test("prints pending changes in their own section", () => {
  expect(renderTable(example, wide)).toMatch(
    /Pending: The program has changes that are not deployed\. 1 of them is also in another section\.\n {2}Integration {2}Changes\n {2}cologne +scopes\n {2}hamburg +create\n\n {2}To deploy them, run `pulumi up --stack dev`\.\n/,
  );
});

test("ends with a summary and the meaning of the exit code", () => {
  const last = sections(renderTable(example, wide)).at(-1)?.replaceAll("\n", " ");

  expect(last).toBe(
    "9 integrations: 6 managed (2 drifted, 2 revoked, 1 unreachable, 1 in sync), 3 unmanaged; 1 missing, 1 error, 2 pending. " +
      "Exit code 17: Pinterest and the program differ, and something failed too.",
  );
  expect(sections(renderTable(withMerchants(merchant("a")), wide)).at(-1)).toBe(
    "1 in sync. Exit code 0: nothing differs and nothing failed.",
  );
});

test("a report before or after a fix does not advise the fix, and only the second report names the exit code", () => {
  const ulm = merchant("ulm", { status: "missing" });
  const kiel = { ...ulm, name: "kiel" };
  const [before, after] = (["Before the fix", "After the fix"] as const).map((phase) =>
    renderTable(withMerchants(ulm, kiel), wide, undefined, phase),
  );
  expect(before).toMatch(/^Before the fix\n\nshops\/dev\n.*\n2 missing\.$/s);
  expect(after).toMatch(/^\nAfter the fix\n\nshops\/dev\n.*\n2 missing\. Exit code 7: .*\.$/s);
  for (const text of [before, after]) expect(text).not.toContain("--fix");
});

test("reports that a stack has no integrations", () => {
  expect(renderTable(withMerchants(), wide)).toBe(
    "shops/dev\n\nNo integration is deployed yet.\n\nNothing to compare. Exit code 0: nothing differs and nothing failed.",
  );
});

test("names stacks with their directory, unless it is the current one", () => {
  const stack = { project: "shops", merchants: [merchant("a")], errors: [] };
  const text = renderTable(
    withStacks(
      { ...stack, stack: "dev", directory: "." },
      { ...stack, stack: "prod", directory: "shops/eu" },
    ),
    wide,
  );

  expect(sections(text).slice(0, 2)).toEqual([
    "shops/dev, shops/prod in shops/eu",
    "In sync: 2 integrations.",
  ]);
});

test("names secrets that were not compared once, in every format", () => {
  const stack = { project: "shops", directory: ".", merchants: [], errors: [] };
  const report = withStacks(
    { ...stack, stack: "dev", uncompared: ["partnerAccessToken"] },
    { ...stack, stack: "prod", uncompared: ["partnerAccessToken", "partnerPrimaryEmail"] },
  );

  for (const text of [renderTable(report, wide), renderMarkdown(report), renderHtml(report)]) {
    expect(text.split(/Not compared\\?: partnerAccessToken, partnerPrimaryEmail\. /)).toHaveLength(2);
    expect(text.replaceAll("\\", "")).toContain("pinterest:compareSecrets");
  }
  expect(renderTable(withMerchants(merchant("a")), wide)).not.toContain("Not compared");
});

test("names accounts that could not be listed, and prints each reason once", () => {
  const reason = "Pinterest responded with HTTP 401.";
  const report = withStacks({
    project: "shops",
    stack: "dev",
    directory: ".",
    merchants: [merchant("a", { account: "rhine", status: "revoked", reason })],
    unmanaged: [],
    unlisted: [
      { account: "rhine", reason },
      { provider: "harz", reason: "no response" },
    ],
    errors: ["no response"],
  });
  const outputs = [renderTable(report, wide), renderMarkdown(report), renderHtml(report)];
  const [table, markdown, page] = outputs;

  expect(table).toContain(
    "Not listed: These accounts could not be listed, so they can have more integrations that no program manages.\n" +
      "  account 'rhine'\n  provider 'harz'\n",
  );
  expect(table).toContain("1 managed (1 revoked); 1 error, 2 accounts not listed.");
  expect(markdown).toContain(
    "### Not listed\n\nThese accounts could not be listed, so they can have more integrations that no program manages.\n\n" +
      "- account 'rhine'\n- provider 'harz'\n",
  );
  expect(page).toMatch(
    /Not listed <span class="count">2<.*<li>account &#39;rhine&#39;<\/li>\s*<li>provider &#39;harz&#39;<\/li>/s,
  );
  for (const text of outputs) expect(text.match(/no response/g)).toHaveLength(1);
});

test.each([
  ["table", (report: DriftReport) => renderTable(report, wide)],
  ["Markdown", (report: DriftReport) => renderMarkdown(report)],
  ["page", (report: DriftReport) => renderHtml(report)],
])("%s: reports that there are no unmanaged integrations, if all accounts were listed", (_format, render) => {
  const stack = { project: "shops", stack: "dev", directory: ".", merchants: [merchant("a")], errors: [] };
  const text = (more: Partial<StackReport>) => render(withStacks({ ...stack, ...more }));
  expect(text({ unmanaged: [] })).toContain("No unmanaged integrations");
  for (const others of [
    { unlisted: [{ reason: "no" }] },
    { errors: ["no"] },
    { unmanaged: [{ integrationId: "1" }] },
  ]) {
    expect(text({ unmanaged: [], ...others })).not.toContain("No unmanaged integrations");
  }
  expect(text({})).not.toContain("No unmanaged integrations");
});

describe("unmanaged integrations", () => {
  const stack = { project: "shops", stack: "dev", directory: ".", merchants: [], errors: [] };
  const words = (report: DriftReport) => renderTable(report, wide).replace(/\s+/g, " ");

  test("are printed with their accounts, and with a command that imports them for each stack", () => {
    const text = renderTable(example, wide);
    expect(text).toMatch(
      /^ {2}External business ID +Integration ID\n {2}de-ulm-1 \(account north\) +7329847293$/m,
    );
    const unmanaged = [{ externalBusinessId: "a" }, { externalBusinessId: "b", account: "north" }];
    const elsewhere = { ...stack, directory: "my shops", unmanaged };
    const report = withStacks({ ...stack, unmanaged }, elsewhere);
    const commands =
      "run `npx pulumi-pinterest import --run --stack dev`, `npx pulumi-pinterest import --run --cwd 'my shops' --stack dev`, followed by";
    expect(words(report)).toContain(commands);
    expect(renderMarkdown(report)).toContain(commands);
  });

  test("are explained if a program cannot declare their ID", () => {
    const unmanaged = [{ externalBusinessId: " a " }, { integrationId: "7" }];
    const report = withStacks({ ...stack, unmanaged });
    const problem = /Some integrations cannot be imported: `" a "` .*whitespace/;

    expect(words(report)).toMatch(problem);
    expect(words(report)).toContain(
      "Some integrations cannot be imported: they have no external business ID.",
    );
    expect(words(report)).not.toContain("import --stack");
    expect(renderMarkdown(report)).toMatch(problem);
    expect(renderHtml(report)).toMatch(/cannot be imported: <code>&quot; a &quot;<\/code> /);
  });

  test("of an explicit provider are printed with instructions, because a command cannot import them", () => {
    expect(words(example)).toContain(
      "declare them in the program with that provider. Then run `npx pulumi-pinterest preflight --stack dev`",
    );
  });
});

test("colors each line of a column separately", () => {
  const terminal = { width: 80, style: (style: unknown, text: string) => `<${String(style)}>${text}</>` };
  const text = renderTable(example, terminal as never);

  expect(text).toContain("<yellow>Drifted</>: ");
  expect(text).toMatch(/ {4}connectedTagId +<green>2613187432<\/> +<red>2600000000001<\/>\n/);
  expect(text).toMatch(/<green>2026-01-01T00:00:00Z<\/> +<red>2027-01-01T00:00:00Z<\/>\n/);
  expect(text).toMatch(/<bold,red>[^<]*too\.<\/>$/);
});

test("escapes terminal commands from outside", () => {
  const report = withMerchants(
    merchant("\u001b]0;title\u0007", {
      status: "drifted",
      properties: [{ name: "scopes", secret: false, program: "\u001b[2J", pinterest: "a\rb" }],
    }),
    merchant("b", { status: "revoked", reason: "\u001b[31mno", advice: "first\nsecond\u009b" }),
  );
  const text = renderTable(report, wide);

  expect(text).toContain("\\u{1b}]0;title\\u{7}");
  expect(text).toContain("\\u{1b}[2J");
  expect(text).toContain("a\\rb");
  expect(text).toContain("    first\n    second\\u{9b}");
  expect(text).toMatch(/^[\n\P{Cc}]*$/u);
  expect(renderTable(hostile, wide)).toContain("<script>");
});

/** Lines that exceed a width. */
function tooWide(text: string, width: number): string[] {
  return text.split("\n").filter((line) => line.length > width);
}
