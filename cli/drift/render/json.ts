import { type DriftReport, driftReport } from "../../check/report";
import { withJsonEscapes } from "../../text/visible";

/**
 * The report as a JSON document, described by docs/drift-report.schema.json. Removes values of secrets, even if the report has them.
 *
 * @throws ZodError if the report does not have this form.
 */
export function renderJson(report: DriftReport): string {
  const checked = driftReport.parse(report);
  for (const property of checked.stacks
    .flatMap(({ merchants }) => merchants)
    .flatMap((merchant) => merchant.properties)) {
    if (property.secret) {
      delete property.program;
      delete property.pinterest;
    }
  }
  return withJsonEscapes(JSON.stringify(checked, null, 2));
}
