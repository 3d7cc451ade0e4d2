import { expect } from "@jest/globals";
import { type DriftReport, driftReport, type MerchantReport } from "../../../stack/report";
import type { Lab, Run } from "./lab";

/** A finished run of `pulumi-pinterest drift --json`. */
export interface DriftRun extends Run {
  readonly report: DriftReport;
  /** The integrations of the first stack, by name. */
  readonly merchants: Record<string, CheckedMerchant>;
}

export interface CheckedMerchant {
  status: MerchantReport["status"];
  /** By property: `[program, pinterest]`, or `secret`. */
  properties: Record<string, unknown>;
  pending: string[];
}

/** Runs `drift --json`, and expects one report on standard output that contains the command's exit code. */
export async function drift(lab: Lab, ...args: string[]): Promise<DriftRun> {
  const run = await lab.cli("drift", "--json", ...args);
  let report: DriftReport;
  try {
    report = driftReport.parse(JSON.parse(run.stdout));
  } catch (error) {
    throw new Error(`no valid report, exit code ${run.exitCode}: ${error}\n${run.output}`);
  }
  expect(run.exitCode).toBe(report.exitCode);
  return { ...run, report, merchants: merchantsByName(report.stacks[0]?.merchants ?? []) };
}

export function merchantsByName(merchants: readonly MerchantReport[]): Record<string, CheckedMerchant> {
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

export const inSync: CheckedMerchant = { status: "in-sync", properties: {}, pending: [] };

export function drifted(properties: CheckedMerchant["properties"], pending: string[] = []): CheckedMerchant {
  return { status: "drifted", properties, pending };
}

export function pending(...names: string[]): CheckedMerchant {
  return { ...inSync, status: names.includes("create") ? "pending" : "in-sync", pending: names };
}
