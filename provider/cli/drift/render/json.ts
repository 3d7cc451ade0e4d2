import { escapeHidden } from "../../text/visible";
import { type DriftReport, driftReport } from "../report";

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
  return asciiWhereHidden(JSON.stringify(checked, null, 2));
}

/** JSON leaves some controls as they are, and a terminal may obey them. Line ends between the lines are ours. */
function asciiWhereHidden(json: string): string {
  return escapeHidden(json, (_code, character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()]
          .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
          .join(""),
  );
}
