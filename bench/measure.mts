// Measures every provider, one command at a time.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join, resolve } from "node:path";
import type { Engine } from "../scripts/engine/ensure.mts";
import { createProject, type Project } from "./project.mts";
import {
  type Command,
  commands,
  type DriftCheck,
  floor,
  type Measurement,
  median,
  type OwnPeer,
  ownPeers,
  type Peer,
  peers,
  type Results,
  type Save,
  type Selection,
  saves,
} from "./results.mts";

const repository = resolve(import.meta.dirname, "..");

const commandLines: Readonly<Record<Command, readonly string[]>> = {
  up: ["up", "--yes", "--skip-preview"],
  preview: ["preview", "--expect-no-changes"],
  "preview --refresh": ["preview", "--refresh", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

export interface Plan {
  readonly sizes: readonly { readonly integrations: number; readonly rounds: number }[];
  /** The number of merchants in a drift check. */
  readonly merchants: number;
}

/** At most 35 minutes on two quiet cores. */
export const fullPlan: Plan = {
  sizes: [
    { integrations: 100, rounds: 3 },
    { integrations: 1_000, rounds: 1 },
  ],
  merchants: 3_000,
};

/** Less than 3 minutes on two quiet cores. */
export const quickPlan: Plan = { sizes: [{ integrations: 10, rounds: 1 }], merchants: 50 };

/** @throws Error if a command fails, or if it leaves other integrations than it should: a provider that fails early would look fast. */
export async function measure(engine: Engine, plan: Plan, signal?: AbortSignal): Promise<Results> {
  const measurements: Measurement[] = [];
  for (const { integrations, rounds } of plan.sizes) {
    for (let round = 1; round <= rounds; round++) {
      console.log(`${integrations} integrations, round ${round} of ${rounds}`);
      measurements.push(...(await measureRound(engine, integrations, round, signal)));
    }
  }
  const driftChecks: DriftCheck[] = [];
  for (const peer of ownPeers) driftChecks.push(await checkDrift(engine, peer, plan.merchants, signal));
  const measuredOn = new Date().toISOString().slice(0, 10);
  return { measuredOn, machine: machine(engine), importMs: importMs(), measurements, driftChecks };
}

async function measureRound(
  engine: Engine,
  integrations: number,
  round: number,
  signal: AbortSignal | undefined,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const projects = new Map<Peer, Project>();
  try {
    for (const peer of peers) projects.set(peer, await createProject(engine, peer, integrations, signal));
    for (const save of saves) {
      for (const [index, command] of commands.entries()) {
        // In both directions, so that no provider always runs first.
        const inTurn = (index + round) % 2 === 0 ? [...projects] : [...projects].reverse();
        for (const [peer, project] of inTurn) {
          const cell = { peer, integrations, round, command, save };
          measurements.push(await measureCommand(project, cell));
        }
      }
    }
  } finally {
    for (const project of projects.values()) await project.remove();
  }
  return measurements;
}

async function measureCommand(project: Project, cell: Required<Selection>): Promise<Measurement> {
  const { peer, integrations, command, save } = cell;
  const figures = await project.pulumi(commandLines[command], save);
  const requests = project.takeRequests();
  const state = project.state();
  const expected = command === "destroy" ? 0 : integrations;
  const expectedLive = peer === floor ? 0 : expected;
  if (state.length !== expected || project.live() !== expectedLive) {
    throw new Error(
      `${command} with ${peer} left ${state.length} integrations in state and ${project.live()} at Pinterest, ` +
        `instead of ${expected} and ${expectedLive}`,
    );
  }
  const bytes = state.reduce((sum, resource) => sum + Buffer.byteLength(JSON.stringify(resource)), 0);
  const stateBytes = expected === 0 ? 0 : Math.round(bytes / expected);
  console.log(`  ${command}, state saved ${save}, ${peer}: ${(figures.wallMs / 1_000).toFixed(1)} s`);
  return { ...cell, ...figures, requests, stateBytes };
}

/** Runs `pulumi-pinterest drift` on a stack in which each merchant has an account. */
async function checkDrift(
  engine: Engine,
  peer: OwnPeer,
  merchants: number,
  signal: AbortSignal | undefined,
): Promise<DriftCheck> {
  const project = await createProject(engine, peer, merchants, signal);
  try {
    const save: Save = "once";
    await project.pulumi(commandLines.up, save);
    project.takeRequests();
    const figures = await project.run(
      "node",
      [join(repository, "dist/cli/main.js"), "drift", "--strict"],
      save,
    );
    console.log(`Drift check of ${merchants} merchants, ${peer}: ${(figures.wallMs / 1_000).toFixed(1)} s`);
    return { peer, merchants, ...figures, requests: project.takeRequests() };
  } finally {
    await project.remove();
  }
}

/** The median of five processes. */
function importMs(): number {
  const script =
    'require("@pulumi/pulumi"); const start = performance.now(); require("pulumi-pinterest"); console.log(performance.now() - start);';
  const load = () => Number(execFileSync("node", ["-e", script], { cwd: repository, encoding: "utf8" }));
  // Fills the system's file cache.
  load();
  return Math.round(median(Array.from({ length: 5 }, load)) ?? 0);
}

function machine(engine: Engine): Record<string, string> {
  return {
    processor: `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "an unknown processor"}`,
    memory: `${Math.round(totalmem() / 1e9)} GB`,
    system: `${type()} ${release()}`,
    "Node.js": process.versions.node,
    pulumi: engine.version,
    "@pulumi/pulumi": versionIn("node_modules/@pulumi/pulumi"),
    "pulumi-pinterest": versionIn("."),
  };
}

function versionIn(directory: string): string {
  const text = readFileSync(join(repository, directory, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
