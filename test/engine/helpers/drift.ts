import { expect } from "@jest/globals";
import type { DriftReport, MerchantReport } from "../../../cli/check/report";
import type { Lab, Run } from "./lab";

/** How a `pulumi-pinterest drift --json` ended, and what it printed. */
export interface DriftRun extends Run {
  readonly report: DriftReport;
  /** The merchants of the first stack by name, with what they are apart from names. */
  readonly merchants: Record<string, Found>;
}

export interface Found {
  status: MerchantReport["status"];
  /** By property: the program's value and Pinterest's; `secret` in place of both. */
  properties: Record<string, unknown>;
  pending: string[];
}

/** Looks for drift, and checks that nothing but one JSON document came to standard output and that it agrees with the exit code. */
export async function drift(lab: Lab, ...args: string[]): Promise<DriftRun> {
  const run = await lab.cli("drift", "--json", ...args);
  let report: DriftReport;
  try {
    report = JSON.parse(run.stdout) as DriftReport;
  } catch {
    throw new Error(`no report, exit code ${run.exitCode}:\n${run.output}`);
  }
  expect(run.exitCode).toBe(report.exitCode);
  return { ...run, report, merchants: found(report.stacks[0]?.merchants ?? []) };
}

export function found(merchants: readonly MerchantReport[]): Record<string, Found> {
  return Object.fromEntries(
    merchants.map(({ name, status, properties, pending }) => [
      name,
      {
        status,
        properties: Object.fromEntries(
          properties.map(({ name: property, secret, program, pinterest }) => [
            property,
            secret ? "secret" : [program, pinterest],
          ]),
        ),
        pending,
      },
    ]),
  );
}

export const inSync: Found = { status: "in-sync", properties: {}, pending: [] };

export function drifted(properties: Found["properties"], pending: string[] = []): Found {
  return { status: "drifted", properties, pending };
}

export function pending(...names: string[]): Found {
  return { ...inSync, pending: names };
}
