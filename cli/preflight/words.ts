import type { CreateVerdict } from "../../provider/lifecycle/observer";
import { counted } from "../text/counted";
import type { Forecast, OtherSteps, PreflightReport } from "./report";

/** What the update will do, for a row of the table. */
export function meaningOf(forecast: Forecast): string {
  const { verdict, fields = [], leftOut = [], unseen = [], renamedFrom, givenUpBy } = forecast;
  const also = [
    ...(unseen.length > 0 ? [`writes ${unseen.join(", ")}, which cannot be compared`] : []),
    ...(leftOut.length > 0 ? [`the program leaves out ${leftOut.join(", ")}`] : []),
    ...(renamedFrom !== undefined ? [stays(renamedFrom, verdict)] : []),
    ...(givenUpBy === undefined ? [] : [`unless the replacement of ${givenUpBy} deletes it before`]),
  ];
  return [meaning(forecast, fields.join(", ")), ...also].join("; ");
}

function stays(renamedFrom: string, verdict: CreateVerdict): string {
  return verdict === "created"
    ? `it was ${renamedFrom}, which is missing at Pinterest`
    : `it was ${renamedFrom}, and stays at Pinterest when that is deleted`;
}

function meaning({ verdict, anew, reason }: Forecast, fields: string): string {
  switch (verdict) {
    case "created":
      return anew === true ? "will be deleted and created again" : "will be created";
    case "adopted":
      return "will be adopted: exists and equals the program";
    case "overwritten":
      return `will be OVERWRITTEN in ${fields} (adopt: true)`;
    case "refused":
      return `REFUSED: exists, and differs in ${fields}`;
    case "foreign":
      return "REFUSED: belongs to another owner";
    case "unknown":
      return `not known before the update: ${reason}`;
    case "cannot-tell":
      return `NOT CHECKED: ${reason}`;
  }
}

/** Number of creates by verdict, in a sentence. */
export function countsInWords({ creates, summary }: PreflightReport): string {
  const counts = order.flatMap(([verdict, words]) => {
    const count = summary[verdict];
    return count === undefined ? [] : [`${count} ${words}`];
  });
  return `${counted(creates.length, "integration")} to create${counts.length > 0 ? `: ${counts.join(", ")}` : ""}.`;
}

const order: readonly [CreateVerdict, string][] = [
  ["created", "created"],
  ["adopted", "adopted"],
  ["overwritten", "overwritten"],
  ["unknown", "not known before the update"],
  ["refused", "refused"],
  ["foreign", "refused because of another owner"],
  ["cannot-tell", "not checked"],
];

/** Other steps of the update. */
export function othersInWords(others: OtherSteps, options: string): string | undefined {
  const parts = [
    ...(others.update > 0 ? [counted(others.update, "update")] : []),
    ...(others.delete > 0 ? [counted(others.delete, "deletion")] : []),
  ];
  return parts.length === 0
    ? undefined
    : `Also ${parts.join(" and ")}: \`pulumi preview --diff${options}\` shows what changes.`;
}
