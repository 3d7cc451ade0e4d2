#!/usr/bin/env node
import { runCommandLine } from "./command-line";
import { type ExitCode, exitCodes, withFailure } from "./exit-codes";
import { exitOnUnhandledSignals } from "./signals";
import { processTerminal } from "./terminal";

exitOnUnhandledSignals();

let outputFails = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that stops early, such as head, is not a failure.
  if (error.code === "EPIPE" || outputFails) return;
  outputFails = true;
  process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
  process.exitCode = withFailure((process.exitCode ?? exitCodes.ok) as ExitCode);
});

const environment = process.env;
void runCommandLine(process.argv.slice(2), processTerminal(environment), environment).then((exitCode) => {
  process.exitCode = outputFails ? withFailure(exitCode) : exitCode;
});
