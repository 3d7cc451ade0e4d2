import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { renderJson } from "../../../cli/drift/documents";
import { type ResultsOptions, results } from "../../../cli/fleet/results";
import { readAccepted } from "../../../fleet/store/accepted";
import type { MerchantReport } from "../../../stack/report";
import { exitCodeIs, exitCodes } from "../../expected/reports";
import { merchant as listEntry, merchants, TestDatabase, TestFleet } from "../../fleet/helpers/fleet";
import { temporaryDirectory } from "../../temporary-directory";
import { test } from "../../with-postgres";
import { example, merchant } from "../drift/helpers/example";
import { createQueueOf, runIn } from "./helpers";

const server = new TestDatabase();

const drifted = (name: string, pinterest: string): MerchantReport =>
  merchant(name, {
    status: "drifted",
    properties: [{ name: "connectedTagId", secret: false, program: "1", pinterest }],
  });

/** A fleet with three merchants, two of which have the same change. */
async function checkedFleet() {
  const database = await server.open();
  const fleet = await TestFleet.create(database, 10);
  await fleet.plan(merchants("a", "b", "c"));
  await fleet.check(drifted("a", "7"), drifted("b", "7"), merchant("c"));
  await createQueueOf(server);
  return { fleet, statements: database.statements };
}

const run = (options: ResultsOptions) => runIn(server, results, options);

const acceptance = { accept: true, reason: "Test of a new tag", by: "anna", until: "2099-12-31" } as const;

test("accepts a change of several merchants, until another change or the withdrawal", async () => {
  const { fleet, statements } = await checkedFleet();
  const [, id = ""] = /2 merchants \(change (\w+)\): a, b /.exec((await run({})).output) ?? [];
  const accepted = await run({ ...acceptance, only: [id] });
  expect(accepted.exitCode).toBe(0);
  expect(accepted.output).toMatch(
    /2 merchants \(change \w+\): a, b +connectedTagId +1 +7 +Test of a new tag\. Accepted by anna/,
  );
  await fleet.check(drifted("a", "7"), drifted("b", "8"), merchant("c"));
  const later = await run({});
  expect(later.exitCode).toBe(exitCodes.drift);
  expect(later.output).toMatch(/^ {2}b +connectedTagId +1 +8$/m);
  expect(later.output).toContain("b, connectedTagId: no longer true. Accepted by anna: Test of a new tag");
  const withdrawn = await run({ withdraw: true, only: ["a", "b"] });
  expect(withdrawn.notes).toContain("withdrew 2 acceptances\n");
  expect(withdrawn.output).toContain("3 managed (2 drifted, 1 in sync).");
  expect(await readAccepted(statements)).toEqual([]);
});

test("keeps what is accepted of a renamed merchant, and erases that of an offboarded one", async () => {
  const { statements } = await checkedFleet();
  await run({ ...acceptance, only: ["a", "b"] });
  await statements.query("update pinterest_fleet.merchant set name = 'renamed' where name = 'a'");
  await statements.query("delete from pinterest_fleet.merchant where name = 'b'");
  expect(await readAccepted(statements)).toEqual([
    {
      merchants: ["renamed"],
      property: "connectedTagId",
      pinterest: "7",
      reason: acceptance.reason,
      by: "anna",
      until: acceptance.until,
    },
  ]);
});

test("accepts drift of a merchant that was renamed after the check, by its current name", async () => {
  const { fleet } = await checkedFleet();
  await fleet.plan([listEntry("renamed", { externalBusinessId: "id-a" }), ...merchants("b", "c")]);
  const accepted = await run({ ...acceptance, only: ["renamed"] });
  expect(accepted.output).toContain("3 managed (1 drifted, 1 accepted, 1 in sync).");
});

/** Writes a merchant list with the values before the drift. @returns its path */
function writeList(): string {
  const list = join(temporaryDirectory(), "list.csv");
  writeFileSync(list, "name,connectedTagId\na,1\nb,1\n");
  return list;
}

