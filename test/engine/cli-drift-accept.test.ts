import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { DriftReport } from "../../stack/report";
import { Lab } from "./helpers/lab";

const values = { connectedTagId: "1", connectedMerchantId: "2" };
const shops = ["a", "b", "c"];

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.program(Object.fromEntries(shops.map((name) => [name, { externalBusinessId: name, ...values }])));
  await lab.up();
  for (const id of ["a", "b"]) lab.emulator.change(id, { connected_tag_id: "7" });
  lab.emulator.change("c", { connected_tag_id: "8" });
  lab.emulator.clearRequests();
});

afterAll(() => lab.close());

function report(file: string): DriftReport {
  return JSON.parse(readFileSync(join(lab.directory, file), "utf8"));
}

test("a check prints the change of two integrations once, with its ID", async () => {
  const { exitCode, stdout } = await lab.cli("drift", "--json", "first.json");
  const [change] = report("first.json").groups;
  expect(change?.merchants.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(stdout).toContain(
    `2 integrations since ${change?.since?.replace(/\.\d+Z$/, "Z")} (change ${change?.id}): a, b `,
  );
  expect(exitCode).toBe(7);
});

test("accepted drift is not drift, and nothing is written to Pinterest", async () => {
  const [change] = report("first.json").groups;
  const terms = ["--reason", "Test of a new tag", "--until", "2099-12-31", "--by", "anna"];
  const { exitCode, stdout, stderr } = await lab.cli(
    "drift",
    "--accept",
    "--only",
    change?.id ?? "",
    ...terms,
  );
  expect(stderr).toContain("wrote accepted-drift.yaml\n");
  expect(stdout).toContain("Test of a new tag. Accepted by anna until 2099-12-31.");
  expect(stdout).toContain("1 drifted, 2 accepted. Exit code 7");
  expect(exitCode).toBe(7);
  expect(lab.writes()).toEqual([]);
});

test("a fix writes only what is not accepted", async () => {
  const { exitCode, stdout } = await lab.cli("drift", "--fix", "--yes");
  expect(lab.writes()).toEqual(["PATCH c"]);
  expect(stdout).toContain("1 in sync");
  expect(exitCode).toBe(0);
});

test("a later check fails only for drift that the earlier report lacks", async () => {
  lab.emulator.change("a", { connected_tag_id: "9" });
  const file = join(lab.directory, "accepted-drift.yaml");
  const [, entry] = readFileSync(file, "utf8").split("- stack: ");
  appendFileSync(file, `- stack: ${entry?.replace(/.*/, "prd")}`);
  const args = ["--baseline", "first.json", "--new-only", "--html", "drift.html"];
  const { exitCode, stdout } = await lab.cli("drift", ...args);
  expect(readFileSync(join(lab.directory, "drift.html"), "utf8")).toMatch(/Over time.*3 drifted/s);
  expect(stdout).toContain(
    "Resolved: These findings of the earlier report no longer apply.\n  1 integration, connectedTagId: c\n",
  );
  expect(stdout).toMatch(/^ {2}a \(new, changed .*\) {2}connectedTagId {2}1 +9$/m);
  expect(stdout).toContain("a, connectedTagId: no longer true.");
  expect(stdout).toContain("a, b, connectedTagId: the project has no stack prd.");
  expect(exitCode).toBe(7);
});

test("a report of another program is an error before the check, and names both", async () => {
  const other = report("first.json");
  const stacks = other.stacks.map((stack) => ({ ...stack, project: "other" }));
  writeFileSync(join(lab.directory, "other.json"), JSON.stringify({ ...other, stacks }));
  lab.emulator.clearRequests();
  const { exitCode, stderr } = await lab.cli("drift", "--baseline", "other.json", "--new-only");
  expect(stderr).toContain(
    `the report is about other/test, and not about ${lab.project}/test. Name an earlier report`,
  );
  expect([exitCode, lab.emulator.requests()]).toEqual([2, []]);
});
