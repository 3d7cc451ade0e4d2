import type { DriftReport } from "../report";
import { renderJson } from "./json";
export function renderMarkdown(report: DriftReport): string {
  return renderJson(report);
}
