import { expect, test } from "@jest/globals";
import {
  type Check,
  failure,
  failureOf,
  ok,
  renderReport,
  reportOf,
  warning,
} from "../../../cli/doctor/checks";
import { CredentialsError } from "../../../provider/api/credentials";
import { CommandError } from "../../../stack/command-error";
import { recordingTerminal } from "../helpers/terminal";

const rendered = (checks: readonly Check[], verbose = false) =>
  renderReport(reportOf(checks), recordingTerminal(), verbose);

const named = (check: Check, count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...check, account: `shop-${index}` }));
const accepted = ok("account-access", "Pinterest accepts the token");

test("prints each check with its remedy", () => {
  const checks = [
    ok("node", "Node.js 24.0.0"),
    failure("engine", "`pulumi` is not on PATH", "Install it."),
    warning("api", "the response is odd", "Set it."),
  ];
  expect(rendered(checks)).toBe(
    `Machine
  ok      Node.js 24.0.0
  error   \`pulumi\` is not on PATH
          Install it.

Network
  warning the response is odd
          Set it.

1 error, 1 warning.`,
  );
});

test("prints equal checks of many accounts once, unless there are few or all are requested", () => {
  const refused = { ...failure("account-access", "HTTP 401", "Set a valid one."), account: "shop-7" };
  const checks = [ok("accounts", "212 accounts"), ...named(accepted, 211), accepted, refused];
  expect(rendered(checks)).toBe(
    `Accounts
  ok      212 accounts
  ok      212 accounts (shop-0, shop-1, shop-2, …), for example: Pinterest accepts the token
  error   shop-7: HTTP 401
          Set a valid one.

1 error.`,
  );
  expect(rendered(checks, true).split("\n").length).toBeGreaterThan(212);
  expect(rendered(named(accepted, 2))).toBe(`Accounts
  ok      shop-0: Pinterest accepts the token
  ok      shop-1: Pinterest accepts the token

No problems found.`);
});

test("prints problems of many accounts with the same remedy once", () => {
  const limits = (index: number) =>
    warning("account-limits", `Trial access, ${index} left`, "Ask for Standard access.");
  const checks = named(accepted, 40).map(({ account }, index) => ({ ...limits(index), account }));
  expect(rendered(checks).split("\n").slice(1, 3)).toEqual([
    "  warning 40 accounts (shop-0, shop-1, shop-2, …), for example: Trial access, 0 left",
    "          Ask for Standard access.",
  ]);
});

test.each([
  [
    new CredentialsError("a refusal: HTTP 401", "The merchant must connect"),
    "a refusal: HTTP 401",
    "The merchant must connect.",
  ],
  [
    new CommandError("no project", undefined, "Run this elsewhere", "error: none"),
    "no project",
    "Run this elsewhere.",
  ],
  [
    Object.assign(new Error("all"), {
      summary: "HTTP 429",
      note: "The response asks to wait until 9:00.",
      remedy: "Run again later",
    }),
    "HTTP 429",
    "The response asks to wait until 9:00. Run again later.",
  ],
])("splits %s into a finding and a remedy", (error, found, remedy) => {
  expect(failureOf("stack", error)).toEqual({
    id: "stack",
    group: "machine",
    status: "error",
    found,
    remedy,
  });
});
