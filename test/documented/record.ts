import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import type { RequestEntry } from "../../emulator";
import { answerChannelName } from "../../emulator/request-log";

// Setup file of the unit tests: records the behaviors of this test file's emulators for the reporter.

const recorded = new Set<string>();

function record(message: unknown): void {
  // Loaded at its first use, because most test files start no emulator.
  const { observe } = require("./observe") as typeof import("./observe");
  const entry = message as RequestEntry;
  const byProvider = String(entry.request_headers["user-agent"]).startsWith("pulumi-pinterest/");
  const file = `${byProvider ? "pulumi-pinterest" : "others"}-${process.pid}.txt`;
  for (const name of observe(entry)) {
    const line = `${file} ${name}`;
    if (recorded.has(line)) continue;
    recorded.add(line);
    appendFileSync(join(String(directory), "observed", file), `${name}\n`);
  }
}

const directory = process.env.TEST_TRAFFIC;
if (directory !== undefined) {
  beforeAll(() => subscribe(answerChannelName, record));
  afterAll(() => void unsubscribe(answerChannelName, record));
}
