import { expect, test } from "@jest/globals";
import { printUpdate } from "../../../cli/fleet/print-run";
import type { MerchantResult, RunResult } from "../../../fleet/store/results";
import { keptTerminal } from "../helpers/terminal";

/** The report of a run of one shard with one merchant, Ulm. */
function told(operation: RunResult["operation"], merchant: Partial<MerchantResult>, errors: string[] = []) {
  return toldOf(operation, [merchant], errors);
}

function toldOf(
  operation: RunResult["operation"],
  merchants: readonly Partial<MerchantResult>[],
  errors: string[] = [],
) {
  const terminal = keptTerminal();
  const ulm = { name: "ulm", properties: [], message: null, isLeaving: false, report: null };
  const run: RunResult = {
    id: "1",
    project: "pinterest-fleet",
    operation,
    requestedAt: new Date(0),
    shards: [
      {
        stack: "shard-0001",
        state: errors.length > 0 ? "failed" : "done",
        attempts: 1,
        endedAt: new Date(0),
        errors,
        report: {},
        merchants: merchants.map((merchant) => ({ status: "failed", ...ulm, ...merchant })),
      },
    ],
  };
  printUpdate(run, {}, terminal);
  return terminal.output();
}

const failed = (operation: RunResult["operation"], isLeaving: boolean) =>
  told(operation, { isLeaving, message: "HTTP 401" }, ["ulm: HTTP 401"]);

test("names integrations that a destroy, or an update without the merchant, failed to delete", () => {
  const notDeleted = expect.stringContaining("Not deleted at Pinterest: ulm.");
  expect(failed("destroy", false)).toEqual(notDeleted);
  expect(failed("up", true)).toEqual(notDeleted);
  expect(failed("up", false)).not.toContain("Not deleted");
});

test("limits the merchants of a destroy, and says that the list remains", () => {
  const deleted = Array.from(
    { length: 21 },
    (_, index) => ({ name: `n${index}`, status: "deleted" }) as const,
  );
  const lines = toldOf("destroy", deleted).split("\n");
  expect(lines).toHaveLength(24);
  expect(lines.slice(20, 22)).toEqual([
    expect.stringContaining("and 1 more"),
    "The fleet keeps the merchant list: `npx pulumi-pinterest fleet up` would create the integrations again.",
  ]);
});

test("only counts merchants with nothing to do, and says whether they were compared with Pinterest", () => {
  expect(told("up", { status: "in-sync" })).toBe("up of 1 shard: 1 in sync.\n");
  expect(told("up", { status: "unchanged" })).toBe(
    "up of 1 shard: 1 unchanged (not compared with Pinterest).\n",
  );
});

test("prints a reason once for all merchants that failed with it", () => {
  const revoked = (name: string, id: number) =>
    ({ name, status: "revoked", message: `HTTP 401 (request id ${id})` }) as const;
  const lines = toldOf("up", [
    revoked("bonn", 1),
    revoked("essen", 2),
    { name: "ulm", message: "HTTP 500" },
    { name: "worms", status: "updated", properties: ["scopes"] },
    { name: "xanten", status: "updated", properties: ["scopes"] },
  ]).split("\n");
  expect(lines.map((line) => line.trim().replace(/ {2,}/g, "|"))).toEqual([
    "worms|updated|scopes",
    "xanten|updated|scopes",
    "bonn, essen|revoked|HTTP 401 (request id 1)",
    "ulm|failed|HTTP 500",
    "up of 1 shard: 2 revoked, 1 failed, 2 updated.",
    "",
  ]);
});

test("limits the merchants that succeeded, and prints deletions and failures after them", () => {
  const created = Array.from(
    { length: 100 },
    (_, index) => ({ name: `n${index}`, status: "created" }) as const,
  );
  const lines = toldOf("up", [{ name: "ulm" }, { name: "worms", status: "deleted" }, ...created]).split("\n");
  expect(lines).toHaveLength(25);
  expect(lines.slice(20).map((line) => line.trim().replace(/ {2,}/g, "|"))).toEqual([
    "and 80 more|`npx pulumi-pinterest fleet results --run 1 --json` lists all",
    "worms|deleted",
    "ulm|failed",
    "up of 1 shard: 1 failed, 1 deleted, 100 created.",
    "",
  ]);
});