test("adopts only the change that is named, and the exit code is that of the check", async () => {
  const { fleet } = await checkedFleet();
  await fleet.check(drifted("a", "7"), drifted("b", "8"), merchant("c"));
  const list = writeList();
  const adopted = await run({ adopt: list, yes: true, only: ["b"] });
  expect(readFileSync(list, "utf8")).toBe("name,connectedTagId\na,1\nb,8\n");
  expect(adopted.exitCode).toBe(exitCodes.drift);
});

test("refuses `--adopt` if `--only` names a merchant without drift", async () => {
  await checkedFleet();
  await expect(run({ adopt: writeList(), yes: true, only: ["nobody"] })).rejects.toThrow(
    "--only: no drift has",
  );
});

test.each<[options: ResultsOptions, message: string]>([
  [
    { adopt: "list.csv", yes: true, only: ["a"], withdraw: true },
    "--adopt and --withdraw exclude each other",
  ],
  [{ only: ["a"] }, "--only requires --accept, --withdraw or --adopt"],
])("refuses the options %j", async (options, message) => {
  await checkedFleet();
  await expect(run(options)).rejects.toThrow(message);
});

test("compares with the last check that has ended", async () => {
  const { fleet } = await checkedFleet();
  expect((await run({ baseline: true })).notes).toContain("There is no earlier check");
  await fleet.check(drifted("a", "7"), merchant("b"), drifted("c", "7"));
  const compared = await run({ baseline: true, newOnly: true });
  expect(compared.output).toMatch(/Resolved: .*\n {2}1 merchant, connectedTagId: b\n/);
  expect(compared.output).toContain("3 managed (2 drifted, 1 in sync); 1 new, 1 resolved.");
  expect(compared.exitCode).toBe(exitCodes.drift);
  await fleet.check(drifted("a", "7"), merchant("b"), drifted("c", "7"));
  const known = await run({ baseline: true, newOnly: true });
  expect(known.output).toContain(
    `3 managed (2 drifted, 1 in sync). ${exitCodeIs(0, "nothing is new since the earlier report")}`,
  );
});

test("refuses a report of another fleet as the baseline", async () => {
  await checkedFleet();
  const file = join(temporaryDirectory(), "other.json");
  writeFileSync(file, renderJson(example));
  await expect(run({ baseline: file })).rejects.toThrow(
    "--baseline: the report is about shops/dev, and not about fleet/shard-0001.",
  );
});

test("refuses to accept a secret, and fails", async () => {
  const { fleet } = await checkedFleet();
  const secret = { name: "partnerAccessToken", secret: true };
  await fleet.check(merchant("a", { status: "drifted", properties: [secret] }), merchant("b"), merchant("c"));
  const { exitCode, notes } = await run({ ...acceptance, only: ["a"] });
  expect(notes).toContain("not accepted: a: `partnerAccessToken` is a secret, ");
  expect(exitCode).toBe(exitCodes.driftAndErrors);
});

test("--withdraw is an error if nothing is accepted for the merchant", async () => {
  await checkedFleet();
  await expect(run({ withdraw: true, only: ["a"] })).rejects.toThrow(
    "--withdraw: nothing is accepted for a. Use the names of merchants.",
  );
});

test("report files are an error for the results of an update, which are a table or JSON", async () => {
  const { fleet } = await checkedFleet();
  const runId = await fleet.update({ merchants: { a: "created", b: "failed", c: "unchanged" } });
  await expect(run({ markdown: true })).rejects.toThrow(
    "report files need a run of `fleet drift`: print the results of up as a table, or as JSON with --json without a file",
  );
  expect(JSON.parse((await run({ json: true })).output)).toMatchObject({ run: runId });
});

test("--accept is an error for the results of an update", async () => {
  const { fleet } = await checkedFleet();
  await fleet.update({ merchants: { a: "unchanged", b: "unchanged", c: "unchanged" } });
  await expect(run({ ...acceptance, only: ["a"] })).rejects.toThrow("--accept needs a run of `fleet drift`");
});
