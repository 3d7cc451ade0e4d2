import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { readObservations } from "../../observation/file";
import { observeVariable } from "../../observation/request";
import type { OpenStack } from "../stack/stack";

export async function driftOf(stack: OpenStack) {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-drift-"));
  const file = join(directory, "observations");
  writeFileSync(file, "", { mode: 0o600 });
  const events: EngineEvent[] = [];
  try {
    await stack.preview({
      refresh: true,
      environment: { [observeVariable]: JSON.stringify({ file, reads: true }) },
      onEvent: (e) => events.push(e),
    });
    return { n: events.length, o: readObservations(file) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
