import { spawnSync } from "node:child_process";
import { copyFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory";

const calling = (name: string) => `import { ${name} } from "./engine-command.mts"; console.log(${name}());`;
const provider = calling("isRefreshRequested");
// The SDK starts the dynamic provider by a shell.
const engine = `require("node:child_process").spawnSync("sh", ["-c", '"$NODE" --input-type=module --eval "$PROVIDER"; exit $?'], { stdio: "inherit" })`;

/** A directory with the code of a provider process. */
function prepared(): string {
  const directory = temporaryDirectory();
  // Node.js takes the file for an ES module.
  copyFileSync(resolve("provider/api/engine-command.ts"), join(directory, "engine-command.mts"));
  return directory;
}

/** Runs a process with the name `pulumi` and these arguments. @returns what a provider process finds out */
function foundBy(args: readonly string[], projectOptions?: string, environment?: NodeJS.ProcessEnv): string {
  const directory = prepared();
  symlinkSync(process.execPath, join(directory, "pulumi"));
  writeFileSync(join(directory, "engine.js"), engine);
  writeFileSync(join(directory, "Pulumi.yaml"), `name: lab\nruntime: nodejs\n${projectOptions ?? ""}`);
  const { stdout } = spawnSync(join(directory, "pulumi"), ["engine.js", ...args], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath, PROVIDER: provider, ...environment },
  });
  return stdout.trim();
}

test.each([
  ["up", "false"],
  ["destroy --yes", "false"],
  ["preview --refresh", "true"],
  ["up -r --yes", "true"],
  ["up --refresh=false", "false"],
  ["up --refresh --refresh=false", "false"],
  ["refresh --yes", "true"],
  ["--stack dev refresh", "true"],
  ["up --stack refresh", "false"],
  ["-s preview refresh", "true"],
  ["up -yr", "true"],
  ["up -r=false", "false"],
  ["stack ls", "undefined"],
])("`pulumi %s`: %s", (args, expected) => {
  expect(foundBy(args.split(" "))).toBe(expected);
});

test("the project's option applies unless the command line has one", () => {
  const options = "options:\n  refresh: always\n";
  expect(foundBy(["up"], options)).toBe("true");
  expect(foundBy(["up", "--refresh=false"], options)).toBe("false");
});

test("the option's environment variable applies unless the command line has one", () => {
  const environment = { PULUMI_OPTION_REFRESH: "true" };
  expect(foundBy(["up"], undefined, environment)).toBe("true");
  expect(foundBy(["up", "--refresh=false"], undefined, environment)).toBe("false");
});

test.each([
  ["destroy --yes", "false"],
  ["destroy --run-program --yes", "true"],
  ["up --refresh --run-program=true", "true"],
  ["refresh --run-program=false", "false"],
])("detects whether `pulumi %s` runs the program on request: %s", (args, expected) => {
  const environment = { PROVIDER: calling("isProgramRunRequested") };
  expect(foundBy(args.split(" "), undefined, environment)).toBe(expected);
});

test("detects the option's environment variable", () => {
  const environment = { PROVIDER: calling("isProgramRunRequested"), PULUMI_OPTION_RUN_PROGRAM: "true" };
  expect(foundBy(["destroy"], undefined, environment)).toBe("true");
});

test("is unknown without an engine", () => {
  const args = ["--input-type=module", "--eval", provider];
  const { stdout } = spawnSync(process.execPath, args, { cwd: prepared(), encoding: "utf8" });
  expect(stdout.trim()).toBe("undefined");
});
