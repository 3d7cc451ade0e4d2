import { expect, test } from "@jest/globals";
import { tellUpdate } from "../../../provider/cli/fleet/tell-update";
import type { RunResult } from "../../../provider/fleet/store/results";
import { keptTerminal } from "../helpers/terminal";

function told(operation: RunResult["operation"], isLeaving: boolean): string {
  const merchant = { status: "failed" as const, properties: [], message: "HTTP 401", report: null };
  const shard = { stack: "shard-0001", state: "failed" as const, attempts: 1, endedAt: new Date(0) };
  const terminal = keptTerminal();
  const run: RunResult = {
    id: "1",
    project: "pinterest-fleet",
    operation,
    requestedAt: new Date(0),
    shards: [
      {
        ...shard,
        errors: ["ulm: HTTP 401"],
        report: {},
        merchants: [{ ...merchant, name: "ulm", isLeaving }],
      },
    ],
  };
  tellUpdate(run, {}, terminal);
  return terminal.output();
}

test("names connections that a destroy, or an update without the merchant, failed to end", () => {
  const notEnded = expect.stringContaining("Not ended: ulm.");
  expect(told("destroy", false)).toEqual(notEnded);
  expect(told("up", true)).toEqual(notEnded);
  expect(told("up", false)).not.toContain("Not ended");
});
