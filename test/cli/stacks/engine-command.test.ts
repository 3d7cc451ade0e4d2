import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { runEngine } from "../../../cli/stacks/engine-command";
import { temporaryDirectory } from "../../temporary-directory";

test("interrupts the engine by SIGINT, upon which it finishes what is in progress", async () => {
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
});
