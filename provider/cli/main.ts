#!/usr/bin/env node
import { runCommandLine } from "./command-line";
import { processTerminal } from "./terminal";

void runCommandLine(process.argv.slice(2), processTerminal()).then((exitCode) => {
  process.exitCode = exitCode;
});
