import { describe, expect, test } from "@jest/globals";
import { benchCommand, type Options } from "../../bench/options.mts";
import { peers } from "../../bench/results.mts";
import { scaleCommand } from "../../bench/scale/options.mts";

function parse(...args: string[]): Options {
  const quiet = { writeErr: () => {}, writeOut: () => {} };
  return benchCommand().exitOverride().configureOutput(quiet).parse(args, { from: "user" }).opts<Options>();
}

test("without options all peers and accounts are measured, and a sweep", () => {
  expect(parse()).toEqual({ peer: peers, accounts: ["one", "each"], figures: true, merchants: 3_000 });
});

test("what is given takes the place of what is measured otherwise, each once, the smallest first", () => {
  const given = parse(
    ...["--count", "100", "1", "100", "--latency", "80", "0", "--peer", "plugin", "--accounts", "each"],
    ...["--no-figures", "--merchants", "0", "--repetitions", "2", "--hours", "1.5"],
  );
  expect(given).toEqual({
    count: [1, 100],
    latency: [0, 80],
    peer: ["plugin"],
    accounts: ["each"],
    figures: false,
    merchants: 0,
    repetitions: 2,
    hours: 1.5,
  });
});

test.each([
  ["--count 0", /0 is too few/],
  ["--count 1,100", /"1,100" is no number; several stand with spaces between/],
  ["--repetitions 0", /0 is too few/],
  ["--hours 0", /0 is too few/],
  ["--count 1.5", /"1.5" is no whole number/],
  ["--merchants many", /"many" is no number/],
  ["--repetitions -1", /"-1" is below 0/],
  ["--hours NaN", /"NaN" is no number/],
  ["--peer none", /Allowed choices are straightforward, /],
  ["--accounts two", /Allowed choices are one, each/],
])("%s is refused", (args, problem) => {
  expect(() => parse(...args.split(" "))).toThrow(problem);
});

describe("what would not be heeded is refused", () => {
  const measuring = [
    "--resume",
    "--count 1",
    "--peer plugin",
    "--accounts one",
    "--latency 0",
    "--no-figures",
    "--merchants 1",
    "--repetitions 1",
    "--hours 1",
  ];
  test.each([
    ...[...measuring, "--publish", "--report", "--code"].map((other) => `--quick ${other}`),
    ...measuring.map((other) => `--report ${other}`),
    ...[...measuring, "--publish", "--report"].map((other) => `--code ${other}`),
  ])("%s", (args) => {
    expect(() => parse(...args.split(" "))).toThrow(/cannot be used with/);
  });

  test.each(["--report --publish", "--resume --publish", "--publish --count 1 --hours 1"])(
    "but not %s",
    (args) => {
      expect(() => parse(...args.split(" "))).not.toThrow();
    },
  );
});

describe("of bench/scale", () => {
  const parseScale = (...args: string[]) =>
    scaleCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse(args, { from: "user" })
      .opts();

  test("are all scenarios, unless some are chosen", () => {
    const others = { parallel: 8, latency: 100, seed: 1 };
    expect(parseScale()).toEqual({
      spread: ["accounts", "account", "merchants"],
      access: ["standard", "trial"],
      order: ["list", "reversed", "shuffled"],
      ...others,
    });
    expect(parseScale("--spread", "account", "--access", "trial", "--order", "list", "shuffled")).toEqual({
      spread: ["account"],
      access: ["trial"],
      order: ["list", "shuffled"],
      ...others,
    });
  });

  test.each([
    ["--parallel 0", /0 is too few/],
    ["--latency 1.5", /"1.5" is no whole number/],
    ["--order sorted", /Allowed choices are list, reversed, shuffled/],
  ])("%s is refused", (args, problem) => {
    expect(() => parseScale(...args.split(" "))).toThrow(problem);
  });
});
