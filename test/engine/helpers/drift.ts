import { expect } from "@jest/globals";
import type { DriftReport, MerchantReport } from "../../../cli/check/report";
import type { Lab, Run } from "./lab";

/** The result of `pulumi-pinterest drift --json`. */
export interface DriftRun extends Run {
  readonly report: DriftReport;
  /** The integrations of the first stack by name, without names. */
  readonly merchants: Record<string, Found>;
}

export interface Found {
  status: MerchantReport["status"];
  /** Both values of each property; `secret` instead of both. */
  properties: Record<string, unknown>;
  pending: string[];
}

/** Checks for drift, and expects exactly one JSON document on standard output, with the same exit code. */
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
