import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "@jest/globals";
import { openTargets } from "../../../cli/drift/targets";
import { testOnPosix } from "../../platform";
import { temporaryDirectory } from "../../temporary-directory";

// The engine is a shell script.
const test = testOnPosix("shell scripts as programs");

const { PATH } = process.env;
let directory: string;

beforeEach(() => {
  directory = temporaryDirectory();
  // The Automation API finds the engine on the path of this process.
  process.env.PATH = `${directory}:${PATH}`;
  writeFileSync(join(directory, "Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
});

afterEach(() => {
  process.env.PATH = PATH;
});

/** Opens the stack `prod` with an engine that fails with `message`. */
function openWithError(message: string) {
  return openWithEngine(`if [ "$1" = version ]; then echo v3.259.0; exit; fi
echo "error: ${message}" >&2
exit 1`);
}

/** Opens the stack `prod` with a shell script as the engine. */
function openWithEngine(script: string) {
  writeFileSync(join(directory, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return openTargets({ cwd: [directory], stack: ["prod"] }, process.env);
}

test("reports a stack that exists but cannot be opened, even if it is the only one", async () => {
  expect(await openWithError("incorrect passphrase")).toMatchObject([
    {
      unusable: { project: "lab", stack: "prod", errors: [expect.stringContaining("incorrect passphrase")] },
    },
  ]);
});

test("fails if the only directory has no project", async () => {
  rmSync(join(directory, "Pulumi.yaml"));
  const opening = openWithEngine("echo v3.259.0");
  await expect(opening).rejects.toThrow(`there is no Pulumi project in ${directory}`);
});
