import { expect, test } from "@jest/globals";
import { detail, printUpdate } from "../../../cli/fleet/print-run";
import type { MerchantResult, RunResult } from "../../../fleet/store/results";
import { notDeleted } from "../../expected/reports";
import { recordingTerminal } from "../helpers/terminal";
import { runOf, shardOf } from "./helpers";

/** The output for a run with one shard. By default, each merchant is ulm, and has failed. */
function printed(
  operation: RunResult["operation"],
  merchants: readonly Partial<MerchantResult>[],
  errors: string[] = [],
) {
  const terminal = recordingTerminal();
  const state = errors.length > 0 ? "failed" : "done";
  printUpdate(runOf(operation, shardOf(merchants, { state, errors })), {}, terminal);
  return terminal.output();
}

const failed = (operation: RunResult["operation"], isLeaving: boolean) =>
  printed(operation, [{ isLeaving, message: "HTTP 401" }]);

test("names integrations that a destroy, or an update without the merchant, failed to delete", () => {
  expect(failed("destroy", false)).toContain(notDeleted("ulm"));
  expect(failed("up", true)).toContain(notDeleted("ulm"));
  expect(failed("up", false)).not.toContain("Not deleted");
});

test("reports that a destroy had nothing to delete", () => {
  const missing = ["ulm", "worms"].map((name) => ({ name, status: "missing" }) as const);
  expect(printed("destroy", missing)).toBe(`Nothing was deployed, so nothing was deleted.
The fleet keeps the merchant list: \`npx pulumi-pinterest fleet up\` would create the integrations again.
destroy of 1 shard: 2 missing.
`);
  expect(printed("destroy", [...missing, { status: "deleted" }])).not.toContain("nothing was deleted");
});

test("prints the errors of a shard as a whole, after its merchants", () => {
  const lines = printed("up", [{ message: "HTTP 401" }], ["the stack is locked", "two\nlines"]).split("\n");
  expect(lines.map((line) => line.trim().replace(/ {2,}/g, "|"))).toEqual([
    "ulm|failed|HTTP 401",
    "shard-0001 failed (worker vm-1)",
    "the stack is locked",
    "two",
    "lines",
    "up of 1 shard: 1 failed.",
    "",
  ]);
});

test("only counts merchants without changes, and reports whether they were compared with Pinterest", () => {
  expect(printed("up", [{ status: "in-sync" }])).toBe("up of 1 shard: 1 in sync.\n");
  expect(printed("up", [{ status: "unchanged" }])).toBe(
    "up of 1 shard: 1 unchanged (not compared with Pinterest).\n",
  );
});

test("prints a reason once for all merchants that failed with it, and limits the reasons", () => {
  const failing = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `n${index}`,
      message: `HTTP 500 (request ID ${index})`,
    }));
  const lines = printed("up", [
    { name: "bonn", message: "no access token" },
    { name: "essen", message: "no access token" },
    { name: "ulm", status: "revoked", message: "no access token" },
    ...failing(20),
  ]).split("\n");
  expect(lines).toHaveLength(24);
  expect(lines.map((line) => line.trim().replace(/ {2,}/g, "|"))).toEqual(
    expect.arrayContaining([
      "2 failed: no access token",
      "bonn, essen",
      "ulm|revoked|no access token",
      "n17|failed|HTTP 500 (request ID 17)",
      "and 2 more|`npx pulumi-pinterest fleet results --run 1 --json` lists all",
    ]),
  );
});

test("limits the merchants that succeeded, and prints deletions and failures after them", () => {
  const created = Array.from(
    { length: 100 },
    (_, index) => ({ name: `n${index}`, status: "created" }) as const,
  );
  const lines = printed("up", [{ name: "ulm" }, { name: "worms", status: "deleted" }, ...created]).split(
    "\n",
  );
  expect(lines).toHaveLength(25);
  expect(lines.slice(20).map((line) => line.trim().replace(/ {2,}/g, "|"))).toEqual([
    "and 80 more|`npx pulumi-pinterest fleet results --run 1 --json` lists all",
    "worms|deleted",
    "ulm|failed",
    "up of 1 shard: 1 failed, 1 deleted, 100 created.",
    "",
  ]);
});

test.each([
  [["connectedTagId", "scopes"], "it was recreated", "connectedTagId, scopes; it was recreated"],
  [["connectedTagId", "scopes"], null, "connectedTagId, scopes"],
  [[], "HTTP 401.\nIt stays in state.", "HTTP 401. It stays in state."],
  [[], null, ""],
])("shows the properties %j and the message %j in one line: %s", (properties, message, line) => {
  expect(detail({ properties, message })).toBe(line);
});
