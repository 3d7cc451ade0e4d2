import { type DriftReport, driftReport } from "../../look/report";
import { withJsonEscapes } from "../../text/visible";

/**
 * The report as a JSON document, as docs/drift-report.schema.json describes it. Values of secrets stay out even where the
 * report has them.
 *
 * @throws ZodError when the report is not of that form.
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
