import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { planAdoption } from "../../../cli/adopt/plan";
import type { Source } from "../../../cli/adopt/sources";
import type { DriftedProperty, MerchantReport, StackReport } from "../../../stack/report";
import { temporaryDirectory } from "../../temporary-directory";

/** By property: the program's value, and Pinterest's. */
export type Drift = Readonly<
  Record<string, readonly [program: DriftedProperty["program"], pinterest: DriftedProperty["pinterest"]]>
>;

export function driftedMerchant(
  name: string,
  drift: Drift,
  more: Partial<MerchantReport> = {},
): MerchantReport {
  return {
    name,
    urn: `urn:pulumi:dev::shops::pinterest:index:CommerceIntegration::${name}`,
    externalBusinessId: name,
    status: "drifted",
    properties: Object.entries(drift).map(([property, [program, pinterest]]) => ({
      name: property,
      secret: false,
      program,
      pinterest,
    })),
    pending: [],
    ...more,
  };
}

export function stackOf(merchants: readonly MerchantReport[], stack = "dev"): StackReport {
  return { project: "shops", stack, directory: ".", merchants: [...merchants], errors: [] };
}

/** Writes files into a directory, and returns the directory. */
export function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** The edited text of the only file that changes, and `property: reason, line n` for each property that is not adopted, without a line if it is unknown. */
export function adoptedIn(source: Source, merchants: readonly MerchantReport[]) {
  const { files, unadopted } = planAdoption([stackOf(merchants)], source);
  return {
    text: files[0]?.text,
    unadopted: unadopted.map(
      ({ change, reason, line }) => `${change?.name}: ${reason}${line === undefined ? "" : `, line ${line}`}`,
    ),
  };
}
