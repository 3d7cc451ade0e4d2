import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { EngineErrors, engineMessage, runEngine, withoutCredentials } from "../../stack/engine";
import { testOnPosix } from "../platform";
import { temporaryDirectory } from "../temporary-directory";

testOnPosix("shell scripts as programs")(
  "interrupts the engine with SIGINT, so that it finishes the operations in progress",
  async () => {
    const directory = temporaryDirectory();
    const started = join(directory, "started");
    execFileSync("mkfifo", [started]);
    const engine = `#!/bin/sh
trap 'kill $!; echo finished; exit 3' INT
trap 'kill $!; exit 4' TERM
sleep 60 > /dev/null 2>&1 &
echo > '${started}'
wait
`;
    writeFileSync(join(directory, "pulumi"), engine, { mode: 0o755 });
    const controller = new AbortController();
    const run = runEngine(["up"], {
      cwd: directory,
      environment: { PATH: `${directory}:${process.env.PATH}` },
      interrupt: controller.signal,
    });
    await readFile(started);
    controller.abort();
    expect(await run).toMatchObject({ exitCode: 3, stdout: "finished\n" });
  },
);

test.each([
  ["postgres://pulumi:s3cret@db.example:5432/state", "postgres://…@db.example:5432/state"],
  ["postgres://pulumi:s3@cret@db/state", "postgres://…@db/state"],
  [
    "postgres://db/state?user=a&password=s3cret&sslmode=disable",
    "postgres://db/state?user=a&password=…&sslmode=disable",
  ],
  ["see https://www.pulumi.com/docs/@latest", "see https://www.pulumi.com/docs/@latest"],
])("hides the credentials of an address: %s", (text, shown) => {
  expect(withoutCredentials(`unable to open "${text}"`)).toBe(`unable to open "${shown}"`);
});

test("returns the engine's errors once each, without credentials", () => {
  const dump = ["code: -1", "stdout: …", ...Array(2).fill("error: no access to postgres://a:b@c/d")].join(
    "\n",
  );
  expect(engineMessage(new Error(dump))).toBe("error: no access to postgres://…@c/d");
});

const unregistered = "Error: resource north [pinterest:index:CommerceIntegration] failed to register";

test.each([
  "preview failed",
  "update failed",
  "refresh failed",
  unregistered,
  `${unregistered}\n    at Object.registerResource`,
])("reports the cause instead of an error that only follows from it: %j", (secondary) => {
  const errors = new EngineErrors();
  for (const message of ["<{%fg 1%}>no such tag<{%reset%}>\n", secondary]) {
    errors.take({ diagnosticEvent: { severity: "error", message } } as unknown as EngineEvent);
  }
  expect(errors.of(new Error("error: the command failed"))).toEqual(["no such tag"]);
});

test("reports the failed read of a resource once, although the engine may report it twice", () => {
  const errors = new EngineErrors();
  for (const message of ["Preview failed: no such tag", "no such tag", "Refresh failed: no such tag"]) {
    errors.take({ diagnosticEvent: { severity: "error", message, urn: "a" } } as never);
  }
  expect(errors.of(new Error("failed"))).toEqual(["no such tag"]);
});

test("omits failures of resources that the caller reports itself", () => {
  const errors = new EngineErrors();
  for (const urn of ["a", "b", undefined]) {
    errors.take({ diagnosticEvent: { severity: "error", message: `broken ${urn}`, urn } } as never);
  }
  expect(errors.of(new Error("failed"), (urn) => urn === "a")).toEqual(["broken b", "broken undefined"]);
  expect(errors.of(new Error("failed"))).toHaveLength(3);
});

test("also reports the crash of an engine that has reported failures before", () => {
  const errors = new EngineErrors();
  errors.take({ diagnosticEvent: { severity: "error", message: "no such tag", urn: "a" } } as never);
  const failure = (exitCode: number) =>
    Object.assign(new Error("error: nil map"), { commandResult: { err: { exitCode } } });
  expect([255, 2, 137].map((code) => errors.of(failure(code)))).toEqual([
    ["no such tag"],
    ["nil map", "no such tag"],
    ["nil map", "no such tag"],
  ]);
});

test("prints an error of several resources once, with their number", () => {
  const errors = new EngineErrors();
  for (const urn of ["a", "b", "b", "c"]) {
    errors.take({ diagnosticEvent: { severity: "error", message: "no access token", urn } } as never);
  }
  expect(errors.of(new Error("failed"))).toEqual(["no access token (3 resources)"]);
  expect(errors.of(new Error("failed"), (urn) => urn !== "b")).toEqual(["no access token"]);
});
